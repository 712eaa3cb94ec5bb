"""What tables of pandas keep beside their columns, and pandas would copy or leave behind."""

from typing import Any

_PLAIN = (str, int, float, bool)


def reduce(obj: Any) -> Any:
    """A table with `attrs`, or that was given a text or number as attribute (`df.name = "train"`), which pandas would
    leave behind.

    What else libraries attach, such as patsy its own description of columns, need not be able to travel.
    """
    own = {*obj._internal_names, *obj._metadata, "_attrs", "_flags"}
    plain = {key: value for key, value in vars(obj).items() if type(value) in _PLAIN}
    given = {key: value for key, value in plain.items() if key not in own}
    if not given and not obj._attrs:
        return None
    make, arguments, state = obj.__reduce_ex__(4)[:3]
    # Given as `attrs`, pandas would copy them, and a name of them would be left behind.
    kept = {"_attrs" if key == "attrs" else key: one for key, one in state.items()}
    return (make, arguments, {**kept, **given})
