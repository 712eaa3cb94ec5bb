"""Patterns of paths, and which files they mean. `*` also stands for what only a run knows."""

import re
from fnmatch import translate
from functools import lru_cache


def any_of(patterns: frozenset[str]) -> re.Pattern[str] | None:
    """What any of the patterns matches; None where there are none."""
    return re.compile("|".join(map(translate, patterns))) if patterns else None


def matching(text: str, present: frozenset[str]) -> bool:
    """Whether a pattern means a file that is there."""
    return any(map(pattern_of(text).fullmatch, present))


def is_met(text: str, present: frozenset[str]) -> bool:
    """Whether a path is a pattern, and of files that are there: `*` may stand for what only a run knows."""
    if "*" in text:
        return True
    return not {"?", "["}.isdisjoint(text) and matching(text, present)


_WILD = re.compile(r"(\*|\?|\[!?[^\]/]+\])")


@lru_cache(maxsize=4096)
def pattern_of(text: str) -> re.Pattern[str]:
    """What a pattern matches; `**/` is any number of folders, also none."""
    parts = ("".join(map(_translated, _WILD.split(part))) for part in text.split("**/"))
    return re.compile("(?:.*/)?".join(parts))


def _translated(part: str) -> str:
    if _WILD.fullmatch(part) is None:
        return re.escape(part)
    one_of = part[1:-1].replace("\\", r"\\")
    said = {"*": "[^/]*", "?": "[^/]"}.get(part)
    return said or (f"[^{one_of[1:]}]" if one_of.startswith("!") else f"[{one_of}]")
