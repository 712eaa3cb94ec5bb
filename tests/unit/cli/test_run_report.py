"""What `run` says of a run to a person."""

import pytest

from jupyterlab_promote.cli.run_report import show


@pytest.mark.parametrize(
    ("index", "message", "told"),
    [
        (14, "box.it is a generator.", "Cell 15 (step `gen`): box.it is a generator.\n"),
        (None, "box.it is a generator.", "Step `gen`: box.it is a generator.\n"),
        (
            14,
            "Cell 15 (step `gen`) raised KeyError: 1",
            "Cell 15 (step `gen`) raised KeyError: 1\n",
        ),
        (None, "Step `gen` was killed.", "Step `gen` was killed.\n"),
    ],
)
def test_a_failure_is_told_with_its_place_once(capsys, index, message, told) -> None:
    show(
        {
            "state": "failed", "steps": [], "whole": "", "run_dir": "",
            "step": "gen", "cell_index": index, "message": message, "hint": "Make it a list.",
        }
    )  # fmt: skip
    assert capsys.readouterr().out.startswith(f"\n{told}Make it a list.\n")
