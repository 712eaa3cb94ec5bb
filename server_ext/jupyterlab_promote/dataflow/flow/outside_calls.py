"""Which calls read or write something outside the kernel: files, databases, the network, other processes."""

import ast
import re
from collections.abc import Sequence

from jupyterlab_promote.dataflow.flow import behaviour as known
from jupyterlab_promote.dataflow.flow.by_name import reads_files, reads_tables, writes_files
from jupyterlab_promote.dataflow.flow.reading import Scope
from jupyterlab_promote.dataflow.flow.values import Outside, Text, Value
from jupyterlab_promote.dataflow.written import shown
from jupyterlab_promote.notebook.source import PythonCell

_READING_WORLD = frozenset(
    {"get", "head", "urlopen", "read_sql", "read_sql_query", "read_sql_table"}
)
_HARMLESS_OS = frozenset(
    {"getcwd", "getenv", "getpid", "cpu_count", "uname", "get", "fspath", "urandom", "getlogin", "strerror",
     "quote", "unquote", "urlparse", "urlencode", "urljoin", "urlsplit"}
)  # fmt: skip
_OF_OPEN_FILES = frozenset(
    {"read", "readline", "readlines", "write", "writelines", "writerow", "writerows"}
)
"""What is done with an open file; where it is, opening it told."""
_LISTS = frozenset({"exists", "isfile", "isdir", "listdir", "walk", "scandir", "stat", "getsize", "getmtime", "glob",
                    "iglob", "iterdir", "rglob", "is_file", "is_dir"})  # fmt: skip
_PROFILES = re.compile(r"(?<!\S)-[TD]\s*(\S+)")


def _first_line(cell: PythonCell) -> str:
    said = cell.text.strip().partition("\n")[0]
    return f"%%{cell.magic} {said}"[:60].strip() if cell.magic else said[:60]


def note_outside(
    node: ast.Call, held: Value | None, function: Value, given: Sequence[Value], scope: Scope
) -> None:
    """Note what a call may read or write outside the kernel."""
    found = (
        _of_method(node, held, given) if held is not None else _of_function(node, function, given)
    )
    if found is not None:
        scope.record.outside[found] = None


def note_profile(node: ast.Call, line: str, scope: Scope) -> None:
    """Note the files that `%prun -T report.txt -D profile.bin` and its kind write."""
    for path in _PROFILES.findall(line.partition("(")[0]):
        scope.record.outside[_seen(node, "file", Text(path), writes=True)] = None


def note_folder(node: ast.Call, line: str, scope: Scope) -> None:
    """Note that `%cd folder` needs the folder, which an earlier step may make."""
    words = [word for word in line.split() if not word.startswith("-")]
    if len(words) == 1 and words[0].strip(".~/$"):
        scope.record.outside[_seen(node, "file", Text(words[0]), writes=False)] = None


def of_cell(cell: PythonCell) -> set[Outside]:
    """What a cell magic does: `%%writefile`, and any other that is not Python."""
    if cell.writes_file:
        return {
            Outside("file", writes=True, line=1, why="%%writefile", place=Text(cell.writes_file[0]))
        }
    if cell.tree is None and cell.text:
        return {Outside("world", writes=True, line=1, why=_first_line(cell))}
    return set()


def _seen(node: ast.Call, what: str, place: Text | None = None, *, writes: bool) -> Outside:
    if place is not None and "://" in place.begins:
        what = "world"
    return Outside(
        "file" if what == "file" else "world",
        writes=writes,
        line=node.lineno,
        why=shown(node),
        place=place,
    )


def _path(node: ast.Call, given: Sequence[Value]) -> Text | None:
    if node.keywords:
        for keyword, value in zip(node.keywords, given[len(node.args) :], strict=False):
            if keyword.arg in _NAMED_PATHS:
                return value.text
    return given[0].text if given and node.args else None


def _second_path(node: ast.Call, given: Sequence[Value]) -> Text | None:
    return given[1].text if len(node.args) > 1 else _path(node, given)


_NAMED_PATHS = frozenset({"path", "path_or_buf", "fname", "filename", "file", "filepath_or_buffer"})


def _of_method(node: ast.Call, held: Value | None, given: Sequence[Value]) -> Outside | None:
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - methods are attributes
    assert held is not None  # noqa: S101
    name = node.func.attr
    if held.kind == "box":
        return None
    if held.text is not None or held.kind == "plain":
        return _of_path(node, name, held, given)
    if name in known.WORLD_METHODS:
        return _seen(node, "world", writes=True)
    if name in _OF_OPEN_FILES:
        return None
    place = _path(node, given)
    if name in known.RENDERS and (place is not None or "buf" in {k.arg for k in node.keywords}):
        return _seen(node, "file", place, writes=True)
    if name in ("collect", "fetch") and held.kind in ("any", "frame"):
        # A lazy table reads its file now.
        return _seen(node, "file", writes=False)
    if place is not None and name != "open" and reads_files(name):
        return _seen(node, "file", place, writes=False)
    if writes_files(name) and (given or name in ("mkdir", "unlink", "touch", "rmdir")):
        return _seen(node, "file", _path(node, given), writes=True)
    if name == "open":
        return _seen(node, "file", writes=True)
    return None


