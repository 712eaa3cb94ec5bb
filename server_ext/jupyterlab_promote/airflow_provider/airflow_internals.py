"""Every name of Airflow that its public interface does not promise, imported in this one module.

`tests/contract/test_airflow_names.py` pins them against the installed Airflow. Imported in the API server only.
"""

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import (
    DagAccessEntity,
    DagDetails,
    VariableDetails,
)
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from airflow.listeners import hookimpl
from airflow.listeners.listener import get_listener_manager
from airflow.models import Log
from airflow.models.dag import DagModel
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.models.dagrun import DagRun
from airflow.models.pool import Pool
from airflow.models.taskinstance import TaskInstance
from airflow.models.taskinstancehistory import TaskInstanceHistory
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunType

__all__ = [
    "BaseUser",
    "DagAccessEntity",
    "DagDetails",
    "DagModel",
    "DagPriorityParsingRequest",
    "DagRun",
    "DagRunState",
    "DagRunType",
    "DagSerialization",
    "GetUserDep",
    "Log",
    "Pool",
    "TaskInstance",
    "TaskInstanceHistory",
    "VariableDetails",
    "conf",
    "create_session",
    "get_auth_manager",
    "get_listener_manager",
    "hookimpl",
]
