"""How functions and methods of Python and the usual libraries behave: the tables behind `calls.py`.

The names follow the measurement of notes on real notebooks; a method is listed as harmless only where no usual type
changes itself or its arguments in a method of that name.
"""

import re

KNOWN_LIBRARIES = frozenset(
    {
        "IPython", "PIL", "abc", "argparse", "array", "astropy", "asyncio", "base64", "bisect", "bs4", "calendar",
        "catboost", "cmath", "collections", "concurrent", "contextlib", "copy", "csv", "dataclasses", "datetime",
        "dateutil", "decimal", "difflib", "enum", "fractions", "functools", "glob", "gzip", "hashlib", "heapq",
        "imblearn", "io", "itertools", "joblib", "json", "lifelines", "lightgbm", "logging", "math", "matplotlib",
        "mpl_toolkits", "multiprocessing", "networkx", "numbers", "numexpr", "numpy", "operator", "os", "pandas",
        "pathlib", "patsy", "pickle", "platform", "plotly", "polars", "pprint", "pyarrow", "pylab", "pytz", "queue",
        "random", "re", "scipy", "seaborn", "secrets", "shutil", "sklearn", "sqlite3", "statistics", "statsmodels",
        "string", "struct", "subprocess", "sympy", "sys", "tempfile", "textwrap", "threading", "time", "timeit",
        "tqdm", "types", "typing", "unicodedata", "urllib", "uuid", "warnings", "xgboost", "zipfile", "zoneinfo",
    }
)  # fmt: skip
"""Libraries whose functions change no argument but those named below."""
FRAME_LIBRARIES = frozenset({"numpy", "pandas", "polars", "pyarrow", "scipy"})
LEARNING_LIBRARIES = frozenset(
    {"catboost", "imblearn", "lifelines", "lightgbm", "sklearn", "statsmodels", "xgboost"}
)
DRAWING_LIBRARIES = frozenset({"matplotlib", "mpl_toolkits", "plotly", "seaborn"})
PLAIN_LIBRARIES = frozenset({"calendar", "cmath", "datetime", "math", "numbers", "platform", "statistics", "string",
                             "textwrap", "time", "unicodedata", "uuid", "zoneinfo"})  # fmt: skip

CHANGES_FIRST_ARGUMENT = frozenset(
    {
        "at", "cla", "clabel", "clf", "colorbar",
        "copyto", "delattr", "delitem", "fill_diagonal", "heapify", "iadd", "iand", "iconcat",
        "imul", "ior", "isub", "ixor", "setitem", "heappop", "heappush", "heappushpop",
        "heapreplace", "insort", "insort_left", "insort_right", "move_to_end", "next", "place", "put",
        "put_along_axis", "putmask", "readinto", "setattr", "shuffle", "nan_to_num",
    }
)  # fmt: skip
"""Functions, of Python or of a library, that change what they are given first."""

FILLS = re.compile(r"\w+_into")
"""Functions of any library that write into a buffer, wherever it stands among what they are given."""

CHANGES_BY_NAME = re.compile(r"(?:set|add|remove|update|clear|insert|append|extend|push|relabel|fill)_(?!option|eng"
                             r"|printoptions|theme|style|context|palette|config|state|color)\w")  # fmt: skip
"""Functions of any library that say so by their name."""

NOT_PLAIN = frozenset(
    {"calendar.Calendar", "calendar.HTMLCalendar", "calendar.TextCalendar", "string.Formatter", "string.Template",
     "textwrap.TextWrapper"}
)  # fmt: skip
"""What the plain libraries make and that can be changed."""

SHARING_FUNCTIONS = frozenset(
    {
        "Categorical", "DataFrame", "Index", "MultiIndex", "Series", "array_split", "asanyarray", "asarray",
        "ascontiguousarray", "asfarray", "asfortranarray", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays",
        "broadcast_to", "diag", "diagonal", "dsplit", "expand_dims", "flip", "fliplr", "flipud", "from_numpy",
        "frombuffer", "hsplit", "imag", "matrix", "moveaxis", "ravel", "real", "reshape", "rollaxis", "rot90", "split",
        "squeeze", "swapaxes", "transpose", "vsplit", "as_strided", "sliding_window_view", "to_numeric", "to_datetime",
        "array", "asmatrix", "require", "nan_to_num",
    }
)  # fmt: skip
"""Functions of frame libraries whose result may show the memory of an argument."""

