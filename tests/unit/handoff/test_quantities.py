"""Quantities of pint belong to the notebook's registry in the next step; skipped where pint is not installed."""

import pytest

from jupyterlab_promote.worker.handoff.checks.fingerprint import fingerprint

pint = pytest.importorskip("pint")

TRAVELS = {
    "a registry, its class and a quantity": (
        "ureg = UnitRegistry(); Q_ = ureg.Quantity; mass = Q_(2, 'kg')",
        "print(type(mass) is Q_, mass + Q_(500, 'g'), (3 * ureg.meter).to('km'), mass.units is not None)",
        "True 2.5 kilogram 0.003 kilometer True",
    ),
    "what was defined": (
        "ureg = UnitRegistry(); ureg.define('dog_year = 52 * day = dy = dogyear'); ureg.define('foo- = 7 = f-')\n"
        "ureg.define('beer = [drink] = br'); ureg.define('@alias meter = stretch'); q = 2 * ureg.foobeer",
        "print((7 * ureg.dy).to('day'), q.to('beer'), (1 * ureg.stretch).to('cm'))",
        "364 day 14 beer 100.0 centimeter",
    ),
    "options": (
        "ureg = UnitRegistry(autoconvert_offset_to_baseunit=True); ureg.formatter.default_format = '~P'\n"
        "t = 20 * ureg.degC",
        "print(t * 2, ureg.autoconvert_offset_to_baseunit)",
        "40 °C True",
    ),
    "an array of a quantity goes on being shared": (
        "import numpy as np\nureg = UnitRegistry(); raw = np.arange(3.0); x = ureg.Quantity(raw, 'm')",
        "raw[0] = 9; print(x.to('m').magnitude[0], x.magnitude is raw)",
        "9.0 True",
    ),
    "the application's own registry": (
        "import pint\npint.get_application_registry().define('barn_ = 1 * m')\nq = pint.Quantity(3, 'barn_')",
        "import pint; print((q + pint.Quantity(1, 'm')).to('m'))",
        "4.0 meter",
    ),
    "a registry that is made the application's": (
        "import pint\nureg = UnitRegistry(); pint.set_application_registry(ureg); q = 3 * ureg.m",
        "import pint; print(q + pint.get_application_registry()('1 m'))",
        "4 meter",
    ),
}


@pytest.mark.parametrize("case", TRAVELS)
def test_it_travels(case: str, steps) -> None:
    make, use, printed = TRAVELS[case]
    steps.ok("make", "from pint import UnitRegistry\n" + make, saves=[["*"]])
    assert steps.ok("use", use, loads={"make": ["*"]}) == printed.splitlines()


def test_what_an_earlier_step_gave_does_not_take_back_what_a_later_one_defined(steps) -> None:
    make = "from pint import UnitRegistry\nureg = UnitRegistry(); old = 1 * ureg.m"
    steps.ok("make", make, saves=[["old"], ["ureg"]])
    define = "ureg.define('ell = 1.2 * m'); ureg.formatter.default_format = '~'"
    steps.ok("define", define, loads={"make": ["ureg"]}, saves=[["ureg"]])
    use = "print((old / ureg.ell).to(''), old._REGISTRY is ureg, old)"
    for order in (("make", "define"), ("define", "make")):
        names = {"make": ["old"], "define": ["ureg"]}
        found = steps.ok(f"use-{order[0]}", use, loads={name: names[name] for name in order})
        assert found == ["0.8333333333333334 True 1 m"]


def test_contexts_do_not_travel(steps) -> None:
    make = "from pint import UnitRegistry, Context\nureg = UnitRegistry(); ureg.add_context(Context('c'))"
    assert "contexts" in steps.run("make", make, saves=[["ureg"]]).errors


def test_a_registry_that_was_only_asked_is_the_same() -> None:
    ureg, other = pint.UnitRegistry(), pint.UnitRegistry()
    assert (3 * ureg.kilometer).to("mile").magnitude > 1
    assert fingerprint(ureg) == fingerprint(other)
    ureg.define("smoot = 1.7 * m")
    assert fingerprint(ureg) != fingerprint(other)
