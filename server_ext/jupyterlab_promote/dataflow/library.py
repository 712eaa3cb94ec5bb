"""What is known of Python, IPython and the usual libraries: the tables that the rules look names up in."""

import ast
import builtins
import hashlib
import importlib.util
import re
import sys
from collections.abc import Set as AbstractSet
from functools import lru_cache

from jupyterlab_promote.dataflow.names import dotted

BUILTINS = frozenset(dir(builtins)) | {
    "display", "get_ipython", "__name__", "__file__", "__doc__", "__builtins__", "exit", "quit",
    "_dh", "_exit_code", "__annotations__", "__builtin__", "__IPYTHON__", "__spec__", "__loader__", "__package__",
}  # fmt: skip

_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_ih|_oh|_ii+")


def is_history(name: str) -> bool:
    """Whether a name is IPython's history: `_`, `_3`, `Out`, `In`, `_i2`."""
    return _HISTORY.fullmatch(name) is not None


INTERACTIVE = {
    "input": "waits for somebody to type",
    "getpass.getpass": "waits for somebody to type",
    "getpass": "waits for somebody to type",
    "builtins.input": "waits for somebody to type",
    "breakpoint": "stops in a debugger",
    "pdb.set_trace": "stops in a debugger",
    "pdb.post_mortem": "stops in a debugger",
    "pdb.pm": "stops in a debugger",
    "ipdb.set_trace": "stops in a debugger",
    "IPython.core.debugger.set_trace": "stops in a debugger",
    "IPython.embed": "stops in a shell",
    "code.interact": "stops in a shell",
}
"""Calls that a run without a person cannot answer."""

