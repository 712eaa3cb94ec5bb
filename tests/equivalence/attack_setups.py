"""Small notebooks that attack the dataflow, written without looking at the analysis: what a step sets up in libraries and IPython."""

from tests.equivalence.table import Table

case = Table()

_FOR_THIS_KERNEL = "it holds in one kernel only"

case(
    "how_much_xgboost_says",
    "xgb.set_config(verbosity=0)",
    "print(xgb.get_config()['verbosity'])",
    prelude="import xgboost as xgb\n",
)
case(
    "errors_of_special_functions",
    "sc.seterr(all='raise')",
    "print(sc.geterr()['singular'])",
    prelude="import scipy.special as sc\n",
)
case(
    "how_joblib_runs",
    "joblib.parallel_config(backend='threading', n_jobs=2)",
    "print(joblib.parallel.get_active_backend()[1])",
    prelude="import joblib\n",
)
case(
    "rich_shows_results",
    "pretty.install()",
    "{'a': list(range(40))}",
    prelude="from rich import pretty\n",
)
case(
    "warnings_of_urllib3",
    "urllib3.disable_warnings()",
    "import warnings\nprint(any(f[2] is urllib3.exceptions.HTTPWarning for f in warnings.filters))",
    prelude="import urllib3\n",
)
case(
    "a_level_of_logging_with_a_name",
    "logging.addLevelName(25, 'NOTICE')",
    "print(logging.getLevelName(25))",
    prelude="import logging\n",
)
case(
    "an_item_of_a_library",
    "pd.plotting.plot_params['xaxis.compat'] = True",
    "print(pd.plotting.plot_params['xaxis.compat'])",
)
case(
    "a_list_and_a_dict_of_libraries",
    "keyword.kwlist.append('zzz')\nhtml.entities.name2codepoint.update(zz=1)",
    "print('zzz' in keyword.kwlist, html.entities.name2codepoint.get('zz'))",
    prelude="import html.entities, keyword\n",
)
case(
    "a_registry_of_a_library",
    "class Metre: pass\nunits.registry[Metre] = units.ConversionInterface()",
    "print(Metre in units.registry)",
    prelude="import matplotlib.units as units\n",
    may_refuse=_FOR_THIS_KERNEL,
)
case(
    "a_dict_of_a_library_by_another_name",
    "known = mimetypes.types_map\nknown['.qq'] = 'a/b'",
    "print(mimetypes.types_map.get('.qq'))",
    prelude="import mimetypes\n",
    may_refuse=_FOR_THIS_KERNEL,
)
case(
    "a_dict_of_a_library_imported_by_name",
    "types_map['.qq'] = 'a/b'",
    "import mimetypes\nprint(mimetypes.types_map.get('.qq'))",
    prelude="from mimetypes import types_map\n",
    may_refuse=_FOR_THIS_KERNEL,
)
case(
    "a_name_of_a_library_that_is_bound_to_a_dict",
    "norm['a'] = 1",
    "print(norm)",
    prelude="from scipy.stats import norm\nnorm = {}\n",
)
case(
    "a_font_that_is_added",
    "shutil.copy(fm.findfont('DejaVu Sans'), 'f.ttf')\nfm.fontManager.addfont('f.ttf')",
    "print(any(f.fname == 'f.ttf' for f in fm.fontManager.ttflist))",
    prelude="import shutil\nimport matplotlib.font_manager as fm\n",
    may_refuse=_FOR_THIS_KERNEL,
)
for _name, _set_up, _later in (
    ("all_results_are_shown", "ip.ast_node_interactivity = 'all'", "1\n2"),
    ("code_is_changed_before_it_runs", "ip.ast_transformers.append(Minus())", "print(5)"),
    ("lines_are_changed_before_they_run", "ip.input_transformers_post.append(plus)", "print('1 PLUS 1')"),
    ("numbers_are_shown_shorter", "shown.float_precision = '%.1f'", "3.14159"),
    ("a_magic_of_the_notebook", "get_ipython().register_magics(Yo)", "get_ipython().find_line_magic('yo')"),
    ("results_are_shown_in_one_line", "%pprint", "list(range(60))"),
):  # fmt: skip
    case(
        _name,
        "import ast\nfrom IPython.core.magic import Magics, line_magic, magics_class\nip = get_ipython()\n"
        "shown = get_ipython().display_formatter.formatters['text/plain']\n"
        "def plus(lines): return [line.replace('PLUS', '+') for line in lines]\n"
        "class Minus(ast.NodeTransformer):\n"
        "    def visit_Constant(self, n): return ast.copy_location(ast.Constant(-n.value), n)\n"
        "@magics_class\nclass Yo(Magics):\n    @line_magic\n    def yo(self, line): print(line)",
        _set_up,
        _later,
        prelude="",
        may_refuse=_FOR_THIS_KERNEL,
    )
case("errors_are_shown_plainly", "%xmode Plain", "%xmode Minimal", prelude="")