PLAIN_BUILTINS = frozenset(
    {
        "abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "display", "divmod",
        "float", "format", "hasattr", "hash", "help", "hex", "id", "int", "isinstance", "issubclass", "len", "oct",
        "ord", "pow", "print", "range", "repr", "round", "str", "dir",
    }
)  # fmt: skip
OF_THEIR_ARGUMENTS = frozenset({"abs", "divmod", "pow", "round", "sum", "min", "max"})
"""Builtins whose result is of the kind of what they are given."""
BOX_BUILTINS = frozenset({"dict", "frozenset", "list", "set", "sorted", "tuple", "bytearray"})
OTHER_BUILTINS = frozenset(
    {
        "classmethod", "getattr", "globals", "locals", "memoryview", "object", "open", "property", "slice",
        "staticmethod", "super", "type", "vars",
    }
)  # fmt: skip
"""Builtins that change nothing, and whose result may hold what they are given."""
LAZY_BUILTINS = frozenset({"enumerate", "filter", "iter", "map", "reversed", "zip"})

BOX_CHANGES = frozenset(
    {
        "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
        "intersection_update", "move_to_end", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault",
        "sort", "subtract", "symmetric_difference_update", "update",
    }
)  # fmt: skip
FRAME_CHANGES = frozenset(
    {
        "append", "byteswap", "clear", "discard", "extend", "fill", "insert", "isetitem", "itemset", "partition",
        "pop", "popitem", "put", "remove", "resize", "reverse", "setdefault", "setfield", "setflags", "sort",
        "update",
    }
)  # fmt: skip
FIT = frozenset(
    {
        "fit",
        "fit_predict",
        "fit_resample",
        "fit_transform",
        "partial_fit",
        "set_params",
        "warm_start",
    }
)
FRAME_COPIES = frozenset(
    {
        "abs", "add", "agg", "aggregate", "all", "any", "applymap", "argmax", "argmin", "argsort", "asfreq", "assign",
        "between", "bfill", "clip", "combine_first", "concat", "copy", "corr", "count", "cov", "cummax", "cummin",
        "cumprod", "cumsum", "cut", "describe", "diff", "div", "dot", "drop", "drop_duplicates", "dropna",
        "duplicated", "eq", "eval", "explode", "ffill", "fillna", "first", "floordiv", "ge", "get_dummies", "gt",
        "head", "idxmax", "idxmin", "isin", "isna", "isnull", "join", "kurt", "last", "le", "lt", "map", "max", "mean",
        "median", "melt", "merge", "min", "mod", "mode", "mul", "ne", "ngroup", "nlargest", "notna", "notnull",
        "nsmallest", "nunique", "pct_change", "pivot", "pivot_table", "pow", "prod", "quantile", "query", "rank",
        "replace", "reset_index", "round", "sample", "select_dtypes", "sem", "shift", "size", "skew", "sort_index",
        "sort_values", "stack", "std", "strftime", "sub", "sum", "tail", "tobytes", "to_json", "to_string",
        "total_seconds", "truediv", "unique", "unstack", "value_counts", "var", "where", "mask", "astype", "repeat",
        "take", "nonzero", "searchsorted", "ptp", "trace", "flatten", "isocalendar", "to_csv", "to_parquet",
        "to_excel", "to_pickle", "to_html", "to_feather", "to_sql", "to_markdown", "to_latex", "to_hdf", "info",
        "group_by", "with_columns", "collect",
    }
)  # fmt: skip
"""Methods of frames that give a new object: pandas 3, and what pandas 2 and numpy copy as well."""

HARMLESS_METHODS = FRAME_COPIES | frozenset(
    {
        "T", "apply", "as_posix", "bar", "barh", "boxplot", "capitalize", "casefold", "cat", "cdf", "center",
        "columns", "conf_int", "conj", "conjugate", "contains", "corrwith", "cross_val_score", "date", "day",
        "dayofweek", "decision_function", "decode", "degree", "diagonal", "difference", "edges", "elements",
        "encode", "endswith", "evalf", "ewm", "exists", "expand", "expanding", "expandtabs", "extract", "extractall",
        "factor", "filter", "find", "findall", "finditer", "fitted", "format", "fullmatch", "get",
        "get_feature_names_out", "get_forecast", "get_group", "get_params", "get_prediction", "glob", "group",
        "groupby", "groups", "has_edge", "has_node", "hex", "hist", "hour", "in_degree", "index", "interpolate",
        "intersection", "interval", "inverse_transform", "is_dir", "is_file", "isalnum", "isalpha", "isdecimal",
        "isdigit", "isdisjoint", "islower", "isnumeric", "isoformat", "isspace", "issubset", "issuperset", "istitle",
        "isupper", "item", "items", "iterdir", "iteritems", "iterrows", "itertuples", "joinpath", "keys",
        "kneighbors", "len", "ljust", "logpdf", "lower", "lstrip", "match", "minute", "month", "most_common",
        "neighbors", "nodes", "number_of_edges", "number_of_nodes", "out", "out_degree", "params", "pdf", "pipe",
        "plot", "pmf", "polyval", "ppf", "predict", "predict_log_proba", "predict_proba", "pvalues", "ravel",
        "read_bytes", "read_text", "relative_to", "removeprefix", "removesuffix", "rename", "resample", "reshape",
        "resid", "resolve", "rfind", "rglob", "rindex", "rjust", "rolling", "rpartition", "rsplit", "rstrip",
        "scatter", "score", "search", "second", "set_index", "sf", "simplify", "slice", "span", "split",
        "splitlines", "squeeze", "startswith", "stat", "strip", "subgraph", "subs", "summary", "summary2",
        "swapaxes", "swapcase", "symmetric_difference", "t_test", "time", "timestamp", "title", "to_dict",
        "to_frame", "to_list", "to_numpy", "to_pandas", "to_period", "to_timestamp", "to_value", "tolist",
        "transform", "translate", "transpose", "tz_convert", "tz_localize", "union", "upper", "values", "view",
        "wald_test", "weekday", "with_name", "with_suffix", "year", "zfill",
    }
)  # fmt: skip
"""Methods that change neither the object nor the arguments, whatever usual type has them."""
HARMLESS_METHODS -= {"add", "collect"}
DRAWN_WITH = frozenset({"bar", "barh", "boxplot", "hist", "plot", "scatter", "extract"})
"""Of these, methods that change axes (and parts of pages), which only a frame is known not to be."""

