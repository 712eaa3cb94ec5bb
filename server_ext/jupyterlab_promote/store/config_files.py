"""Paths that a notebook takes from its configuration: `pd.read_csv(yaml.safe_load(open("conf.yaml"))["data"])`.

Only words of the file are looked at, not its form; one counts where it leads to something that is there.
"""

import contextlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from jupyterlab_promote.dataflow.files.folders import MOST_ABOVE, levels_above
from jupyterlab_promote.store.never import never_travels

_FORMS = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".conf")
_LARGE = 64_000
_MOST = 20
_WORD = re.compile(r"\"([^\"\n]+)\"|'([^'\n]+)'|([^\s\"',\[\]{}=:#]+)")
_WRITTEN = re.compile(
    r"[\s\"'{]*\w*(?:out|save|result|log|dest|checkpoint)\w*[\"']?\s*[:=]", re.IGNORECASE
)
"""A line that says where something is written."""
_PATH = re.compile(r"(?![a-z][a-z0-9+.-]*://|/|~)[^*?]{1,200}")


def named_paths(folder: Path, files: Iterable[str], code: Iterable[str]) -> dict[str, list[str]]:
    """By small configuration file that some code names, the files that it names; folders end in `/`.

    Args:
        folder: the notebook's, from which all paths are.
        files: that are known to be there.
        code: of the notebook and of its modules.
    """
    text = "\n".join(code)
    asked = sorted(path for path in files if path.endswith(_FORMS))
    named = [path for path in asked if posixpath.basename(path) in text][:_MOST]
    found: dict[str, list[str]] = {}
    for path in named:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if not never_travels(Path(path)) and (folder / path).stat().st_size <= _LARGE:
                words = _words((folder / path).read_text(encoding="utf-8"))
                found[path] = list(dict.fromkeys(_led_to(folder, path, words)))
    return {path: paths for path, paths in found.items() if paths}


def _words(text: str) -> Iterator[str]:
    read = "\n".join(line for line in text.split("\n") if not _WRITTEN.match(line))
    for groups in _WORD.findall(read):
        word = next(filter(None, groups), "").strip()
        if _PATH.fullmatch(word) and ("/" in word or PurePosixPath(word).suffix):
            yield word


def _led_to(folder: Path, config: str, words: Iterable[str]) -> Iterator[str]:
    """Where words lead to: seen from the notebook, or else from the configuration."""
    for word in words:
        for base in ("", posixpath.dirname(config)):
            path = posixpath.normpath(posixpath.join(base, word))
            if levels_above(path) > MOST_ABOVE or not path.strip("./") or never_travels(Path(path)):
                continue
            if (folder / path).is_file():
                yield path
                break
            if (folder / path).is_dir():
                yield f"{path}/"
                break
