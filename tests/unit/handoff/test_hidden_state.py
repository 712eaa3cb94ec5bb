"""Hidden state of the interpreter travels under its pseudo-names."""

import pytest

CASES = {
    "rng:numpy": (
        "import numpy as np; np.random.seed(3); np.random.rand(5)",
        "import numpy as np; x = np.random.rand(); np.random.seed(3); np.random.rand(5); print(x == np.random.rand())",
    ),
    "rng:random": (
        "import random; random.seed(3); random.random()",
        "import random; x = random.random(); random.seed(3); random.random(); print(x == random.random())",
    ),
    "options:pandas": (
        "import pandas as pd; pd.set_option('display.max_rows', 7); pd.options.display.float_format = '{:.1f}'.format",
        "import pandas as pd; print(pd.get_option('display.max_rows') == 7 and '2.0' in str(pd.Series([2.04])))",
    ),
    "options:numpy": (
        "import numpy as np; np.set_printoptions(precision=2); np.seterr(divide='raise')",
        "import numpy as np; print(str(np.array([1.23456])) == '[1.23]' and np.geterr()['divide'] == 'raise')",
    ),
    "options:matplotlib": (
        "import matplotlib.pyplot as plt; plt.rcParams['lines.linewidth'] = 9; plt.style.use('ggplot')",
        "import matplotlib as mpl; print(mpl.rcParams['lines.linewidth'] == 9 and mpl.rcParams['axes.grid'])",
    ),
    "options:pictures": (
        "import matplotlib; matplotlib.use('svg')",
        "import matplotlib as mpl; print(mpl.get_backend() == 'svg')",
    ),
    "options:warnings": (
        "import warnings; warnings.filterwarnings('error', message='mine.*')",
        """
        import warnings
        try:
            warnings.warn('mine it is')
            print(False)
        except UserWarning:
            print(True)
        """,
    ),
    "os:environ": (
        "import os; os.environ['MINE'] = '7'; del os.environ['GIVEN']",
        "import os; print(os.environ['MINE'] == '7' and 'GIVEN' not in os.environ)",
    ),
    "os:cwd": (
        "import os; os.mkdir('deep'); os.chdir('deep')",
        "import os; print(os.getcwd().endswith('use/work/deep'))",
    ),
    "sys:path": (
        "import os, sys; sys.path.insert(0, os.path.abspath('deep')); sys.path.append('lib')",
        "import sys; print(sys.path[0].endswith('use/work/deep') and sys.path[-1] == 'lib')",
    ),
}


TORCH = """
class State(list):
    tolist = lambda self: list(self)
class cuda:
    is_available = is_initialized = staticmethod(lambda: True)
    device_count = staticmethod(lambda: 1)
    get_rng_state_all = staticmethod(lambda: [State([4]), State([5])])
    set_rng_state = staticmethod(lambda state, index: gpus.update({index: list(state)}))
gpus, cpu, uint8 = {}, State([1]), None
tensor = lambda values, dtype: State(values)
get_rng_state = lambda: cpu
def set_rng_state(state):
    global cpu
    cpu = state
"""
"""PyTorch is too large for a test: this has those of its functions that are called."""


def test_the_generators_of_pytorch_travel_to_the_devices_that_are_there(steps, tmp_path):
    (tmp_path / "torch.py").write_text(TORCH)
    there = {"PYTHONPATH": str(tmp_path)}
    make = "import torch; torch.set_rng_state(torch.tensor([7, 8], None))"
    steps.ok("make", make, saves=[["rng:torch"]], environ=there)
    use = "import torch; print(torch.cpu, torch.gpus)"
    loaded = steps.ok("use", use, loads={"make": ["rng:torch"]}, environ=there)
    assert loaded == ["[7, 8] {0: [4]}"]


@pytest.mark.parametrize("name", CASES)
def test_hidden_state_travels(name, steps):
    make, use = CASES[name]
    steps.ok("make", make, saves=[[name]], environ={"GIVEN": "1"})
    assert steps.ok("use", use, loads={"make": [name]}, environ={"GIVEN": "1"}) == ["True"]


def test_what_seaborn_lets_the_letters_of_colours_mean_travels_with_the_options(steps):
    make = "from matplotlib import colors; colors.to_rgb('b'); colors.colorConverter.colors['b'] = (0, 0.5, 0)"
    steps.ok("make", make, saves=[["options:matplotlib"]])
    use = "from matplotlib import colors; print(colors.to_rgb('b'))"
    assert steps.ok("use", use, loads={"make": ["options:matplotlib"]}) == ["(0.0, 0.5, 0.0)"]


def test_a_module_that_was_not_imported_has_no_state(steps):
    steps.ok("make", "x = 1", saves=[["x", "rng:numpy", "options:pandas", "options:matplotlib"]])
    use = "import sys; print(x, 'numpy' in sys.modules)"
    assert steps.ok("use", use, loads={"make": ["x", "rng:numpy", "options:pandas"]}) == ["1 False"]


def test_the_environment_that_was_given_does_not_travel(steps):
    secret = {"TOKEN": "hunter2"}
    steps.ok("make", "import os; os.environ['MINE'] = '7'", saves=[["os:environ"]], environ=secret)
    for file in steps.folder("make").rglob("*"):
        assert file.is_dir() or b"hunter2" not in file.read_bytes()


def test_a_secret_does_not_travel_though_the_notebook_reads_and_sets_it(steps):
    make = "import os; os.environ['TOKEN'] = os.environ['TOKEN'] + '!'; os.environ['MINE'] = '1'"
    steps.ok("make", make, saves=[["os:environ"]], environ={"TOKEN": "hunter2"}, secrets=["TOKEN"])
    assert b"hunter2" not in (steps.folder("make") / "streams").read_bytes()
    use = "import os; print(os.environ['MINE'], os.environ.get('TOKEN'))"
    assert steps.ok("use", use, loads={"make": ["os:environ"]}) == ["1 None"]


def test_the_environment_is_handed_through_steps_that_do_not_touch_it(steps):
    steps.ok("one", "import os; os.environ['MINE'] = '7'", saves=[["os:environ"]])
    steps.ok("two", "", loads={"one": ["os:environ"]}, saves=[["os:environ"]])
    assert steps.ok(
        "three", "import os; print(os.environ['MINE'])", loads={"two": ["os:environ"]}
    ) == ["7"]
