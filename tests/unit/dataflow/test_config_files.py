"""Files that a notebook reads by way of its configuration are frozen with the version."""

from collections.abc import Callable
from pathlib import Path

from jupyterlab_promote.dataflow.analysis import analyse
from jupyterlab_promote.notebook.document import Notebook, read_notebook
from jupyterlab_promote.store.config_files import named_paths
from jupyterlab_promote.store.folder import folder_context

FORMS = {
    "conf.yaml": 'data:\n  train: ../data/train.csv # the sales\n  words: ["a b.txt", gone.csv]\n',
    "conf.json": '{"train": "../data/train.csv", "words": ["a b.txt"], "at": "https://x.org/y.csv"}',
    "conf.toml": "train = '../data/train.csv'\nwords = ['a b.txt']\nkey = '../keys/id_rsa'\n",
    "conf.ini": "[data]\ntrain = ../data/train.csv\nwords = 'a b.txt'\noutput_file = ../data/out.csv\n",
}


def _project(folder: Path) -> Path:
    for name in ("data/train.csv", "data/out.csv", "keys/id_rsa", "notebooks/a b.txt", "raw/x.csv"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    return folder / "notebooks"


def test_what_each_form_of_configuration_names_is_found_where_it_is_there(tmp_path: Path) -> None:
    notebooks = _project(tmp_path)
    for name, text in FORMS.items():
        (notebooks / name).write_text(text)
    code = " ".join(FORMS)
    assert named_paths(notebooks, FORMS, [code]) == dict.fromkeys(
        FORMS, ["../data/train.csv", "a b.txt"]
    )
    assert named_paths(notebooks, FORMS, ["other.yaml"]) == {}


def test_it_travels_with_the_version_and_a_folder_is_told(
    tmp_path: Path, nb_json: Callable[..., dict[str, object]]
) -> None:
    notebooks = _project(tmp_path)
    (tmp_path / "conf.yaml").write_text(
        "train: data/train.csv\nraw: raw\nmore: data/gone\nraw_dir: raw/\n"
    )
    read = "conf = yaml.safe_load(open('../conf.yaml'))\ndf = pd.read_csv(conf['train'])"
    nb: Notebook = read_notebook(
        nb_json("import yaml\nimport pandas as pd", ("step:a", read), ("step:b", "print(df)"))
    )
    found = analyse(nb, context=folder_context(notebooks, nb))
    assert [use.path for use in found.files] == ["../conf.yaml", "../data/train.csv"]
    assert [(f.code, f.name, f.line) for f in found.findings] == [("PRM416", "../conf.yaml", 1)]