_OPENERS = (
    "bz2.open", "codecs.open", "cv2.VideoCapture", "fiona.open", "gzip.open", "h5py.File", "lzma.open",
    "netCDF4.Dataset", "rasterio.open", "tables.open_file", "tarfile.open", "zipfile.ZipFile",
)  # fmt: skip
_CONNECTIONS = (
    "duckdb.connect", "psycopg2.connect", "pymongo.MongoClient", "pymysql.connect", "pyodbc.connect", "sqlite3.connect",
)  # fmt: skip
_HASHERS = tuple(f"hashlib.{name}" for name in (*hashlib.algorithms_guaranteed, "new"))
STAYS = {
    **dict.fromkeys(("open", "io.open"), "an open file"),
    **dict.fromkeys(_CONNECTIONS, "a database connection"),
    "socket.socket": "a socket",
    "threading.Thread": "a thread",
    "subprocess.Popen": "a running process",
    "tempfile.TemporaryFile": "an open file",
    "tempfile.NamedTemporaryFile": "an open file",
    "tempfile.TemporaryDirectory": "a temporary folder",
    "weakref.ref": "a weak reference",
    "weakref.proxy": "a weak reference",
    "weakref.WeakSet": "a set of weak references",
    "weakref.WeakKeyDictionary": "a dictionary of weak references",
    "weakref.WeakValueDictionary": "a dictionary of weak references",
    "threading.local": "what each thread has for itself",
    "memoryview": "a view of memory",
    "csv.writer": "a writer of an open file",
    "csv.DictWriter": "a writer of an open file",
    "cProfile.Profile": "a profile",
    "queue.Queue": "a queue",
    **dict.fromkeys((*_HASHERS, "hmac.new"), "a hash that goes on"),
    "concurrent.futures.ThreadPoolExecutor": "a pool of threads",
    "ThreadPoolExecutor": "a pool of threads",
    "concurrent.futures.ProcessPoolExecutor": "a pool of processes",
    "ProcessPoolExecutor": "a pool of processes",
    "multiprocessing.Pool": "a pool of processes",
    "boto3.client": "a client of a service",
    "boto3.resource": "a client of a service",
    "pandas.ExcelWriter": "an open file",
    "pandas.HDFStore": "an open file",
    "numpy.nditer": "an iterator with a position",
    "numpy.frompyfunc": "a function that numpy made",
    "numpy.random.get_bit_generator": "numpy's own generator",
    "numpy.printoptions": "a context",
    "pandas.option_context": "a context",
    "matplotlib.pyplot.rc_context": "a context",
    "matplotlib.rc_context": "a context",
    "sklearn.config_context": "a context",
    "warnings.catch_warnings": "a context",
    "asyncio.create_task": "a running task",
    "asyncio.new_event_loop": "an event loop",
    "<picture>.load": "the pixels of a picture",
    "<aligner>.align": "alignments that are found as they are asked for",
    "asyncio.ensure_future": "a running task",
    "<path>.glob": "an iterator with a position",
    "<splitter>.split": "a generator",
    "iter": "an iterator with a position",
    "create_engine": "a database engine",
    "sqlalchemy.create_engine": "a database engine",
    "sa.create_engine": "a database engine",
    **dict.fromkeys(_OPENERS, "an open file"),
    "dask.distributed.Client": "a client of a cluster",
    "dask.distributed.LocalCluster": "a cluster of processes",
    "gurobipy.Model": "a model of Gurobi",
    "ortools.linear_solver.pywraplp.Solver.CreateSolver": "a solver of OR-Tools",
    "ortools.linear_solver.pywraplp.Solver": "a solver of OR-Tools",
    "ortools.sat.python.cp_model.CpModel": "a model of OR-Tools",
    "ortools.sat.python.cp_model.CpSolver": "a solver of OR-Tools",
    "rich.console.Console": "a console",
    "xgb.QuantileDMatrix": "xgboost's own copy of the data",
    "xgboost.QuantileDMatrix": "xgboost's own copy of the data",
    "catboost.Pool": "catboost's own copy of the data",
    "cb.Pool": "catboost's own copy of the data",
    "csv.reader": "a reader with a position",
    "csv.DictReader": "a reader with a position",
    "yield": "a generator",
    "re.finditer": "an iterator with a position",
    "os.walk": "an iterator with a position",
    "os.scandir": "an iterator with a position",
    "glob.iglob": "an iterator with a position",
    "networkx.community.girvan_newman": "a generator",
    "networkx.connected_components": "a generator",
    "networkx.all_simple_paths": "a generator",
    "networkx.find_cliques": "a generator",
}
"""Calls whose result lives in one kernel and cannot travel."""

MAKERS = {
    **dict.fromkeys(("Path", "pathlib.Path"), "<path>"),
    **dict.fromkeys(("Align.PairwiseAligner", "Bio.Align.PairwiseAligner"), "<aligner>"),
    **dict.fromkeys(("Image.new", "Image.open", "PIL.Image.new", "PIL.Image.open"), "<picture>"),
    **dict.fromkeys(
        (
            "GroupKFold", "GroupShuffleSplit", "KFold", "LeaveOneGroupOut", "LeaveOneOut", "LeavePOut",
            "PredefinedSplit", "RepeatedKFold", "RepeatedStratifiedKFold", "ShuffleSplit", "StratifiedGroupKFold",
            "StratifiedKFold", "StratifiedShuffleSplit", "TimeSeriesSplit",
        ),
        "<splitter>",
    ),
}  # fmt: skip
"""Calls whose result has methods that stand in `STAYS`, by how these begin there."""

