"""Which shell commands write nothing. What is not known counts as writing."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

_MARK = "!"
_CUT = "..."
"""With which a long command ends where it is told; what was cut off is not known."""

_SIGNS = frozenset("();<>|&")
_BETWEEN = ("|", "||", "|&", "&&", ";", "&")

_READ = frozenset(
    {"arch", "basename", "cat", "cmp", "column", "comm", "cut", "df", "diff", "dirname", "du", "echo", "egrep",
     "expr", "fgrep", "file", "free", "grep", "groups", "head", "hexdump", "id", "jq", "locale", "ls", "lsblk",
     "lscpu", "md5sum", "nl", "nproc", "od", "paste", "printenv", "printf", "ps", "pwd", "readlink", "realpath",
     "rev", "seq", "sha1sum", "sha256sum", "sleep", "stat", "strings", "tac", "tail", "test", "tr", "true", "type",
     "uname", "uptime", "wc", "which", "whoami", "zcat"}
)  # fmt: skip
_VERSION = (["--version"], ["-V"])
_OF_GIT = frozenset({"blame", "describe", "diff", "log", "ls-files", "rev-parse", "show", "status"})
_OF_PIP = frozenset({"check", "freeze", "list", "show"})
_OF_CONDA = frozenset({"info", "list"})

_Words = Sequence[str]


def _without(*options: str) -> Callable[[_Words], bool]:
    """A command that only reads unless it is given one of the options."""
    return lambda words: not any(word.startswith(options) for word in words)


def _first_of(names: frozenset[str]) -> Callable[[_Words], bool]:
    return lambda words: list(words) in _VERSION or (bool(words) and words[0] in names)


_READ_WITH: dict[str, Callable[[_Words], bool]] = {
    "conda": _first_of(_OF_CONDA),
    "date": _without("-s", "--set"),
    "find": _without("-delete", "-exec", "-ok", "-fprint", "-fls"),
    "git": lambda words: _first_of(_OF_GIT)(words) and _without("--output")(words),
    "hostname": lambda words: not words,
    "nvidia-smi": lambda words: all(
        word.startswith(("-L", "--query", "--format")) for word in words
    ),
    "pip": _first_of(_OF_PIP),
    "pip3": _first_of(_OF_PIP),
    "python": lambda words: list(words) in _VERSION,
    "python3": lambda words: list(words) in _VERSION,
    "sort": _without("-o", "--output"),
    "tree": _without("-o"),
    "uniq": lambda words: sum(not word.startswith("-") for word in words) < 2,
}


@lru_cache(maxsize=4096)
def only_reads(thing: str) -> bool:
    """Whether something that is told as `!command` is known to write nothing, each command of a pipe and a list."""
    command = thing.removeprefix(_MARK)
    if command == thing or thing.endswith(_CUT) or "`" in command or "$(" in command:
        return False
    try:
        return all(_reads(words) for words in _commands(command))
    except ValueError:
        # A quote is not closed, or something else that only a shell can read.
        return False


def _reads(words: _Words) -> bool:
    if not words:
        return False
    name, *rest = words
    return name in _READ or (name in _READ_WITH and _READ_WITH[name](rest))


def _commands(text: str) -> Iterator[_Words]:
    """The words of each command. Raises ValueError where something is written into a file."""
    words: list[str] = []
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.commenters = ""
    lexer.whitespace_split = True
    pieces = iter(lexer)
    for piece in pieces:
        if not _SIGNS.issuperset(piece):
            words.append(piece)
        elif ">" in piece:
            target = next(pieces, "")
            if target != "/dev/null" and not (piece.endswith("&") and target.isdigit()):
                raise ValueError(target)
            if words and words[-1].isdigit():
                words.pop()
        elif piece in _BETWEEN:
            yield words
            words = []
        elif piece != "<":
            raise ValueError(piece)
    yield words
