"""What stands in the way of a registration. Jupyter looks before it uploads, the plugin decides; both say the same."""

from jupyterlab_promote.errors import Conflict
from jupyterlab_promote.model.version import HeadEntry


def name_taken(dag_id: str, entry: HeadEntry, *, suggestion: str) -> Conflict:
    """The name is another notebook's."""
    return Conflict(
        f"The name {dag_id!r} is taken by another notebook, published by {entry.by or 'somebody'} "
        f"from {entry.path or 'elsewhere'}.",
        hint=f"Publish under another name, such as {suggestion!r}.",
        code="name_taken",
        suggestion=suggestion,
        by=entry.by,
        path=entry.path,
    )


def moved(dag_id: str, entry: HeadEntry, *, path: str) -> Conflict:
    """The notebook lies elsewhere than when it was published."""
    return Conflict(
        f"{dag_id!r} was published from {entry.path!r} before, now from {path!r}.",
        hint="Say whether it is the same pipeline (moved) or a new one.",
        code="moved",
        path=entry.path,
        source_user=entry.source_user,
    )


def not_registered(dag_id: str, *, where: str) -> Conflict:
    """The notebook says that it was published, and nobody knows of it."""
    return Conflict(
        f"{dag_id!r} is not registered {where}, though the notebook says that it was published.",
        hint="It may have been published to another Airflow. Publish it as a new pipeline.",
        code="changed",
        revision=0,
    )


def changed(dag_id: str, entry: HeadEntry, /, **fields: object) -> Conflict:
    """Somebody published in between.

    Args:
        fields: what else the asking side is told, JSON-ready.
    """
    return Conflict(
        f"{dag_id!r} was changed by {entry.by or 'somebody'} at {entry.at:%Y-%m-%d %H:%M} UTC "
        f"(revision {entry.revision}).",
        hint="Look at the difference, then publish on top of it.",
        code="changed",
        revision=entry.revision,
        **fields,
    )