_SETTINGS_CALLS = frozenset(
    {
        "pd.set_option", "pandas.set_option", "np.set_printoptions", "numpy.set_printoptions", "plt.style.use",
        "sns.set", "sns.set_theme", "sns.set_style", "sns.set_context", "sns.set_palette",
        "warnings.filterwarnings", "warnings.simplefilter", "matplotlib.use", "mpl.use", "plt.rc", "plt.ion",
        "plt.ioff", "np.seterr", "logging.basicConfig", "logging.disable", "plt.rcParams.update",
        "alt.renderers.enable", "alt.data_transformers.enable", "hv.extension", "pn.extension", "shap.initjs",
        "nest_asyncio.apply", "torch.set_default_dtype", "torch.set_printoptions", "jax.config.update",
        "gc.disable", "gc.enable", "gc.set_threshold", "tqdm.pandas", "u.imperial.enable", "units.imperial.enable",
        "sys.path.append", "sys.path.insert", "sys.setrecursionlimit", "locale.setlocale",
        "register_matplotlib_converters", "pd.plotting.register_matplotlib_converters",
        "pandas.plotting.register_matplotlib_converters", "xgb.set_config", "xgboost.set_config",
        "pretty.install", "rich.pretty.install", "traceback.install", "rich.traceback.install", "tracemalloc.start",
        "faulthandler.enable", "alt.theme.enable", "alt.themes.enable", "torch.set_grad_enabled",
    }
)  # fmt: skip
"""Calls that set a library or the interpreter up; with literal arguments they run again in each later step."""

_SETTINGS_WORDS = frozenset(
    {
        "disable_max_rows", "go_offline", "init_notebook_mode", "init_printing", "init_session", "init_vprinting",
        "output_notebook", "set_matplotlib_formats", "addLevelName", "bindtextdomain", "captureWarnings",
        "textdomain", "disable_progress_bar",
        "disable_progress_bars", "enable_string_cache", "parallel_config", "setNumThreads", "set_cpu_count",
        "set_float32_matmul_precision", "set_floatx", "set_loglevel", "set_num_threads", "set_start_method",
        "set_verbosity", "set_verbosity_debug", "set_verbosity_error", "set_verbosity_info", "set_verbosity_warning",
        "quantity_support", "seterr", "time_support", "use_deterministic_algorithms",
    }
)  # fmt: skip
"""The same by their last word, whatever the library is called in the notebook: what shows results, says how much is
logged, or how many threads there are."""


def sets_up(call: ast.Call) -> bool:
    """Whether a call sets a library or the interpreter up, in the same way when it runs once more."""
    path = dotted(call.func)
    known = path in _SETTINGS_CALLS or path.rpartition(".")[2] in _SETTINGS_WORDS
    return known and not any(keyword.arg == "filename" for keyword in call.keywords)


SETTINGS_ROOTS = (
    "plt.rcParams",
    "mpl.rcParams",
    "matplotlib.rcParams",
    "pd.options",
    "pandas.options",
    "pio.templates",
    "pio.renderers",
    "plotly.io.templates",
    "plotly.io.renderers",
)
"""Objects whose attributes and items are settings that travel as hidden state."""

READERS = re.compile(
    r"(?:\w+\.)?(?:read_(?:csv|table|excel|json|parquet|feather|pickle|hdf|html|xml|fwf|orc|stata|sas|spss)"
    r"|scan_(?:csv|parquet)|loadtxt|genfromtxt|fromfile|imread|load_workbook|open|load)"
)
"""Calls whose first argument is a path that is read."""

FORMULAS = frozenset(
    {"query", "eval", "ols", "wls", "gls", "glm", "logit", "probit", "poisson", "mixedlm", "gee",
     "quantreg", "rlm", "phreg", "dmatrix", "dmatrices", "from_formula", "evaluate"}
)  # fmt: skip
"""Functions and methods whose texts name columns and variables."""

_STATE_LIBRARIES = {
    "options:pandas": {"pandas"},
    "options:numpy": {"numpy", "pandas"},
    "options:matplotlib": {"matplotlib", "seaborn", "pylab"},
    "options:sklearn": {"sklearn"},
    "options:polars": {"polars"},
    "options:warnings": {"warnings", "requests", "urllib3"},
    "options:decimal": {"decimal"},
    "options:locale": {"locale"},
    "options:logging": {"logging"},
    "options:xarray": {"xarray"},
    "options:plotly": {"plotly"},
}

