"""Packages of a step: its own requirements, and what differs from the publisher's."""

import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from jupyterlab_promote.model.run import Cause
from jupyterlab_promote.model.settings import Environment, StepSettings
from jupyterlab_promote.model.version import Package
from jupyterlab_promote.store.runs import read_events, ref_of
from jupyterlab_promote.worker.packages import PackagesMissing, evict, installed


def wheel(folder: Path, name: str, version: str) -> None:
    """A package whose module says its version."""
    about = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{about}/RECORD", "".join(f"{path},,\n" for path in files))


def requirements(folder: Path, *lines: str) -> Environment:
    return Environment(pip=("--no-index", f"--find-links {folder.as_uri()}", *lines))


def printed(bench, outcome) -> str:
    return "".join(bench.executed(outcome)["a-0"]["outputs"][0]["text"])


def test_a_step_has_the_packages_that_it_asks_for_and_other_steps_do_not(
    bench, tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    wheel(wheels, "promotetiny", "1.5")
    wheel(wheels, "cloudpickle", "99.0")
    source = "import promotetiny, numpy\nprint(promotetiny.VERSION, numpy.__name__)"
    bench.publish({"a": [source], "b": ["import promotetiny"]})
    environment = requirements(wheels, "promotetiny")
    outcome = bench.run("a", environment=environment)
    assert (outcome.message, printed(bench, outcome)) == ("", "1.5 numpy\n")
    assert bench.run("b").ename == "ModuleNotFoundError"
    for file in wheels.iterdir():
        file.unlink()
    again = bench.run("a", attempt=2, environment=environment)
    assert printed(bench, again) == "1.5 numpy\n"
    nowhere = requirements(tmp_path / "none", "promotenothing==9").pip
    refused = pytest.raises(PackagesMissing, match="installed: Could not find a version that")
    with refused, installed(nowhere, python=sys.executable):
        pytest.fail("it was installed")


def test_a_requirement_goes_before_the_version_that_the_worker_has(bench, tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", "croniter", "99.1")
    bench.publish({"a": ["import croniter\nprint(croniter.VERSION)"]})
    outcome = bench.run("a", environment=requirements(tmp_path / "wheels", "croniter==99.1"))
    assert (outcome.message, printed(bench, outcome)) == ("", "99.1\n")


def test_a_requirement_that_cannot_be_had_fails_the_step_with_pips_reason(
    bench, tmp_path: Path
) -> None:
    bench.publish({"a": ["print('ran')"]})
    outcome = bench.run("a", environment=requirements(tmp_path, "promote-nowhere==3"))
    assert (outcome.state, outcome.cause) == ("failed", Cause.ENVIRONMENT)
    assert "promote-nowhere==3" in outcome.message


def test_packages_that_no_step_uses_make_room_and_those_in_use_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with installed([], python=sys.executable) as used:
        root, mine = used.parents[3], used.parents[2].name
        for number, name in enumerate(("old", "young", ".new-killed")):
            (root / name).mkdir()
            (root / name / "promote-size").write_text("100")
            os.utime(root / name, (number, number))
        os.utime(root / mine, (0, 0))
        now = time.time()
        evict(root, keep="", limit=100, unused=now + 1)
        assert {path.name for path in root.iterdir() if path.is_dir()} == {mine, ".new-killed"}
        evict(root, keep="", unused=now / 2)
        assert {path.name for path in root.iterdir() if path.is_dir()} == {mine}
    evict(root, keep="", unused=0.0)
    assert [path for path in root.iterdir() if path.is_dir()] == []


def test_other_versions_than_at_publish_are_a_warning_in_the_outcome_and_the_events(bench) -> None:
    bench.publish({"a": ["import nbformat\nprint('ran')"]})
    here = next(p.version for p in bench.manifest.packages if p.name == "nbformat")
    assert bench.run("a").warnings == ()
    packages = (Package(name="nbformat", version="0.1"), Package(name="promote-none", version="2"))
    bench.republish(packages=packages, python="3.2.1")
    outcome = bench.run("a", attempt=2)
    (told,) = outcome.warnings
    assert outcome.ok
    assert "Python 3.2.1 (here 3." in told
    assert f"nbformat 0.1 (here {here}), promote-none 2 (not here)" in told
    events = read_events(bench.store, ref_of(outcome))
    assert [event.text for event in events if event.kind == "warning"] == [told]
    strict = bench.manifest.steps[0].model_copy(
        update={"settings": StepSettings(strict_packages=True)}
    )
    bench.republish(steps=(strict,))
    refused = bench.run("a", attempt=3)
    assert (refused.cause, refused.message) == (Cause.ENVIRONMENT, told)
    assert [cell.state for cell in refused.cells] == ["pending"]