def _of_path(node: ast.Call, name: str, held: Value, given: Sequence[Value]) -> Outside | None:
    """A method of a path, or of a text that may be one."""
    if name in (
        "write_text",
        "write_bytes",
        "mkdir",
        "unlink",
        "touch",
        "rmdir",
        "rename",
        "symlink_to",
    ):
        return _seen(node, "file", held.text if name != "rename" else None, writes=True)
    if name in ("read_text", "read_bytes", *_LISTS):
        return _seen(node, "file", held.text if name.startswith("read") else None, writes=False)
    if name == "open":
        return _seen(node, "file", held.text, writes=_writes(node, first=0))
    del given
    return None


def _of_function(node: ast.Call, function: Value, given: Sequence[Value]) -> Outside | None:
    path = function.path
    top = path.partition(".")[0]
    name = path.rpartition(".")[2]
    if path == "builtins.open" or path in ("io.open", "gzip.open", "bz2.open"):
        return _seen(node, "file", _path(node, given), writes=_writes(node, first=1))
    if function.kind != "module":
        return None
    if top not in known.KNOWN_LIBRARIES or top in known.WORLD:
        return _of_other_library(node, path, given)
    if name in _READING_WORLD and top in known.FRAME_LIBRARIES:
        return _seen(node, "world", writes=False)
    if top in ("os", "shutil", "tempfile", "sqlite3", "zipfile", "joblib", "pickle", "glob"):
        return _of_system(node, path, given)
    if name == "memmap":
        return _seen(node, "file", _path(node, given), writes=True)
    place = _path(node, given)
    of_file = name in ("load", "open") and top not in known.FRAME_LIBRARIES and place is None
    if (reads_tables(name) and not of_file) or (place is not None and reads_files(name)):
        return _seen(node, "file", place, writes=False)
    if writes_files(name) and given:
        return _writing(node, top, name, given)
    return _of_named_file(node, path, given)


def _of_named_file(node: ast.Call, path: str, given: Sequence[Value]) -> Outside | None:
    """What is given a text with the ending of a file may read that file: `Image("figure.png")`."""
    texts = (value.text for value in given if value.text is not None)
    named = next((text for text in texts if _ENDING.search(text.ends or text.begins)), None)
    shows = path in _SHOWS_FILES and bool(node.args) and given[0].text is None
    return _seen(node, "file", named, writes=False) if named is not None or shows else None


_ENDING = re.compile(r"\.[A-Za-z]\w{0,7}$")
_SHOWS_FILES = frozenset(f"IPython.display.{kind}" for kind in ("Image", "SVG", "Video"))
"""What is given a path, or the bytes of a picture."""


def _of_other_library(node: ast.Call, path: str, given: Sequence[Value]) -> Outside | None:
    """A call of a library that reaches the world, or of which nothing is known."""
    reaches = path.partition(".")[0] in known.WORLD
    name = path.rpartition(".")[2]
    if reaches and name in _HARMLESS_OS - {"get"}:
        return None
    if name == "urlretrieve":
        return _seen(node, "file", _second_path(node, given), writes=True)
    effect = _seen(node, "world", writes=name not in _READING_WORLD)
    return effect if reaches else effect._replace(sure=False)


def _writing(node: ast.Call, top: str, name: str, given: Sequence[Value]) -> Outside | None:
    told = next((value.text for value in given if value.text is not None), None)
    if (top, name) in (("json", "dump"), ("csv", "writer")) or (name == "write" and told is None):
        return None
    return _seen(node, "file", _path(node, given) or told, writes=True)


def _of_system(node: ast.Call, path: str, given: Sequence[Value]) -> Outside | None:
    name = path.rpartition(".")[2]
    if name in _LISTS:
        # Whether a file is there depends on every step that writes one.
        return _seen(node, "file", writes=False)
    if name == "chdir":
        place = _path(node, given)
        return (
            _seen(node, "file", place, writes=False) if place and place.begins.strip("./") else None
        )
    harmless = path.startswith(("os.path.", "os.environ.")) or name in _HARMLESS_OS
    if harmless or name in ("loads", "dumps", "Parallel", "delayed", "hash", "gettempdir"):
        return None
    if path.startswith("pickle."):
        return None
    if name in ("makedirs", "mkdir", "remove", "unlink", "rmdir"):
        return _seen(node, "file", _path(node, given), writes=True)
    if path == "joblib.dump":
        return _seen(node, "file", _second_path(node, given), writes=True)
    if path in ("joblib.load",):
        return _seen(node, "file", _path(node, given), writes=False)
    if name.startswith(("mkdtemp", "mkstemp", "Temporary", "NamedTemporary")):
        return None
    if path == "sqlite3.connect":
        return _seen(node, "file", _path(node, given), writes=True)
    return _seen(node, "world", writes=True)


def _writes(node: ast.Call, *, first: int) -> bool:
    mode = node.args[first] if len(node.args) > first else None
    mode = next((k.value for k in node.keywords if k.arg == "mode"), mode)
    if mode is None:
        return False
    return not (isinstance(mode, ast.Constant) and str(mode.value).strip("bt") == "r")
