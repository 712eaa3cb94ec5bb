"""How the embedded stack is shown to people and to programs; it is the user's own, so its password is shown."""

from jupyterlab_promote.stack import StackInfo


def stack_json(info: StackInfo) -> dict[str, object]:
    """The stack's addresses and processes; no token."""
    return {
        "airflow_url": info.airflow_url,
        "user": info.user,
        "ray_address": info.ray_address,
        "ray_url": info.ray_url,
        "gateway_url": info.gateway_url,
        "store_url": info.store_url,
        "directory": info.directory,
        "logs": info.logs,
        "pids": dict(info.pids),
        "missing": list(info.missing),
        "started": info.started.isoformat(),
    }


def shown(info: StackInfo) -> str:
    """The stack in a few lines."""
    lines = [
        f"Airflow   {info.airflow_url}   user {info.user}   password {info.password}",
        f"Ray       {info.ray_address}   jobs {info.ray_url}",
        f"Store     {info.store_url}",
        f"Logs      {info.logs}",
    ]
    if info.missing:
        lines.append(f"Ended since: {info.ended}. `jupyter promote up` starts the stack anew.")
    return "\n".join(lines)
