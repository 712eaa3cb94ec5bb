"""Tensors come to the next step as the notebook had them; skipped where PyTorch is not installed."""

import pytest

from jupyterlab_promote.worker.handoff.checks.fingerprint import EQUAL, fingerprint

torch = pytest.importorskip("torch")

TRAVELS = {
    "views of one tensor": (
        "big = torch.zeros(300, 300); row = big[3]; turned = big.T; small = torch.zeros(4); part = small[1:]",
        "row[0] = 5; part[0] = 2; print(big[3, 0].item(), turned[0, 3].item(), small.tolist())",
        "5.0 5.0 [0.0, 2.0, 0.0, 0.0]",
    ),
    "a tensor over an array": (
        "a = np.zeros(50_000); t = torch.from_numpy(a); part = torch.from_numpy(a[10:20])",
        "a[12] = 3; print(t[12].item(), part[2].item()); part[3] = 4; print(a[13])",
        "3.0 3.0\n4.0",
    ),
    "an array over a tensor": (
        "t = torch.zeros(20, 4); head = t[:5]; shown = t.numpy()",
        "t[0, 0] = 7; print(head[0, 0].item(), shown[0, 0])",
        "7.0 7.0",
    ),
    "one memory as two kinds of number": (
        "t = torch.zeros(4, dtype=torch.int32); u = t.view(torch.int16)",
        "t[0] = 1; print(u.tolist()[:2])",
        "[1, 0]",
    ),
    "gradients": (
        "net = torch.nn.Linear(2, 1); net(torch.ones(1, 2)).sum().backward(); leaf = torch.ones(2, requires_grad=True)",
        "print(net.weight.grad.tolist(), leaf.grad, leaf.requires_grad)",
        "[[1.0, 1.0]] None True",
    ),
    "nothing, and what shares nothing": (
        "none = torch.zeros(0, 3); half = torch.ones(3, dtype=torch.bfloat16); sparse = torch.eye(2).to_sparse()",
        "half[0] = 3; print(tuple(none.shape), half.tolist(), sparse.to_dense().tolist())",
        "(0, 3) [3.0, 1.0, 1.0] [[1.0, 0.0], [0.0, 1.0]]",
    ),
}


@pytest.mark.parametrize("case", TRAVELS)
def test_it_travels(case: str, steps) -> None:
    make, use, printed = TRAVELS[case]
    steps.ok("make", f"import torch, numpy as np\n{make}", saves=[["*"]])
    assert steps.ok("use", use, loads={"make": ["*"]}) == printed.splitlines()


def test_a_tensor_that_knows_how_it_was_computed_is_refused_with_what_to_keep(steps) -> None:
    source = "import torch\nloss = torch.ones(2, requires_grad=True).sum()"
    ended = steps.run("make", source, saves=[["loss"]])
    assert (ended.problem["cause"], ended.problem["name"]) == ("not_picklable", "loss")
    assert ended.problem["hint"].startswith("Keep `.detach()` or `.item()` of it")


TOLD_APART = {
    "16 bits": lambda n: torch.tensor([1, n], dtype=torch.bfloat16),
    "8 bits": lambda n: torch.tensor([1.0, n]).to(torch.float8_e4m3fn),
    "complex halves": lambda n: torch.tensor([1, n], dtype=torch.complex32),
    "a conjugated view": lambda n: torch.tensor([1, n * 1j]).conj(),
    "coordinates": lambda n: torch.diag(torch.tensor([1, n])).to_sparse(),
    "rows": lambda n: torch.diag(torch.tensor([1, n])).to_sparse_csr(),
    "columns": lambda n: torch.diag(torch.tensor([1, n])).to_sparse_csc(),
    "quanta": lambda n: torch.quantize_per_tensor(torch.tensor([1.0, n]), 0.1, 0, torch.qint8),
    "a batch of ragged rows": lambda n: torch.nested.nested_tensor(
        [torch.ones(2), torch.ones(n)], layout=torch.jagged
    ),
    "a shape": lambda n: torch.zeros(n, 6, dtype=torch.bfloat16)[:, : 6 // n],
    "shapes without memory": lambda n: torch.ones(n, device="meta"),
    "nothing": lambda n: torch.zeros(0, n, dtype=torch.bfloat16),
    "whether it wants a gradient": lambda n: torch.ones(2, requires_grad=n == 2),
    "a gradient": lambda n: _with_gradient(float(n)),
    "a generator's state": lambda n: torch.Generator().manual_seed(n),
    "a network": lambda n: _network(float(n)),
}


def _network(weight):
    network = torch.nn.Sequential(torch.nn.Linear(2, 1, bias=False), torch.nn.ReLU())
    torch.nn.init.constant_(network[0].weight, weight)
    return network


def _with_gradient(factor):
    leaf = torch.ones(2, requires_grad=True)
    (leaf * factor).sum().backward()
    return leaf


@pytest.mark.parametrize("kind", TOLD_APART)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_equal_tensors_have_one_fingerprint_and_others_another(kind: str) -> None:
    make = TOLD_APART[kind]
    one, again, other = (fingerprint(make(n)) for n in (2, 2, 3))
    assert one == again
    assert one.startswith(EQUAL)
    assert one != other
