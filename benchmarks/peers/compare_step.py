#!/usr/bin/env python3
"""Compares `nao step` with the PyTorch peer, number by number, on random weights, images and architectures.

The peer computes in float64 and is the judge; the float32 PyTorch run beside it shows how far float32 itself strays.
Exit code 0: all cases agree, 1: a mismatch, 2: usage, 77: PyTorch is missing.

    compare_step.py [--quick] [--device cpu:avx2] [--random 20] [--seed 1]
    compare_step.py --case "supernet train N=1 C=8 batch=3 image=3x16x16 classes=10 seed=5"
"""

import argparse
import os
import random
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("skipped: PyTorch is missing (pip install torch)")
    sys.exit(77)

import safetensors_io
from networks import parse_architecture, standalone, supernet
from operations import RunningStatistics, set_statistics

ROOT = Path(__file__).resolve().parents[2]
NODES = 5
OPERATIONS = 5
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, CLIP = 0.025, 0.9, 3e-4, 5.0
AUXILIARY_WEIGHT = 0.4

# Largest difference allowed, relative to the largest entry of the tensor: float32 rounding through a few dozen layers.
# An update is the difference of two nearly equal float32 numbers, so ULPS of the parameter are allowed on top.
TOLERANCES = {"logits": 1e-4, "loss": 1e-4, "grad_norm": 1e-3, "grad": 1e-3, "param": 1e-3, "update": 1e-3, "buffer": 1e-3}
FLOAT32_ULP = 2.0**-23
ULPS = 1


@dataclass(frozen=True)
class Case:
    network: str
    mode: str
    layers: int
    channels: int
    batch: int
    image: tuple  # channels, height, width
    classes: int
    seed: int
    auxiliary: bool = False

    def __str__(self):
        return (
            f"{self.network} {self.mode} N={self.layers} C={self.channels} batch={self.batch} "
            f"image={'x'.join(map(str, self.image))} classes={self.classes} seed={self.seed}"
            + (" aux" if self.auxiliary else "")
        )

    @staticmethod
    def parse(text):
        network, mode, *words = text.split()
        values = dict(word.split("=") for word in words if word != "aux")
        return Case(
            network,
            mode,
            int(values["N"]),
            int(values["C"]),
            int(values["batch"]),
            tuple(int(side) for side in values["image"].split("x")),
            int(values["classes"]),
            int(values["seed"]),
            "aux" in words,
        )


def random_architecture(random_source):
    """Text of 40 integers, every legal architecture equally likely."""
    numbers = []
    for _ in range(2):
        for node in range(NODES):
            for _ in range(2):
                numbers += [random_source.randrange(node + 2), random_source.randrange(OPERATIONS)]
    return " ".join(map(str, numbers))


def build(case, architecture):
    channels, _, _ = case.image
    if case.network == "supernet":
        return supernet(case.layers, case.channels, channels, case.classes, NODES)
    return standalone(architecture, case.layers, case.channels, channels, case.classes, case.auxiliary)


def make_plausible(network, generator):
    """Weights as in the middle of a training: no scale is 1, no shift or running mean 0."""

    def uniform(tensor, low, high):
        tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if tensor.dim() >= 2:
                scale = (2 / tensor[0].numel()) ** 0.5
                tensor.copy_(torch.randn(tensor.shape, generator=generator) * scale)
            elif name.endswith("running_var"):
                uniform(tensor, 0.5, 2)
            elif ".weight" in name:
                uniform(tensor, 0.5, 1.5)
            else:
                uniform(tensor, -0.3, 0.3)


def make_batch(case, generator):
    return {
        "input": torch.randn((case.batch, *case.image), generator=generator),
        "target": torch.randint(case.classes, (case.batch,), generator=generator),
    }


