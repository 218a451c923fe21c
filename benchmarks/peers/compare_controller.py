#!/usr/bin/env python3
"""Compares `nao step --network controller` with the PyTorch peer, number by number, on random weights and sequences.

The peer computes in float64. Exit code 0: all cases agree, 1: a mismatch, 77: PyTorch is missing.

    compare_controller.py [--device cpu:avx2] [--seed N]
"""

import argparse
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
from controller import Controller

ROOT = Path(__file__).resolve().parents[2]
TRADEOFF, RATE, CLIP = 0.8, 1e-3, 5.0
STEP_SIZES = (1, 2, 5, 20)
# Of values; of gradients relative to the tensor's largest entry.
TOLERANCES = {"prediction": 1e-5, "log_prob": 1e-5, "loss": 1e-5, "grad": 1e-4}

# space, nodes, operations, embedding, hidden, batch
CASES = [("nao-small", 5, 5, 32, 64, 100), ("nao-small", 3, 5, 8, 20, 7), ("nao-middle", 5, 10, 16, 100, 13),
         ("enas-micro", 5, 5, 5, 256, 3)]


def ranges(nodes, vocabulary):
    """The legal tokens of each position: first, and one more than the last."""
    cell = []
    for node in range(nodes):
        for _ in range(2):
            cell += [(1, node + 3), (nodes + 2, vocabulary)]
    return cell * 2


def compare(case, device, seed):
    space, nodes, operations, embedding, hidden, batch = case
    vocabulary = 1 + nodes + 1 + operations
    legal = ranges(nodes, vocabulary)
    draw = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    network = Controller(vocabulary, 2, embedding, hidden).double()
    for parameter in network.parameters():  # float32 numbers, as both have them
        parameter.data = parameter.data.float().double()
    tokens = torch.stack([torch.randint(a, b, (batch,), generator=draw) for a, b in legal], 1)
    target = torch.rand(batch, generator=draw)
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        safetensors_io.save(work / "weights", {n: p.float() for n, p in network.state_dict().items()})
        safetensors_io.save(work / "batch", {"tokens": tokens.int(), "target": target})
        command = [ROOT / "nao", "step", "--network", "controller", "--space", space, "--nodes", str(nodes), "--device",
                   device, "--weights", work / "weights", "--batch", work / "batch", "--out", work / "out", "--generate",
                   ",".join(map(str, STEP_SIZES))]
        subprocess.run(command, check=True)
        found = safetensors_io.load(work / "out")

    prediction, logs = network(tokens)
    mse = (prediction - target.double()).square().mean()
    nll = -logs.gather(2, tokens.unsqueeze(2)).mean()
    loss = TRADEOFF * mse + (1 - TRADEOFF) * nll
    loss.backward()
    problems = []

    def check(kind, name, actual, expected, scale=1.0):
        error = (actual.double() - expected).abs().max().item() / scale
        if not error <= TOLERANCES[kind]:
            problems.append(f"{name}: {error:.2g}")

    check("prediction", "prediction", found["prediction"], prediction.detach())
    check("log_prob", "log_prob", found["log_prob"], logs.detach())
    check("loss", "loss", found["loss"], torch.stack([loss, mse, nll]).detach())
    for name, parameter in network.named_parameters():
        check("grad", f"grad/{name}", found[f"grad/{name}"], parameter.grad, parameter.grad.abs().max().item())
    for size in STEP_SIZES:
        expected, margins = network.generate(tokens, size, legal)
        actual = found[f"generated/{size}"].long()
        for row in range(batch):
            differs = (actual[row] != expected[row]).nonzero()
            if len(differs) and margins[row, differs[0, 0]] > 1e-5:  # otherwise a tie but for rounding
                problems.append(f"generated/{size}: sequence {row}")
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
    check("loss", "grad_norm", found["grad_norm"], norm.reshape(1))
    before = {n: p.detach().clone() for n, p in network.named_parameters()}
    gradients = {n: p.grad.clone() for n, p in network.named_parameters()}
    torch.optim.Adam(network.parameters(), RATE).step()
    for name, parameter in network.named_parameters():
        moves = gradients[name].abs() > 1e-6  # Adam's first step is a sign, which rounding picks below
        step = (found[f"param/{name}"].double() - before[name])[moves]
        if len(step) and not (step - (parameter.detach() - before[name])[moves]).abs().max() <= 1e-2 * RATE:
            problems.append(f"param/{name}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = False
    for number, case in enumerate(CASES):
        problems = compare(case, arguments.device, arguments.seed + number)
        failed |= bool(problems)
        print(f"{'FAILED' if problems else 'ok    '} {case} {'; '.join(problems)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
