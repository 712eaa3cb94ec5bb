"""Which Connections of Airflow a step may name as secrets."""

import pytest

from jupyterlab_promote.airflow_provider.sealing import SecretSource
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.settings import Environment


def naming(reference: str) -> Environment:
    return Environment(secrets={"TOKEN": reference})


def test_a_step_may_name_what_the_administrator_lists_and_any_variable_of_the_worker():
    SecretSource(key="k", allowed=("ware*",)).check(naming("secret://airflow/warehouse"))
    SecretSource().check(naming("secret://env/TOKEN"))


def test_secrets_of_airflow_need_a_key_that_the_nodes_share():
    with pytest.raises(InvalidInput, match="needs a key that Airflow and the Ray nodes share"):
        SecretSource(allowed=("*",)).check(naming("secret://airflow/warehouse"))


@pytest.mark.parametrize(
    ("allowed", "connection"),
    [(("other",), "warehouse"), ((), "warehouse"), (("*",), "promote_ray")],
)
def test_what_is_not_listed_is_refused_and_our_own_connection_always(allowed, connection):
    with pytest.raises(InvalidInput, match="which steps may not use"):
        SecretSource(key="k", allowed=allowed).check(naming(f"secret://airflow/{connection}"))