def peer_step(case, architecture, weights, batch, dtype):
    """The outputs of `nao step`, computed by PyTorch in the given precision."""
    network = build(case, architecture)
    network.load_state_dict(weights)
    network.to(dtype)
    set_statistics(network, case.mode)
    images = batch["input"].to(dtype)
    logits, auxiliary = network(images, architecture)
    loss = F.cross_entropy(logits, batch["target"])
    if case.mode != "train":
        correct = (logits.argmax(1) == batch["target"]).sum().reshape(1)
        return {"logits": logits.detach(), "loss": loss.detach().reshape(1), "correct": correct}
    if auxiliary is not None:
        loss = loss + AUXILIARY_WEIGHT * F.cross_entropy(auxiliary, batch["target"])
    loss.backward()

    used = {name: p for name, p in network.named_parameters() if p.grad is not None}
    outputs = {"logits": logits.detach(), "loss": loss.detach().reshape(1)}
    outputs.update({"grad/" + name: p.grad.clone() for name, p in used.items()})
    optimizer = torch.optim.SGD(network.parameters(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY)
    outputs["grad_norm"] = torch.nn.utils.clip_grad_norm_(used.values(), CLIP).reshape(1)
    optimizer.step()
    outputs.update({"param/" + name: p.detach() for name, p in used.items()})
    for name, buffer in network.named_buffers():
        if not torch.equal(buffer, weights[name].to(dtype)):
            outputs["buffer/" + name] = buffer
    return outputs


def nao_step(case, architecture, weights_file, batch_file, out_file, options):
    command = [options.nao, "step", "--layers", case.layers, "--channels", case.channels, "--arch", architecture]
    command += ["--weights", weights_file, "--batch", batch_file, "--network", case.network, "--mode", case.mode]
    command += ["--lr", LEARNING_RATE, "--momentum", MOMENTUM, "--weight-decay", WEIGHT_DECAY, "--clip", CLIP]
    command += ["--out", out_file, "--device", options.device, "--threads", options.threads]
    command = [str(word) for word in command + (["--aux"] if case.auxiliary else [])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)} exited with {done.returncode}: {done.stderr.strip()}")
    return safetensors_io.load(out_file)


def with_updates(outputs, weights):
    """Adds what the step changed in each parameter, in float64."""
    updates = {
        "update/" + name[len("param/") :]: value.double() - weights[name[len("param/") :]].double()
        for name, value in outputs.items()
        if name.startswith("param/")
    }
    return {**outputs, **updates}


def errors(actual, expected, weights):
    """Yields (kind, name, error); an error is relative to the largest entry, infinite where something is not finite."""
    for name, reference in expected.items():
        kind = name.split("/")[0]
        value = actual[name]
        if value.shape != reference.shape:
            yield kind, name, float("inf")
            continue
        difference = (value.double() - reference.double()).abs()
        if kind == "update":
            ulps = ULPS * FLOAT32_ULP * weights[name[len("update/") :]].double().abs()
            difference = torch.where(difference <= ulps, 0, difference - ulps)
        largest = reference.double().abs().max().item()
        error = difference.max().item() / largest if largest > 0 else difference.max().item()
        yield kind, name, error if error == error else float("inf")


def worst(actual, expected, weights):
    """{kind: (error, name)} of the largest error of each kind."""
    result = {}
    for kind, name, error in errors(actual, expected, weights):
        if kind not in result or error > result[kind][0]:
            result[kind] = (error, name)
    return result


def run_case(case, options, folder):
    """Prints one line, returns (agrees, worst errors of nao, worst errors of float32 PyTorch)."""
    architecture_text = random_architecture(random.Random(case.seed))
    architecture = parse_architecture(architecture_text)
    generator = torch.Generator().manual_seed(case.seed)
    network = build(case, architecture)
    make_plausible(network, generator)
    weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    batch = make_batch(case, generator)
    weights_file, batch_file, out_file = (folder / name for name in ("weights", "batch", "out"))
    safetensors_io.save(weights_file, weights)
    safetensors_io.save(batch_file, batch)

    actual = with_updates(nao_step(case, architecture_text, weights_file, batch_file, out_file, options), weights)
    expected = with_updates(peer_step(case, architecture, weights, batch, torch.float64), weights)
    float32 = with_updates(peer_step(case, architecture, weights, batch, torch.float32), weights)

    problems = []
    missing, unexpected = expected.keys() - actual.keys(), actual.keys() - expected.keys()
    if missing or unexpected:
        problems.append(f"missing {sorted(missing)[:3]}, not expected {sorted(unexpected)[:3]}")
        expected = {name: value for name, value in expected.items() if name in actual}
    correct = expected.pop("correct", None)
    if correct is not None and not torch.equal(correct, actual["correct"]):
        problems.append(f"correct is {actual['correct'].item()}, expected {correct.item()}")
    found, noise = worst(actual, expected, weights), worst(float32, expected, weights)
    for kind, (error, name) in found.items():
        if not error <= TOLERANCES[kind]:
            problems.append(f"{name} differs by {error:.2e}, float32 PyTorch by {noise[kind][0]:.2e}")
    summary = " ".join(f"{kind} {error:.1e}" for kind, (error, _) in found.items())
    print(f"{'MISMATCH' if problems else 'ok'} {case}: {summary}", flush=True)
    for problem in problems:
        print(f"  {problem}")
    if problems:
        print(f"  repeat: {sys.argv[0]} --device {options.device} --case '{case}'", flush=True)
    return not problems, found, noise


