"""Generated and pinned files are what their sources say."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT / "server_ext/jupyterlab_promote/server/openapi.json"
TYPES = ROOT / "labextension/src/api/_generated.ts"


@pytest.mark.skipif(not (ROOT / "node_modules").is_dir(), reason="node_modules is not installed")
def test_typescript_types_are_fresh(tmp_path):
    programs = ROOT / "node_modules/.bin"
    made = tmp_path / "made.ts"
    options = ["--root-types", "--root-types-no-schema-prefix", "-o", str(made)]
    subprocess.run([programs / "openapi-typescript", OPENAPI, *options], cwd=ROOT, check=True)
    formatted = subprocess.run(
        [programs / "prettier", "--stdin-filepath", TYPES],
        input=made.read_text(),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert formatted == TYPES.read_text(), "run `jlpm gen`"


def test_fresh_constraints_hold_names_and_versions_only():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    odd = [line for line in pinned if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._!]+", line)]
    assert odd == []
    assert pinned == sorted(pinned, key=lambda line: canonicalize_name(line.split("==")[0]))


def test_fresh_constraints_pin_every_dependency_within_its_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    wanted = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    outside = []
    for line in wanted:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        if name == canonicalize_name(project["name"]):
            continue
        if not requirement.specifier.contains(versions.get(name, "0"), prereleases=True):
            outside.append(line)
    assert outside == []
