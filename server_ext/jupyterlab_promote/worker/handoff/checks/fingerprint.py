"""What a value is, as one short text that is the same in every kernel that has an equal value.

For `verify` only; what is left for later steps is compared by `compare.py`. Addresses, the order of sets, lines of code
and what libraries remember for themselves are left out. The work is bounded: of what is large, samples are read.
"""

import copyreg
import functools
import hashlib
import marshal
import re
import sys
import types
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from jupyterlab_promote.worker.handoff.checks import fingerprint_tables as tables
from jupyterlab_promote.worker.handoff.checks.lasting import lasting
from jupyterlab_promote.worker.handoff.users_code import Failed, failure, ran
from jupyterlab_promote.worker.handoff.values import molecules, places, quantities, singletons
from jupyterlab_promote.worker.handoff.values.kinds import module_of

EQUAL, PART, NONE = "=", "~", "?"
"""What a fingerprint begins with: all of the value, part of it, or the reason why there is none."""

_DEPTH = 80
_ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
_DRAWN = (
    "matplotlib",
    "mpl_toolkits",
    "seaborn",
    "plotly",
    "bokeh",
    "altair",
    "ipywidgets",
    "IPython",
)
"""Libraries whose objects change when they are only shown, or hold numbers that count what was made before."""
_OF_CLASSES = frozenset(
    {"__dict__", "__weakref__", "__module__", "__doc__", "__firstlineno__", "__slotnames__"}
)
_LASTING = {**molecules.LASTING, **quantities.LASTING, **singletons.LASTING}
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_SHORT_TEXT = 10_000


@dataclass(frozen=True)
class Limits:
    """How much of a value is read.

    Attributes:
        parts: objects in containers.
        cells: of a table.
        size: bytes of an array.
    """

    parts: int
    cells: int
    size: int


THOROUGH = Limits(parts=200_000, cells=2_000_000, size=256 * 2**20)
QUICK = Limits(parts=20_000, cells=100_000, size=4 * 2**20)


def fingerprint(value: Any, limits: Limits = THOROUGH) -> str:
    """The fingerprint of a value, which begins with `EQUAL`, `PART` or `NONE`; never raises."""
    walk = _Walk(limits, limits.parts)
    # `verify` goes on with the next variable and shows this one's reason.
    error = failure(lambda: walk.into(value))
    if isinstance(error, _Unknown):
        return f"{NONE}{error}"
    if error is not None:
        return f"{NONE}{type(error).__name__}: {error}"[:200]
    return f"{PART if walk.partly else EQUAL}{walk.hash.hexdigest()}"


class _Unknown(Exception):
    """There is no way to tell what the value is."""


def _blake() -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=12)


