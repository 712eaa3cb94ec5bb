"""Comparing large buffers without reading them, where the system tells which pages were written to."""

import ctypes
import mmap
import os
from pathlib import Path

_PAGE = mmap.PAGESIZE
_PRESENT, _SWAPPED, _OF_FILE = 1 << 63, 1 << 62, 1 << 61


def same_bytes(
    one: memoryview, other: memoryview, *, mapping: memoryview, clean: memoryview
) -> bool:
    """Whether a buffer equals its original.

    Args:
        mapping: the provider's file as this step has it mapped; pages of it may be written to.
        clean: the same file, mapped again; `other` lies in it.
    """
    if one.nbytes != other.nbytes:
        return False
    address, original = _address(one), _address(other)
    in_place = mapping.nbytes > 0 and address - _address(mapping) == original - _address(clean)
    ranges = _written_ranges(address, one.nbytes) if in_place else [(address, one.nbytes)]
    return all(_memcmp(start, original + start - address, size) == 0 for start, size in ranges)


def _address(view: memoryview) -> int:
    if view.nbytes == 0:
        return 0
    if not view.readonly:
        return ctypes.addressof(ctypes.c_char.from_buffer(view))
    # The object keeps its memory while the view lives; ctypes has no other way to a read-only address.
    pointer = ctypes.py_object(view)
    buffer = (ctypes.c_byte * 256)()
    if _get_buffer(pointer, ctypes.byref(buffer), 0) != 0:
        raise BufferError("no address")
    address = ctypes.c_void_p.from_buffer(buffer).value or 0
    _release_buffer(ctypes.byref(buffer))
    return address


_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.restype = ctypes.c_int
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_libc = ctypes.CDLL(None)


def _memcmp(one: int, other: int, size: int) -> int:
    return int(_libc.memcmp(ctypes.c_void_p(one), ctypes.c_void_p(other), ctypes.c_size_t(size)))


def _written_ranges(address: int, size: int) -> list[tuple[int, int]]:
    """Parts of a range whose pages are no longer the file's; the whole range where nobody tells."""
    if size == 0:
        return []
    first, last = address // _PAGE, (address + size - 1) // _PAGE
    entries = _page_entries(first, last - first + 1)
    if entries is None:
        return [(address, size)]
    ranges: list[tuple[int, int]] = []
    for number, entry in enumerate(entries, first):
        if entry & _SWAPPED or (entry & _PRESENT and not entry & _OF_FILE):
            start = max(number * _PAGE, address)
            ranges.append((start, min((number + 1) * _PAGE, address + size) - start))
    return ranges


def _page_entries(first: int, count: int) -> "memoryview | None":
    try:
        with Path("/proc/self/pagemap").open("rb", buffering=0) as pagemap:
            raw = os.pread(pagemap.fileno(), count * 8, first * 8)
    except OSError:
        return None
    return memoryview(raw).cast("Q") if len(raw) == count * 8 else None