FRAME_ELEMENTS = frozenset(
    {"shape", "size", "ndim", "dtype", "dtypes", "empty", "name", "nbytes", "itemsize", "nrows"}
)
"""Attributes of frames that are plain."""

FRAME_READS = frozenset(
    {
        "add_categories", "add_prefix", "add_suffix", "align", "argpartition", "as_ordered", "as_unordered", "asof",
        "at_time", "autocorr", "between_time", "case_when", "ceil", "combine", "compare", "compress", "convert_dtypes",
        "cumcount", "day_name", "delete", "divide", "divmod", "droplevel", "equals", "factorize", "first_valid_index",
        "floor", "from_dict", "from_product", "from_records", "from_tuples", "get_indexer", "get_indexer_for",
        "get_level_values", "get_loc", "get_locs", "identical", "infer_objects", "isascii", "kurtosis",
        "last_valid_index", "memory_usage", "month_name", "multiply", "nearest", "normalize", "ohlc", "pad", "product",
        "radd", "rdiv", "reindex", "reindex_like", "remove_categories", "remove_unused_categories",
        "remove_unused_levels", "rename_axis", "rename_categories", "reorder_categories", "reorder_levels", "rmul",
        "rpow", "rsub", "rtruediv", "set_axis", "set_categories", "set_levels", "set_names", "slice_indexer",
        "slice_locs", "slice_replace", "sortlevel", "subtract", "swaplevel", "to_flat_index", "to_julian_date",
        "to_pydatetime", "to_records", "to_series", "to_xarray", "truncate", "wrap", "xs",
    }
)  # fmt: skip
"""Further methods of frames and their labels that change nothing; other types may have their own."""

CONNECTS = frozenset({"add_callback", "connect", "mpl_connect", "new_timer"})
"""Methods of figures and their parts that keep a function, to call it when something happens."""

TAKES_IN = re.compile(r"add_(?!subplot|axes|gridspec|subfigure)\w+|clabel|colorbar")
"""Methods of figures and their parts that make what they are given a part of a drawing."""

CALLS_BACK = frozenset(
    {"agg", "aggregate", "apply", "applymap", "filter", "map", "pipe", "transform"}
)

TEXT_LISTS = frozenset({"partition", "rpartition", "rsplit", "split", "splitlines"})

RENDERS = frozenset({"to_html", "to_json", "to_latex", "to_markdown", "to_string"})
"""Methods that give a text, or write a file when they are given a path."""

READS_FILES = re.compile(r"(?:load|read|scan|open|from_?file|imread|memmap|ExcelFile)(?:_?\w+)?")
"""Functions that read a file when they are given a path."""

WRITES_FILES = re.compile(r"(?:tofile|\w*FileHandler|sink_\w+|memmap"
                          r"|ExcelWriter|HDFStore|PdfPages|to_(?!list|dict|numpy|frame|string|period|timestamp|datetime|numeric|value|pandas|arrow"
                          r"|json$|html$|latex$|markdown$)\w+|save\w*|dump(?:_\w+)?|write\w*|imwrite|imsave|export\w*"
                          r"|mkdir|makedirs|unlink|rmdir|touch|rename|replace_|symlink_to)")  # fmt: skip
"""Methods and functions that write a file when they are given a path."""

