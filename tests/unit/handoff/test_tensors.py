"""Tensors come to the next step as the notebook had them; skipped where PyTorch is not installed."""

import pytest

pytest.importorskip("torch")

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