@dataclass
class _Walk:
    """One way through a value; `left` counts down the objects that may still be looked at."""

    limits: Limits
    left: int
    hash: "hashlib.blake2b" = field(default_factory=_blake)
    above: list[int] = field(default_factory=list)
    classes: set[type] = field(default_factory=set)
    partly: bool = False

    def into(self, value: Any) -> None:
        kind = type(value)
        if kind in _ATOMS or kind in places.KINDS:
            self._atom(value)
            return
        self.left -= 1
        if id(value) in self.above:
            # A cycle: which of the objects above it is, is the same everywhere.
            self.say("again", len(self.above) - self.above.index(id(value)))
            return
        if self.left < 0 or len(self.above) > _DEPTH:
            self.partly = True
            self.say(_name(kind))
            return
        self.above.append(id(value))
        try:
            self.say(_name(kind))
            self._known(value, kind)
        except _Unknown:
            if len(self.above) == 1:
                raise
            self.partly = True
        finally:
            self.above.pop()

    def say(self, *words: str | int) -> None:
        self.hash.update("\0".join(map(str, words)).encode("utf-8", "surrogatepass") + b"\n")

    def _known(self, value: Any, kind: type) -> None:
        if module_of(kind).partition(".")[0] in _DRAWN or module_of(kind).startswith("numba."):
            raise _Unknown(f"a {_name(kind)}")
        rule = _RULES.get(kind)
        if rule is not None:
            rule(self, value)
        elif (part := tables.parts(value, self.limits)) is not None:
            self.partly |= part.sampled
            for data in part.data:
                self.hash.update(data)
            self.sequence(part.values)
        elif issubclass(kind, type):
            self._class(value)
        else:
            self._reduced(value, kind)

    def _atom(self, value: Any) -> None:
        if type(value) in places.KINDS:
            self.hash.update(b"" if type(value) is str else b"path")
            value = places.Here().name_of(value) or str(value)
            if len(value) < _SHORT_TEXT and "0x" in value:
                value = _ADDRESS.sub("0x", value)
        # Version 2 knows neither interned texts nor references, which differ between equal values.
        self.hash.update(marshal.dumps(value, 2))

    def sequence(self, values: Sequence[Any] | deque[Any]) -> None:
        """Elements in order."""
        self.say(len(values))
        kept = list(islice(values, max(self.left, 0)))
        self.partly |= len(kept) < len(values)
        if _ATOMS.issuperset(map(type, kept)):
            data = marshal.dumps(kept, 2)
            if not places.in_stream(data):
                self.hash.update(data)
                return
        for inner in kept:
            self.into(inner)

    def mapping(self, values: Mapping[Any, Any]) -> None:
        """Pairs in order."""
        self.sequence(list(values.keys()))
        self.sequence(list(values.values()))

    def members(self, values: Iterable[Any]) -> None:
        """Members of a set, whose order is another one in each kernel."""
        found = []
        for member in values:
            apart = _Walk(self.limits, self.left, above=self.above)
            apart.into(member)
            self.left, self.partly = apart.left, self.partly or apart.partly
            found.append(apart.hash.digest())
        for digest in sorted(found):
            self.hash.update(digest)

    def function(self, value: types.FunctionType) -> None:
        """What a function does, not the lines where it stands."""
        if str(value.__module__).startswith("matplotlib"):
            # pyplot has others of the same name once a backend is chosen.
            self.say(value.__name__)
            return
        if str(value.__module__).startswith("IPython."):
            # It notes whether what it wraps was called.
            value = _wrapped(value)
        self.code(value.__code__)
        self.into(value.__defaults__)
        self.into(value.__kwdefaults__)
        for cell in value.__closure__ or ():
            try:
                self.into(cell.cell_contents)
            except ValueError:
                self.say("empty")
        self.mapping({k: v for k, v in vars(value).items() if k != "__wrapped__"})

    def code(self, value: types.CodeType) -> None:
        """The code of a function."""
        self.hash.update(value.co_code)
        self.say(value.co_name, *value.co_names, *value.co_varnames, *value.co_freevars)
        for constant in value.co_consts:
            if isinstance(constant, types.CodeType):
                self.code(constant)
            else:
                self.into(constant)

    def named(self, value: Any) -> None:
        """Something that is known by its name."""
        self.say(str(getattr(value, "__module__", "")), str(getattr(value, "__qualname__", value)))

    def method(self, value: types.MethodType) -> None:
        """A method and the object that it belongs to.

        Of the generators that a process has one of it says nothing: how far those are is hidden state.
        """
        self.into(value.__func__)
        if all(value.__self__ is not one for one in _generators()):
            self.into(value.__self__)

    def partial(self, value: "functools.partial[Any]") -> None:
        """A call with some of its arguments."""
        self.into([value.func, value.args, value.keywords])

    def _class(self, value: type) -> None:
        self.named(value)
        if value.__module__ != "__main__" or value in self.classes:
            return
        self.classes.add(value)
        inside = vars(value)
        for key in sorted(inside.keys() - _OF_CLASSES):
            # Empty annotations come when somebody asks for them.
            if not key.startswith("_abc_") and (key != "__annotations__" or inside[key]):
                self.say(key)
                self.into(inside[key])

    def _reduced(self, value: Any, kind: type) -> None:
        """An object by what its pickle would hold."""
        known = _LASTING.get((kind.__module__, kind.__name__), copyreg.dispatch_table.get(kind))
        reduced = ran(lambda: known(value) if known is not None else value.__reduce_ex__(4))
        # A connection refuses with TypeError, a handle with RuntimeError; only this value is unknown then, not what
        # it lies in.
        if isinstance(reduced, Failed):
            raise _Unknown(f"a {_name(kind)}") from reduced.error
        if isinstance(reduced, str):
            self.say(reduced)
            return
        make, arguments, *rest = reduced
        state, elements, pairs = (*rest, None, None, None)[:3]
        self.into(make)
        self.into(arguments)
        self.into(lasting(state, kind, alone=elements is None and pairs is None))
        self.sequence([] if elements is None else list(elements))
        self.mapping({} if pairs is None else dict(pairs))


def _wrapped(function: types.FunctionType) -> types.FunctionType:
    held = (cell.cell_contents for cell in function.__closure__ or ())
    return next((one for one in held if isinstance(one, types.FunctionType)), function)


def _generators() -> list[Any]:
    """The generators behind `random.shuffle` and `numpy.random.rand`."""
    known = (("random", "_inst"), ("numpy.random.mtrand", "_rand"))
    return [getattr(sys.modules.get(module), name, None) for module, name in known]


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


_RULES: Mapping[type, Callable[[_Walk, Any], None]] = {
    list: _Walk.sequence,
    tuple: _Walk.sequence,
    deque: _Walk.sequence,
    dict: _Walk.mapping,
    set: _Walk.members,
    frozenset: _Walk.members,
    types.FunctionType: _Walk.function,
    types.BuiltinFunctionType: _Walk.named,
    types.ModuleType: _Walk.named,
    types.MethodType: _Walk.method,
    staticmethod: lambda walk, value: walk.into(value.__func__),
    classmethod: lambda walk, value: walk.into(value.__func__),
    property: lambda walk, value: walk.sequence([value.fget, value.fset, value.fdel]),
    functools.partial: _Walk.partial,
    functools.cached_property: lambda walk, value: walk.into(value.func),
    type(functools.lru_cache(lambda: None)): lambda walk, value: walk.into(value.__wrapped__),
    types.MemberDescriptorType: _Walk.named,
    types.MappingProxyType: _Walk.mapping,
    # What functions under `singledispatch` found before.
    weakref.WeakKeyDictionary: lambda walk, _: walk.say("weak"),
}
