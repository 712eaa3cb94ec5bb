"""The working directory of a step is another one in the next; what says where it is says it there as well."""

import pytest

from jupyterlab_promote.worker import scratch
from jupyterlab_promote.worker.handoff.values import places

FIRST, SECOND = f"{scratch.STEP}a", f"{scratch.STEP}b"


def test_the_name_is_the_one_that_the_worker_gives() -> None:
    assert places.SCRATCH == scratch.STEP


def test_paths_and_texts_name_the_receivers_working_directory(steps) -> None:
    steps.run(
        FIRST,
        """
        import os, pathlib
        from dataclasses import dataclass
        base = os.getcwd()
        above = pathlib.Path.cwd().parent / "data"
        told = {"files": [f"{base}/x.csv"], pathlib.Path.cwd(): f"wrote {base}/x.csv, read {above}"}
        elsewhere = pathlib.Path("/data/x.csv")
        plain = "promote-step- is only a word"
        """,
        saves=[["base", "above", "told", "elsewhere", "plain"]],
    )
    ended = steps.run(
        SECOND,
        """
        import os, pathlib
        here = os.getcwd()
        assert base == here, base
        assert above == pathlib.Path(here).parent / "data", above
        assert told == {
            "files": [f"{here}/x.csv"], pathlib.Path(here): f"wrote {here}/x.csv, read {above}"
        }, told
        assert elsewhere == pathlib.Path("/data/x.csv")
        assert plain == "promote-step- is only a word"
        print("same")
        """,
        loads={FIRST: ["base", "above", "told", "elsewhere", "plain"]},
        saves=[["base", "above"]],
        readonly=["base", "above", "told"],
    )
    assert ended.printed == ["same"], ended.errors


@pytest.mark.parametrize(
    ("kind", "count"), [("object", 30_000), ("object", 3), ("string", 30_000), (None, 3)]
)
def test_a_column_of_paths_does_so_too(steps, kind, count) -> None:
    made = f"""
        import os
        import pandas as pd
        named = [f"{{os.getcwd()}}/{{n}}.csv" for n in range({count})]
        files = pd.DataFrame({{"file": named}}, dtype={kind!r})
        """
    steps.run(FIRST, made, saves=[["files"]])
    code = f"""
        import os
        print(files['file'].iloc[-1] == f'{{os.getcwd()}}/{count - 1}.csv')
        """
    ended = steps.run(SECOND, code, loads={FIRST: ["files"]})
    assert ended.printed == ["True"], ended.errors


def test_verify_takes_them_for_equal_values(steps) -> None:
    code = """
        import os, pathlib
        from jupyterlab_promote.worker.handoff.checks.fingerprint import fingerprint
        here = pathlib.Path.cwd()
        for value in (str(here), here, here.parent, [f"{here}/x", 1], {"d": here}, "x", ["y"]):
            print(fingerprint(value))
        """
    first, second = steps.run(FIRST, code).printed, steps.run(SECOND, code).printed
    assert first == second
    assert len(set(first)) == len(first)
