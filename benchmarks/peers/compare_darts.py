#!/usr/bin/env python3
"""Compares `nao step --space darts` with the PyTorch peer, number by number, on random weights and images.

The peer computes in float64. Exit code 0: all cases agree, 1: a mismatch, 77: PyTorch is missing.

    compare_darts.py [--quick] [--device cpu:avx2] [--seed N]
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import sleeping_threads

sleeping_threads()
try:
    import torch
except ImportError:
    print("skipped: PyTorch is missing (pip install torch)")
    sys.exit(77)

import safetensors_io
from darts import OPERATIONS, Darts, architecture_gradient, loss_of, parse_genotype

ROOT = Path(__file__).resolve().parents[2]
RATE, MOMENTUM, DECAY, CLIP = 0.025, 0.9, 3e-4, 5.0

# Largest difference relative to the largest entry of the tensor: float32 rounding through some dozens of layers, and in
# gradients the ReLUs and maxima whose sides rounding picks.
TOLERANCES = {"logits": 1e-4, "loss": 1e-4, "grad_norm": 1e-4, "grad": 1e-3, "alpha_grad": 1e-3, "param": 1e-4}
# Where rounding decides on which side of a ReLU or which maximum a value falls, gradients jump, in PyTorch's float32 as
# well, and the second order, a difference over a step of 0.01, most of all. A case that differs is judged again: what
# weights moved by a rounding change in the peer's float64 gradients, in the worst of SAMPLES runs, is allowed SLACK times.
ROUNDING, SLACK, SAMPLES = 3e-7, 3, 4
# Below this share of the largest gradient of all, that one is the scale: what should be 0 is nothing but rounding.
GRADIENT_FLOOR = 1e-3

# network, cells, channels, images, side, classes, order; order 0: no architecture gradient
CASES = [
    ("search", 3, 4, 8, 16, 10, 1),
    ("search", 4, 4, 16, 32, 10, 2),
    ("search", 1, 2, 5, 8, 3, 2),
    ("search", 2, 6, 17, 8, 10, 1),
    ("search", 5, 8, 20, 16, 7, 2),
    ("search", 8, 16, 8, 32, 10, 2),
    ("standalone", 3, 4, 8, 16, 10, 0),
    ("standalone", 5, 6, 17, 32, 10, 0),
    ("auxiliary", 6, 8, 5, 32, 10, 0),
]
QUICK = CASES[:3] + CASES[6:7]


def random_genotype(draw):
    def cell():
        pairs = []
        for node in range(4):
            for _ in range(2):
                pairs.append("('%s', %d)" % (draw.choice(OPERATIONS[1:]), draw.randrange(node + 2)))
        return "[" + ", ".join(pairs) + "]"

    return f"Genotype(normal={cell()}, normal_concat=range(2, 6), reduce={cell()}, reduce_concat=range(2, 6))"


def expected(network, train, valid, order):
    """Outputs as `nao step` names them."""
    found = {}
    if order:
        alphas = architecture_gradient(network, train, valid, order, RATE, MOMENTUM, DECAY)
        found.update({f"alpha_grad/{n}": g for n, g in zip(("alphas_normal", "alphas_reduce"), alphas)})
    logits, loss = loss_of(network, *train)
    loss.backward()
    found["logits"], found["loss"] = logits.detach(), loss.detach().reshape(1)
    weights = dict(network.named_parameters())
    for name, parameter in weights.items():
        if parameter.grad is not None:
            found[f"grad/{name}"] = parameter.grad.clone()
    updated = [p for n, p in weights.items() if not n.startswith("alphas") and p.grad is not None]
    norm = torch.cat([p.grad.flatten() for p in updated]).norm()
    found["grad_norm"] = norm.reshape(1)
    scale = min(1.0, CLIP / (norm.item() + 1e-6))
    for name, parameter in weights.items():
        if parameter.grad is None:
            continue
        step = RATE * (scale * parameter.grad + DECAY * parameter.detach())
        found[f"param/{name}"] = parameter.detach() - (0 if name.startswith("alphas") else step)
    return found


def jumps(network, train, valid, order, wanted):
    """Largest change of each gradient, and of its step, when rounding moves the weights and images."""
    start = [p.detach().clone() for p in network.parameters()]
    changes = {name: 0.0 for name in wanted if name.split("/")[0] in ("grad", "alpha_grad")}
    for _ in range(SAMPLES):
        with torch.no_grad():
            for parameter, value in zip(network.parameters(), start):
                parameter.copy_(value * (1 + ROUNDING * torch.randn_like(value)))
        moved = [(images * (1 + ROUNDING * torch.randn_like(images)), labels) for images, labels in (train, valid)]
        network.zero_grad()
        found = expected(network, *moved, order)
        changes = {name: max(c, (found[name] - wanted[name]).abs().max().item()) for name, c in changes.items()}
    steps = {"param/" + name[5:]: RATE * change for name, change in changes.items() if name.startswith("grad/")}
    return changes | steps


def mismatches(actual, wanted, allowed):
    largest = max(g.abs().max().item() for n, g in wanted.items() if n.startswith("grad/"))
    worst, problems = {}, []
    for name, value in wanted.items():
        kind = name.split("/")[0]
        if name not in actual:
            problems.append(f"{name} is missing")
            continue
        scale = value.abs().max().item()
        if kind == "grad":
            scale = max(scale, GRADIENT_FLOOR * largest)
        error = ((actual[name].double() - value).abs().max() / max(scale, 1e-30)).item()
        worst[kind] = max(worst.get(kind, 0), error)
        if not error <= TOLERANCES[kind] + SLACK * allowed.get(name, 0) / max(scale, 1e-30):
            problems.append(f"{name}: {error:.2e}")
    return worst, problems


def run(case, seed, device, folder):
    kind, layers, channels, count, side, classes, order = case
    torch.manual_seed(seed)
    genotype = None if kind == "search" else random_genotype(random.Random(seed))
    network = Darts(
        layers, channels, 3, classes, None if genotype is None else parse_genotype(genotype), kind == "auxiliary"
    )
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith("alphas"):
                parameter.normal_()  # unlike at the start of a search, weights that differ
    batches = [(torch.randn(n, 3, side, side), torch.randint(classes, (n,))) for n in (count, count + 3)]
    state = {n: t for n, t in network.state_dict().items() if not n.endswith("num_batches_tracked")}
    safetensors_io.save(folder / "weights", state)
    for name, (images, labels) in zip(("train", "valid"), batches):
        safetensors_io.save(folder / name, {"input": images, "target": labels})
    command = [ROOT / "nao", "step", "--space", "darts", "--layers", layers, "--channels", channels]
    command += ["--weights", folder / "weights", "--batch", folder / "train", "--out", folder / "out"]
    command += ["--lr", RATE, "--momentum", MOMENTUM, "--weight-decay", DECAY, "--clip", CLIP, "--device", device]
    command += ["--threads", 2]
    if order:
        command += ["--valid-batch", folder / "valid", "--order", order]
    if genotype is not None:
        command += ["--network", "standalone", "--arch", genotype] + (["--aux"] if kind == "auxiliary" else [])
    subprocess.run([str(word) for word in command], check=True)
    doubles = [(images.double(), labels) for images, labels in batches]
    wanted = expected(network.double(), *doubles, order)
    actual = safetensors_io.load(folder / "out")
    worst, problems = mismatches(actual, wanted, {})
    undecidable = bool(problems)
    if undecidable:
        worst, problems = mismatches(actual, wanted, jumps(network, *doubles, order, wanted))
    return worst, problems, undecidable


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="the small cases")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(2)
    failed = allowed = 0
    for case in QUICK if options.quick else CASES:
        with tempfile.TemporaryDirectory() as folder:
            worst, problems, undecidable = run(case, options.seed, options.device, Path(folder))
        text = ", ".join(f"{kind} {error:.1e}" for kind, error in worst.items())
        print("%-10s L=%d C=%d batch=%d side=%d order=%d: %s" % (*case[:5], case[6], text), flush=True)
        for problem in problems[:10]:
            print("  MISMATCH", problem)
        failed += bool(problems)
        allowed += undecidable and not problems
    agree = "all cases agree" + (f", {allowed} of them where rounding decides" if allowed else "")
    print(f"{failed} cases differ" if failed else agree)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
