"""The line from a widget to its views: a later step has one of its own under the same id, on which nobody is yet.

A widget's value is the widget's own; only what a person does in a browser comes by the line.
"""

import importlib
from typing import Any

from jupyterlab_promote.worker.handoff.problems import NotPicklable


def is_comm(kind: type) -> bool:
    """Whether it is a class of such lines, of the kernel's or of the `comm` package."""
    named = {(base.__module__, base.__name__) for base in kind.__mro__}
    return ("comm.base_comm", "BaseComm") in named


def reduce(obj: Any) -> tuple[Any, ...]:
    """A line to the same views, and who is told of what comes by it.

    Raises:
        NotPicklable: it is that of an `Output`, as `interact` has one: whoever runs the notebook puts what is printed
            there, and knows it only in the kernel where it was opened.
    """
    if _captures(getattr(obj._msg_callback, "__self__", None)):
        raise NotPicklable(
            "what is printed into an Output widget cannot be put there in a later step"
        )
    told = (obj._msg_callback, obj._close_callback)
    return (_line, (obj.target_name, obj.comm_id), told, None, None, _listen)


def _captures(widget: Any) -> bool:
    named = {(base.__module__, base.__name__) for base in type(widget).__mro__}
    return ("ipywidgets.widgets.widget_output", "Output") in named


def _line(target: str, comm_id: str) -> Any:
    """As for one that the views opened: nothing is sent, since they may be gone."""
    comm = importlib.import_module("comm")
    made = comm.create_comm(target_name=target, comm_id=comm_id, primary=False)
    comm.get_comm_manager().register_comm(made)
    return made


def _listen(made: Any, told: tuple[Any, Any]) -> None:
    made._msg_callback, made._close_callback = told