# Per network: N, C, batch, image, classes, auxiliary. Each runs in every mode.
QUICK = [
    ("supernet", 1, 8, 3, (3, 16, 16), 10, False),
    ("standalone", 1, 4, 5, (1, 16, 16), 7, True),
]
SHAPES = QUICK + [
    ("supernet", 1, 4, 1, (3, 32, 32), 10, False),
    ("supernet", 1, 20, 20, (1, 16, 16), 3, False),
    ("supernet", 1, 8, 64, (3, 8, 8), 100, False),
    ("supernet", 2, 8, 3, (3, 36, 36), 10, False),
    ("supernet", 2, 4, 20, (3, 16, 16), 2, False),
    ("supernet", 2, 20, 3, (1, 32, 32), 10, False),
    ("supernet", 3, 4, 64, (1, 8, 8), 10, False),
    ("supernet", 3, 8, 20, (3, 16, 16), 17, False),
    ("supernet", 3, 20, 64, (3, 32, 32), 10, False),
    ("supernet", 1, 8, 7, (3, 16, 32), 10, False),
    ("standalone", 1, 8, 3, (3, 32, 32), 10, True),
    ("standalone", 1, 20, 20, (3, 36, 36), 10, True),
    ("standalone", 1, 4, 64, (1, 8, 8), 5, True),
    ("standalone", 2, 8, 20, (3, 16, 16), 100, False),
    ("standalone", 2, 4, 1, (3, 32, 32), 10, False),
    ("standalone", 2, 20, 3, (1, 32, 32), 10, True),
    ("standalone", 3, 8, 64, (3, 8, 8), 10, False),
    ("standalone", 3, 4, 20, (3, 36, 36), 2, True),
    ("standalone", 3, 20, 64, (3, 32, 32), 10, True),
    ("standalone", 1, 8, 7, (3, 32, 16), 10, False),
]
MODES = ("train", "eval-batch", "eval-running")


def fixed_cases(shapes, seed):
    for index, (network, layers, channels, batch, image, classes, auxiliary) in enumerate(shapes):
        for mode in MODES:
            yield Case(network, mode, layers, channels, batch, image, classes, seed + index, auxiliary)


def random_cases(count, seed):
    """Training steps of many architectures on small networks."""
    draw = random.Random(seed)
    for index in range(count):
        network = ("supernet", "standalone")[index % 2]
        side = draw.choice((8, 16, 32, 36))
        image = (draw.choice((1, 3)), side, side)
        auxiliary = network == "standalone" and draw.random() < 0.5
        sizes = draw.randint(1, 3), draw.choice((4, 8, 20)), draw.choice((2, 3, 17, 20))
        yield Case(network, "train", *sizes, image, draw.randint(2, 20), seed + 1000 + index, auxiliary)


def print_summary(results):
    kinds = dict.fromkeys(kind for _, found, _ in results for kind in found)
    print(f"{'worst relative error':22}{'nao':>10}{'PyTorch float32':>18}{'allowed':>10}")
    for kind in kinds:
        nao = max(found[kind][0] for _, found, _ in results if kind in found)
        float32 = max(noise[kind][0] for _, _, noise in results if kind in noise)
        print(f"{kind:22}{nao:10.1e}{float32:18.1e}{TOLERANCES[kind]:10.0e}")
    agreeing = sum(agrees for agrees, _, _ in results)
    print(f"{agreeing} of {len(results)} cases agree")
    return agreeing == len(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two small networks in every mode")
    parser.add_argument("--random", type=int, default=20, metavar="K", help="further random training steps (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="of weights, images and architectures (default 1)")
    parser.add_argument("--case", action="append", type=Case.parse, help="only this case, as printed")
    parser.add_argument("--nao", default=str(ROOT / "nao"), help="the launcher")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()

    cases = options.case or list(fixed_cases(QUICK if options.quick else SHAPES, options.seed))
    if not options.case and not options.quick:
        cases += random_cases(options.random, options.seed)
    print(f"{len(cases)} cases, device {options.device}, seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results = [run_case(case, options, Path(folder)) for case in cases]
    return 0 if print_summary(results) else 1


if __name__ == "__main__":
    sys.exit(main())
