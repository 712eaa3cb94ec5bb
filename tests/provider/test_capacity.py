"""What no node can ever give is said before a step is sent to Ray; nodes on demand count."""

import pytest

from jupyterlab_promote.airflow_provider.capacity import adds_nodes, node_types
from jupyterlab_promote.errors import InvalidInput
from jupyterlab_promote.model.capacity import Node, most, shortage, waiting_for
from jupyterlab_promote.model.registration import Capacity
from jupyterlab_promote.model.settings import Resources

NODES = [
    Node({"CPU": 4.0, "memory": 8 * 2.0**30}, {"zone": "a", "market": "spot"}),
    Node({"CPU": 2.0, "GPU": 1.0, "accelerator_type:A100": 1.0}, {"zone": "b"}),
]


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        (Resources(cpus=4, memory=2**30), None),
        (Resources(gpus=1, accelerator="A100"), None),
        (Resources(gpus=2), "The step needs 2 GPU, the cluster has at most 1 GPU on a node."),
        (Resources(custom={"tpu": 1}), "The step needs 1 tpu, the cluster has none."),
        (
            Resources(memory=16 * 2**30),
            "The step needs 16 GiB of memory, the cluster has at most 8 GiB of memory on a node.",
        ),
        (Resources(accelerator="H100"), "The step needs a node with H100, the cluster has none."),
        (
            Resources(cpus=4, gpus=1),
            "The step needs 4 CPU, 1 GPU on one node, and no node of the cluster has all of it.",
        ),
        (Resources(gpus=1, labels={"zone": "in(b, c)", "market": "!spot"}), None),
        (Resources(labels={"zone": "!in(c)"}), None),
        (
            Resources(labels={"zone": "c"}),
            "The step needs a node with the label zone=c; there are a, b.",
        ),
        (
            Resources(labels={"rack": "1"}),
            "The step needs a node with the label rack=1; no node has that label.",
        ),
        (
            Resources(gpus=1, labels={"zone": "a"}),
            "The step needs 1 CPU, 1 GPU, the label zone=a on one node, "
            "and no node of the cluster has all of it.",
        ),
    ],
)
def test_a_shortage_names_what_is_short(resources: Resources, said: str | None) -> None:
    assert shortage(resources, NODES) == said


def test_nodes_that_are_their_own_type_are_not_added_by_anybody() -> None:
    standing = {"autoscalerReport": {"nodeTypeMapping": {"75ab": "node_75ab", "1f": "node_1f"}}}
    on_demand = {"autoscalerReport": {"nodeTypeMapping": {"75ab": "ray.head.default"}}}
    assert [adds_nodes(each) for each in (None, {}, standing, on_demand)] == [
        False, False, False, True,
    ]  # fmt: skip


def test_a_label_that_is_none_of_ray_s_is_refused() -> None:
    for labels in ({"zone": "a b"}, {"zone": ""}, {"-zone": "a"}, {"zone": "in()"}, {"z": "!!a"}):
        with pytest.raises(ValueError, match="is not a label of a Ray node"):
            Resources(labels=labels)


def test_node_types_of_the_connection_are_resources_and_labels() -> None:
    given = [{"CPU": 8, "GPU": "1", "labels": {"market": "spot"}}]
    assert node_types(given) == (Node({"CPU": 8.0, "GPU": 1.0}, {"market": "spot"}),)
    assert node_types(None) == ()
    with pytest.raises(InvalidInput, match="node_types"):
        node_types({"CPU": 8})


def test_a_step_that_waits_is_told_what_is_short_and_who_runs_meanwhile() -> None:
    nodes = [Node({"CPU": 4.0, "GPU": 1.0})]
    wish = Resources(cpus=2, gpus=1)
    told = waiting_for(wish, nodes, free={"CPU": 0.0, "GPU": 1.0}, others=["load of sales"])
    assert told == "Waits for 2 CPU (0 of 4 free); running: load of sales."
    free = {"CPU": 4.0, "GPU": 1.0}
    assert waiting_for(wish, nodes, free=free, others=[]) == "Its worker starts on Ray."
    spread = waiting_for(wish, nodes * 2, free=free, others=[])
    assert spread.endswith("or waits until one node has enough of everything.")


def test_the_most_that_a_node_has_is_told_of_each_amount_by_itself() -> None:
    assert most(NODES) == Capacity(cpus=4, memory=8 * 2**30, gpus=1, accelerator="A100")
    assert most(NODES[:1]) == Capacity(cpus=4, memory=8 * 2**30, gpus=0)
    assert most([]) == Capacity()