_ON_TORCH = frozenset(
    {
        "accelerate", "botorch", "diffusers", "fastai", "gpytorch", "ignite", "lightning", "peft", "pyro",
        "pytorch_lightning", "sbi", "sentence_transformers", "skorch", "stable_baselines3", "timm", "torch",
        "torch_geometric", "torchaudio", "torchmetrics", "torchtext", "torchvision", "transformers", "trl",
    }
)  # fmt: skip
"""Libraries that draw from PyTorch's generators."""


def hidden_state(modules: AbstractSet[str], named: AbstractSet[str]) -> tuple[str, ...]:
    """The hidden state that a notebook may touch, so that it must travel with its values.

    Args:
        modules: that the notebook imports.
        named: what its texts name (`states_named`).

    The generators of Python and numpy always do: libraries draw from them without being asked.
    """
    states = ["rng:numpy", "rng:random"]
    if modules & _ON_TORCH:
        states.append("rng:torch")
    states += [s for s, users in _STATE_LIBRARIES.items() if users & modules]
    return (*states, *(state for state in _STATE_WORDS if state in named))


_STATE_WORDS = {
    "numbers:libraries": ("cvxpy", "ReferenceFrame", "Dummy", "thread", "Thread", "control", "keras"),
    "os:umask": ("umask",),
    "sys:limits": ("setrecursionlimit", "set_int_max_str_digits", "setswitchinterval", "gc.", "setfirstweekday",
                   "setdefaulttimeout", "field_size_limit"),
    "os:environ": ("tzset", "environ", "putenv", "%env", "%set_env", "dotenv"),
    "options:handlers": ("addHandler", "basicConfig", "dictConfig", "fileConfig", "removeHandler", "addFilter",
                         "removeFilter", ".propagate"),
    "os:cwd": ("chdir", "%cd", "%pushd", "%popd"),
    "sys:path": ("sys.path", "addsitedir", "chdir"),
    "options:pictures": ("rcParams", "ioff", "interactive", "switch_backend", "matplotlib.use", "mpl.use",
                         "MPLBACKEND", "rc_context", "xkcd", "style.context"),
}  # fmt: skip
"""State of the process by the words without which no code touches it."""


@lru_cache(maxsize=4096)
def states_named(text: str) -> frozenset[str]:
    """The state of the process that a text has words of."""
    named = [s for s, words in _STATE_WORDS.items() if any(map(text.__contains__, words))]
    return frozenset(s for s in named if s not in _STATE_FORMS or _STATE_FORMS[s].search(text))


_STATE_FORMS = {
    "numbers:libraries": re.compile(
        r"\bcvxpy\b|\b(?:import|from)\s+control\b|\bkeras\b|\b(?:ReferenceFrame|Dummy|current_thread|currentThread)\(|\bthreadName\b"
        r"|\b(?:Thread|Timer)\([\s\S]*\.(?:name\b|getName\()|\.name\b[\s\S]*\b(?:Thread|Timer)\("
    ),
    "sys:path": re.compile(r"sys\.path\b|addsitedir|chdir"),
    "options:pictures": re.compile(
        r"rcParamsDefault|\bioff\(|\binteractive\(|switch_backend|\b(?:matplotlib|mpl)\.use\(|MPLBACKEND"
        r"|rcParams\[.(?:backend|interactive).\]|\brc_context\(|\bxkcd\(|\bstyle\.context\("
    ),
}
"""How the words must stand, where that matters: `sys.path_hooks` is none of it."""


@lru_cache(maxsize=256)
def star_names(module: str) -> tuple[str, ...] | None:
    """The names that `from module import *` binds; None when it cannot be known without running user code.

    Only modules of the standard library are imported to find out.
    """
    if module.partition(".")[0] not in sys.stdlib_module_names or module in ("antigravity", "this"):
        return None
    try:
        if importlib.util.find_spec(module) is None:
            return None
        loaded = importlib.import_module(module)
    except (ImportError, ValueError, AttributeError):
        return None
    public = [name for name in dir(loaded) if not name.startswith("_")]
    return tuple(getattr(loaded, "__all__", public))
