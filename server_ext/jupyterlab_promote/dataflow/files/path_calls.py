"""Calls that take a path, as far as their names say: which they are, and which of their arguments it is."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jupyterlab_promote.dataflow.library import READERS

LOOKS = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "getsize", "getmtime", "stat"})
LISTS: Mapping[str, str] = {
    "listdir": "*",
    "scandir": "*",
    "iterdir": "*",
    "walk": "**/*",
    "rglob": "**/",
}
OF_PATHS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "touch"})
GLOBS = frozenset({"glob", "iglob"})
WRITERS = re.compile(
    r"(?:to|save|sink|dump|write|export|imwrite|imsave|mimsave|mimwrite|tofile)(?:_?\w+)?|\w*FileHandler|basicConfig"
    r"|get_writer|\w*Writer|PdfPages"
)
WRITES_TABLES = re.compile(
    r"to_(?:csv|parquet|excel|pickle|feather|json|hdf)|save\w*|imwrite|imsave"
)
"""Of the writers, those whose first argument is a path whatever it is."""
MADE_OF_MODE = frozenset(
    {
        "BZ2File",
        "Dataset",
        "File",
        "GzipFile",
        "LZMAFile",
        "TarFile",
        "ZipFile",
        "memmap",
        "open_file",
    }
)
"""What opens a file for reading, or for writing where a mode says so: `h5py.File(path, "w")`."""
OPENS = frozenset(
    {
        "ImageFolder",
        "SentenceTransformer",
        "audio_dataset_from_directory",
        "flow_from_directory",
        "from_disk",
        "from_pretrained",
        "image_dataset_from_directory",
        "list_layers",
        "load_files",
        "load_from_disk",
        "open_zarr",
        "read_dataframe",
        "read_file",
        "text_dataset_from_directory",
        "timeseries_dataset_from_directory",
    }
)
"""What opens a file or a whole folder, such as one of shapefiles."""
MAKES = frozenset({"HDFStore", "shelve.open"})
"""What opens a file, and makes it where it is missing."""
_TAKES_A_PATH = frozenset(
    {"joinpath", "open", *GLOBS, *LISTS, *LOOKS, *OF_PATHS, *MADE_OF_MODE, *MAKES, *OPENS}
)
_MODE_THAT_WRITES = re.compile(r"[wx][a-z+:|*]{0,4}")


@lru_cache(maxsize=4096)
def takes_a_path(word: str) -> bool:
    """Whether a call with this last word may take a path."""
    return bool(word in _TAKES_A_PATH or READERS.fullmatch(f"x.{word}") or WRITERS.fullmatch(word))


def mode(node: ast.Call, *, of_path: bool) -> str:
    """How a file is opened, as far as that is written out."""
    places = node.args[0:1] if of_path else node.args[1:2]
    told = next((k.value for k in node.keywords if k.arg == "mode"), *places or (None,))
    return str(told.value) if isinstance(told, ast.Constant) else "r"


def begins_a_file(node: ast.Call) -> bool:
    """Whether a mode is written out that makes a new file."""
    return _MODE_THAT_WRITES.fullmatch(mode(node, of_path=False)) is not None


_NAME_OF_PATH = re.compile(
    r"\w*(?:path|file|fname|directory)\w*|io|source|f|fp|dst|out|output|uri|excel_writer"
)


def path_arguments(node: ast.Call) -> Iterator[ast.expr]:
    """The arguments of such a call that may be its path, the likeliest first."""
    yield from node.args[:1]
    for keyword in node.keywords:
        if keyword.arg is not None and _NAME_OF_PATH.fullmatch(keyword.arg):
            yield keyword.value
