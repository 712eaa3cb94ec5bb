"""IPython cells as Python: names, lines, installs, and nothing ever raised."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_promote.notebook.installs import without_installs
from jupyterlab_promote.notebook.source import python_cell


def code(source):
    read = python_cell(source)
    return None if read.tree is None else ast.unparse(read.tree)


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("x = 1;", "x = 1"),
        ("%time x = f()", "get_ipython().run_line_magic('time', 'x = f()')"),
        ("files = !ls {folder}", "files = get_ipython().getoutput('ls {folder}')"),
        ("here = %pwd", "here = get_ipython().run_line_magic('pwd', '')"),
        ("x?", "get_ipython().run_line_magic('pinfo', 'x')"),
        ("x??", "get_ipython().run_line_magic('pinfo2', 'x')"),
        ("await fetch()", "await fetch()"),
        ("ls -l", "get_ipython().run_line_magic('ls', '-l')"),
        ("cd ../data", "get_ipython().run_line_magic('cd', '../data')"),
        ("cd data", "get_ipython().run_line_magic('cd', 'data')"),
        ("ls = 3", "ls = 3"),
        ("time.sleep(1)", "time.sleep(1)"),
        ("%%time\nx = 1", "x = 1"),
        ("\n  \n%%time\nx = 1", "x = 1"),
        ("%%timeit -n 3\nx", "x"),
        ("%%timeit y = 2\nx", "y = 2\nx"),
        ("%%capture out\n%%time\nx = 1", "x = 1"),
        (">>> x = 1\n>>> x", "x = 1\nx"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
        ("%%html\n<b>", None),
        ("%%bash\nls", None),
        ("", ""),
    ],
)
def test_a_cell_is_the_python_that_ipython_runs(source, python):
    read = python_cell(source)
    assert (code(source), read.error) == (python, None)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = (", 1),
        ("\n\nx = 1\ny = (", 4),
        ("!ls \\\n  -l\nx = 1\ny = (", 4),
        ("%%time\n\nx = 1\ny = (", 4),
        ("\n%%capture out\n%%time\ny = (", 4),
        ("%%timeit x = 1\ny = (", 2),
        ("a\x00", 1),
        ("def f(:\n  pass", 1),
    ],
)
def test_a_syntax_error_is_told_with_the_line_of_the_cell(source, line):
    read = python_cell(source)
    assert read.tree is None
    assert read.error is not None
    assert read.error[1] == line


@pytest.mark.parametrize(
    "source",
    ["\n\nmarker = 1", "!a \\\n  b\nmarker = 1", "%%time\nx = !a \\\n  b\nmarker = 1", "if x:\n  %cd \\\n  b\n\nmarker = 1"],
)  # fmt: skip
def test_lines_of_the_tree_are_lines_of_the_cell(source):
    read = python_cell(source)
    lineno = next(
        n.lineno for n in ast.walk(read.tree) if isinstance(n, ast.Name) and n.id == "marker"
    )
    assert source.split("\n")[lineno + read.line_offset - 1] == "marker = 1"


@pytest.mark.parametrize(
    ("source", "binds", "interpolated", "opaque", "writes"),
    [
        ("%%capture out --no-stderr\nx", ("out",), (), "", None),
        ("%%capture --no-stdout out\nx", ("out",), (), "", None),
        ("%%bash --out first --err second\necho $a", ("first", "second"), (), "", None),
        ("%%bash -s {folder}\nls", (), ("folder",), "", None),
        ("!cp {a + b} $c ${HOME} $$", (), ("a", "b", "c"), "", None),
        ("x = !awk '{print $1}' {name}", (), ("name",), "", None),
        ("%%writefile out.py\nx = 1", (), (), "", ("out.py", False)),
        ("%%writefile -a {where}/out.py\nx = 1", (), ("where",), "", ("{where}/out.py", True)),
        ("%%python3\nprint(1)", (), (), "", None),
        ("%%cython\ncdef int x", (), (), "%%cython", None),
        ("%%R -i df\nplot(df)", (), (), "%%R", None),
    ],
)
def test_what_magics_bind_use_and_write(source, binds, interpolated, opaque, writes):
    read = python_cell(source)
    assert (read.binds, read.interpolated, read.opaque, read.writes_file) == (
        binds,
        interpolated,
        opaque,
        writes,
    )


@pytest.mark.parametrize(
    ("source", "requirements"),
    [
        ("%pip install -q pandas 'polars>=1'", ("pandas", "polars>=1")),
        ("!pip install a b>=2 | tail -1", ("a", "b>=2")),
        ("!pip3 install a > /dev/null 2>&1", ("a",)),
        ("!{sys.executable} -m pip install a", ("a",)),
        ("!uv pip install --index-url https://example.org/simple a[x]==1", ("a[x]==1",)),
        ("%conda install -y -c conda-forge numpy=1.26", ("numpy==1.26",)),
        ("pip install a", ("a",)),
        ("%%capture\n%pip install a", ("a",)),
        ("%pip install -r requirements.txt", ()),
        ("%pip install -e .", ()),
        ("!pip install a && make", ()),
        ("!pip install {name}", ()),
        ("!pip list", ()),
    ],
)
def test_install_lines_become_requirements_unless_unsure(source, requirements):
    assert python_cell(source).requirements == requirements


def test_install_lines_are_comments_in_a_step_and_all_lines_stay():
    source = "import sys\nif x:\n    !{sys.executable} -m pip install \\\n      a\n    y = 1\n%pip install b\nz"
    read = python_cell(source)
    written = without_installs(source, read.install_lines)
    assert written == (
        "import sys\n"
        "if x:\n"
        "    pass  # in the environment: !{sys.executable} -m pip install\n"
        "    # in the environment: a\n"
        "    y = 1\n"
        "# in the environment: %pip install b\n"
        "z"
    )
    assert read.requirements == ("a", "b")
    assert code(written) == "import sys\nif x:\n    pass\n    y = 1\nz"


@given(st.text(alphabet="%!?{}$\\ \n\tabx=().'\"#:;0@\x00", max_size=40))
def test_no_text_makes_it_raise(source):
    python_cell(source)