WORLD = frozenset(
    {
        "requests", "urllib", "urllib3", "httpx", "aiohttp", "socket", "smtplib", "ftplib", "boto3", "sqlalchemy",
        "psycopg2", "pymysql", "pymongo", "redis", "kafka", "google", "azure", "snowflake", "subprocess",
    }
)  # fmt: skip
"""Libraries that reach other processes and machines."""

WORLD_METHODS = frozenset(
    {
        "execute",
        "executemany",
        "commit",
        "send",
        "sendall",
        "post",
        "publish",
        "upload",
        "put_object",
        "to_sql",
    }
)

SEEDS = re.compile(r"\w*seed\w*|set_?state", re.IGNORECASE)
"""Names of functions that set a random generator."""
NOT_GLOBAL_NUMPY = frozenset(
    {
        "default_rng",
        "RandomState",
        "Generator",
        "SeedSequence",
        "PCG64",
        "MT19937",
        "Philox",
        "SFC64",
    }
)
NOT_GLOBAL_RANDOM = frozenset({"Random", "SystemRandom"})

OPTION_CALLS = (
    (
        "options:pandas",
        re.compile(r"pandas\.(?:\w+\.)*(?:(?:re)?set_option|option_context|set_eng_float_format)"),
    ),
    ("options:numpy", re.compile(r"numpy\.(?:set_printoptions|seterr|seterrcall|printoptions|errstate)")),
    (
        "options:matplotlib",
        re.compile(
            r"(?:matplotlib\.(?:style\.use|rc\w*|use|pyplot\.(?:style\.\w+|rc\w*|set_cmap|xkcd|switch_backend"
            r"|autumn|bone|cool|copper|flag|gray|hot|hsv|inferno|jet|magma|nipy_spectral|pink|plasma|prism|spring|summer"
            r"|viridis|winter))|IPython\.core\.pylabtools\.figsize"
            r"|matplotlib\.(?:\w+\.)*rcParams\.\w+|seaborn\.(?:set|set_\w+|reset_\w+|axes_style|plotting_context))"
        ),
    ),
    (
        "options:pictures",
        re.compile(r"matplotlib\.(?:use|interactive|pyplot\.(?:switch_backend|ioff|ion)|(?:\w+\.)*rcParams\.update"
                   r"|(?:pyplot\.)?(?:rc_context|xkcd|style\.context))"),
    ),
    ("options:warnings", re.compile(r"warnings\.(?!warn$)\w+|(?:requests\.|packages\.)*urllib3\.disable_warnings")),
    ("os:environ", re.compile(r"os\.(?:environ\.(?:update|setdefault|pop|popitem|clear|__setitem__)|putenv|unsetenv)")),
    ("options:sklearn", re.compile(r"sklearn\.(?:\w+\.)*(?:set_config|config_context)")),
    ("options:polars", re.compile(r"polars\.(?:\w+\.)*Config\b.*")),
    ("options:decimal", re.compile(r"decimal\.(?:[gs]etcontext|localcontext|DefaultContext\.\w+)")),
    ("options:locale", re.compile(r"locale\.(?:re)?setlocale")),
    ("options:logging", re.compile(r"logging\.(?:basicConfig|disable|config\.\w+|(?:root|getLogger)\.setLevel)")),
    ("options:handlers", re.compile(r"logging\.(?:basicConfig|config\.\w+|(?:root|getLogger)\.(?:add|remove)\w+)")),
    ("options:xarray", re.compile(r"xarray\.set_options")),
    ("options:plotly", re.compile(r"plotly\.io\.(?:templates|renderers)\.\w+")),
    ("sys:limits", re.compile(r"sys\.set(?:recursionlimit|_int_max_str_digits|switchinterval)"
                              r"|gc\.(?:enable|disable|set_threshold)|calendar\.setfirstweekday"
                              r"|socket\.setdefaulttimeout|csv\.field_size_limit")),
    ("os:umask", re.compile(r"os\.umask")),
    ("os:environ", re.compile(r"time\.tzset")),
    ("os:cwd", re.compile(r"os\.f?chdir")),
    ("sys:path", re.compile(r"os\.f?chdir")),
    ("sys:path", re.compile(r"sys\.path\.\w+|site\.addsitedir")),
)  # fmt: skip
"""Calls that change hidden state, by the dotted path with the library's own name."""

SET_UP = "again:"
"""Marks hidden state that is set by a line which runs again in each later step."""

OPTION_STORES = (
    ("options:pandas", "pandas.options"),
    ("options:matplotlib", "matplotlib"),
    ("options:matplotlib", "pylab.rcParams"),
    ("options:pictures", "matplotlib"),
    ("options:plotly", "plotly.io."),
    ("options:decimal", "decimal.getcontext"),
    ("os:environ", "os.environ"),
    ("options:pictures", "os.environ"),
    ("sys:path", "sys.path"),
)
