#!/usr/bin/env python3
"""How far `nao step` and PyTorch stray from float64 in float32: the same training step of both, many architectures.

The network, weights and batch of a case are those of compare_step.py, except that running statistics begin at 0, so that
what the step leaves of them is the batch's alone. The error of a tensor is the root mean square of its differences from
the float64 run over that of its values; of a kind (all gradients, all running variances) the median over its tensors,
since a single ReLU that rounding decides moves the error of a few gradients by more than everything else.
Exit code 0, or 1 with --at-most where nao's median error of logits is more than that many times PyTorch's; 2: usage, 77:
PyTorch is missing.

    compare_error.py [--networks 24] [--seed 1] [--device cpu:avx2] [--nao ./nao] [--json FILE]
"""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from statistics import median

from compare_step import ROOT, Case, draw_case, nao_step, peer_step, random_architecture
from networks import parse_architecture
from operations import MAX_POOL_3X3, SEP_CONV_3X3, SEP_CONV_5X5

import torch

KINDS = {"logits": "logits", "gradients": "grad/", "running variance": "running_var", "running mean": "running_mean"}


def maxima(random_source):
    """Three maxima in a row before separable convolutions: maps that are nearly constant, means far above deviations."""
    numbers = []
    for _ in range(2):
        for node in range(3):
            numbers += [node + 1, MAX_POOL_3X3, node + 1, MAX_POOL_3X3]
        for node in (3, 4):
            for _ in range(2):
                numbers += [random_source.choice((2, 3, 4)), random_source.choice((SEP_CONV_3X3, SEP_CONV_5X5))]
    return " ".join(map(str, numbers))


ARCHITECTURES = {"random": random_architecture, "maxima": maxima}


def error(actual, expected):
    """Nothing where the expected values are all 0."""
    size = expected.square().mean().sqrt()
    return ((actual.double() - expected).square().mean().sqrt() / size).item() if size > 0 else None


def errors(actual, expected):
    """{kind: median error of its tensors}"""
    found = {}
    for kind, part in KINDS.items():
        of = [error(actual[name], value) for name, value in expected.items() if part in name]
        found[kind] = median(one for one in of if one is not None)
    return found


def of_network(name, index, options, folder):
    """Errors of nao and of PyTorch's float32."""
    seed = options.seed + index
    network = ("supernet", "standalone")[index % 2]
    case = Case(network, "train", options.layers, options.channels, options.batch, (3, 32, 32), 10, seed)
    text = ARCHITECTURES[name](random.Random(seed))
    architecture = parse_architecture(text)
    weights, batch = draw_case(case, architecture)
    weights = {key: torch.zeros_like(value) if "running_" in key else value for key, value in weights.items()}
    expected = peer_step(case, architecture, weights, batch, torch.float64)
    float32 = peer_step(case, architecture, weights, batch, torch.float32)
    return errors(nao_step(case, text, weights, batch, folder, options), expected), errors(float32, expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=24, metavar="K", help="of each kind of architecture (default 24)")
    parser.add_argument("--seed", type=int, default=1, help="of weights, images and architectures (default 1)")
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--channels", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--nao", default=str(ROOT / "nao"), help="the launcher")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--at-most", type=float, metavar="R", help="fail where logits of random networks are worse")
    parser.add_argument("--json", metavar="FILE", help="every network's errors")
    options = parser.parse_args()

    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ARCHITECTURES:
            results[name] = [of_network(name, i, options, Path(folder)) for i in range(options.networks)]
    print(f"{options.networks} networks of each, device {options.device}, seed {options.seed}")
    print(f"{'median error':28}{'nao':>10}{'PyTorch':>10}{'ratio':>8}{'median of ratios':>18}")
    for name, pairs in results.items():
        for kind in KINDS:
            nao, float32 = median(pair[0][kind] for pair in pairs), median(pair[1][kind] for pair in pairs)
            ratios = median(pair[0][kind] / pair[1][kind] for pair in pairs)
            print(f"{name + ', ' + kind:28}{nao:10.1e}{float32:10.1e}{nao / float32:8.2f}{ratios:18.2f}")
            if (name, kind) == ("random", "logits"):
                logits = nao / float32
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    return 1 if options.at_most and not logits <= options.at_most else 0


if __name__ == "__main__":
    sys.exit(main())
