#!/usr/bin/env python3
"""Compares `nao step` with the PyTorch peer, number by number, on random weights, images and architectures.

The peer computes in float64 and is the judge; the float32 PyTorch run beside it shows how far float32 itself strays.
Exit code 0: all cases agree, 1: a mismatch, 2: usage, 77: PyTorch is missing.

    compare_step.py [--quick] [--device cpu:avx2] [--random 20] [--seed 1]
    compare_step.py --space nasbench201 --random 0
    compare_step.py --case "supernet train N=1 C=8 batch=3 image=3x16x16 classes=10 seed=5"
"""

import argparse
import random
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from environment import sleeping_threads

sleeping_threads()
try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("skipped: PyTorch is missing (pip install torch)")
    sys.exit(77)

import nasbench201
import safetensors_io
from decisions import JitteredDecisions, float32_errors
from networks import parse_architecture, standalone, supernet
from operations import set_statistics

ROOT = Path(__file__).resolve().parents[2]
NASBENCH201 = "nasbench201"
NODES = 5
OPERATIONS = 5
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, CLIP = 0.025, 0.9, 3e-4, 5.0
AUXILIARY_WEIGHT = 0.4

# Largest difference allowed, relative to the largest entry of the tensor: float32 rounding through a few dozen layers.
# An update is the difference of two nearly equal float32 numbers, so ULPS of the parameter are allowed on top.
TOLERANCES = {
    "logits": 1e-4,
    "loss": 1e-4,
    "grad": 1e-3,
    "buffer": 1e-4,
    "grad_norm": 1e-5,
    "param": 1e-6,
    "update": 1e-5,
}
FLOAT32_ULP = 2.0**-23
ULPS = 1
# A gradient whose true value is 0 (all of a batch of one image before the last BN, say) is nothing but rounding. Below
# this share of the largest gradient of all that one is the scale: the difference allowed is then 1e-6 of it.
GRADIENT_FLOOR = 1e-3
# Decisions (see decisions.py) are undecidable within JITTER times PyTorch's own float32 error there. A gradient, and
# nothing else, beyond its tolerance may differ by SLACK times what they changed in it in the worst of SAMPLES runs.
JITTER, SLACK, SAMPLES = 4, 3, 4
# Logits, loss and statistics are continuous in what they are computed from. Where PyTorch's own float32 strays beyond a
# tolerance in one of them, the network is ill-conditioned, and RATIO times PyTorch's error is allowed in that tensor:
# two correct programs round at different places. Gradients have no such allowance: one decision taken otherwise would
# excuse any fault in them.
CONTINUOUS = ("logits", "loss", "buffer")
RATIO = 2


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
    space: str = "nao-small"
    authors: bool = False  # the auxiliary head is NAO's authors'
    cell: str = ""  # of nasbench201, in place of a random one

    def __str__(self):
        return (
            f"{self.network} {self.mode} N={self.layers} C={self.channels} batch={self.batch} "
            f"image={'x'.join(map(str, self.image))} classes={self.classes} seed={self.seed}"
            + (" aux=authors" if self.authors else " aux" if self.auxiliary else "")
            + (f" space={self.space}" if self.space != "nao-small" else "")
            + (f" cell={self.cell}" if self.cell else "")
        )

    @staticmethod
    def parse(text):
        network, mode, *words = text.split()
        values = dict(word.split("=", 1) for word in words if word != "aux")
        return Case(
            network,
            mode,
            int(values["N"]),
            int(values["C"]),
            int(values["batch"]),
            tuple(int(side) for side in values["image"].split("x")),
            int(values["classes"]),
            int(values["seed"]),
            "aux" in words or "aux" in values,
            values.get("space", "nao-small"),
            values.get("aux") == "authors",
            values.get("cell", ""),
        )


def random_architecture(case):
    """Text of an architecture of the case's seed, every legal one equally likely."""
    random_source = random.Random(case.seed)
    if case.space == NASBENCH201:
        return nasbench201.write_cell([random_source.randrange(5) for _ in nasbench201.EDGES])
    numbers = []
    for _ in range(2):
        for node in range(NODES):
            for _ in range(2):
                numbers += [random_source.randrange(node + 2), random_source.randrange(OPERATIONS)]
    return " ".join(map(str, numbers))


def parsed(case, text):
    return nasbench201.parse_cell(text) if case.space == NASBENCH201 else parse_architecture(text)


def build(case, architecture):
    channels, _, _ = case.image
    if case.space == NASBENCH201:
        sizes = case.layers, case.channels, channels, case.classes
        supernet_case = case.network == "supernet"
        return nasbench201.supernet(*sizes) if supernet_case else nasbench201.standalone(architecture, *sizes)
    enas = case.space == "enas-micro"
    if case.network == "supernet":
        network = supernet(case.layers, case.channels, channels, case.classes, NODES, enas, case.auxiliary)
    else:
        sizes = case.layers, case.channels, channels, case.classes, case.auxiliary
        network = standalone(architecture, *sizes, enas)
    network.in_place = case.authors and case.mode == "train"
    return network


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

    outputs = {"logits": logits.detach(), "loss": loss.detach().reshape(1)}
    outputs.update({"grad/" + name: p.grad for name, p in network.named_parameters() if p.grad is not None})
    behind_none = {name.rsplit(".", 1)[0] for name, p in network.named_parameters() if p.grad is None}
    for name, buffer in network.named_buffers():
        if case.space == NASBENCH201 and name.rsplit(".", 1)[0] in behind_none:
            continue  # what only `none` reads is no part of nao's step
        if not torch.equal(buffer, weights[name].to(dtype)):
            outputs["buffer/" + name] = buffer
    return outputs


def draw_case(case, architecture):
    """Weights by name and a batch, of the case's seed."""
    generator = torch.Generator().manual_seed(case.seed)
    network = build(case, architecture)
    make_plausible(network, generator)
    weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    return weights, make_batch(case, generator)


def nao_step(case, architecture, weights, batch, folder, options):
    """The tensors that `nao step` leaves; its files are in the folder."""
    weights_file, batch_file, out_file = (folder / name for name in ("weights", "batch", "out"))
    safetensors_io.save(weights_file, weights)
    safetensors_io.save(batch_file, batch)
    command = [options.nao, "step", "--layers", case.layers, "--channels", case.channels, "--arch", architecture]
    command += ["--space", case.space, "--weights", weights_file, "--batch", batch_file, "--network", case.network, "--mode", case.mode]
    command += ["--lr", LEARNING_RATE, "--momentum", MOMENTUM, "--weight-decay", WEIGHT_DECAY, "--clip", CLIP]
    command += ["--out", out_file, "--device", options.device, "--threads", options.threads]
    command += ["--aux=authors"] if case.authors else ["--aux"] if case.auxiliary else []
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)} exited with {done.returncode}: {done.stderr.strip()}")
    return safetensors_io.load(out_file)


def sgd_step(gradients, weights, dtype):
    """Norm, updated parameters and updates that the outputs named grad/... lead to."""
    parameters = {}
    for name, gradient in gradients.items():
        if name.startswith("grad/"):
            parameter = torch.nn.Parameter(weights[name[len("grad/") :]].to(dtype, copy=True))
            parameter.grad = gradient.to(dtype, copy=True)
            parameters[name[len("grad/") :]] = parameter
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), CLIP)
    torch.optim.SGD(parameters.values(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY).step()
    return with_updates(
        {"grad_norm": norm.reshape(1)} | {"param/" + name: p.detach() for name, p in parameters.items()}, weights
    )


def with_updates(outputs, weights):
    """Adds what the step changed in each parameter, in float64."""
    updates = {}
    for name, value in outputs.items():
        if name.startswith("param/"):
            plain = name[len("param/") :]
            updates["update/" + plain] = value.double() - weights[plain].double()
    return outputs | updates


class Comparison:
    """Differences from the expected outputs, relative to the largest entry of each tensor."""

    def __init__(self, expected, weights):
        self.expected = {name: value.double() for name, value in expected.items()}
        self.ulps = {"update/" + name: ULPS * FLOAT32_ULP * value.double().abs() for name, value in weights.items()}
        self.scales = {name: value.abs().max().item() for name, value in self.expected.items()}
        gradients = [name for name in self.scales if name.startswith("grad/")]
        floor = GRADIENT_FLOOR * max((self.scales[name] for name in gradients), default=0)
        self.scales.update({name: max(self.scales[name], floor) for name in gradients})

    def error(self, name, actual):
        """Infinite where a value is not finite or the shapes differ."""
        value, reference = actual[name].double(), self.expected[name]
        if value.shape != reference.shape:
            return float("inf")
        difference = (value - reference).abs()
        if name in self.ulps:
            difference = difference - self.ulps[name].minimum(difference)
        error = difference.max().item() / self.scales[name] if self.scales[name] > 0 else float("inf")
        return error if error == error else float("inf")

    def errors(self, actual):
        return {name: self.error(name, actual) for name in self.expected}


def kind_of(name):
    return name.split("/")[0]


def worst_of_kinds(errors):
    kinds = dict.fromkeys(map(kind_of, errors))
    return {kind: max(error for name, error in errors.items() if kind_of(name) == kind) for kind in kinds}


def undecidable(comparison, case, architecture, weights, batch):
    """{gradient's name: relative size of what undecidable decisions are worth in it}."""
    strayed = float32_errors(lambda dtype: peer_step(case, architecture, weights, batch, dtype))
    sizes = [JITTER * error for error in strayed]
    spread = {name: 0.0 for name in comparison.expected if kind_of(name) == "grad"}
    for phase in range(SAMPLES):
        with JitteredDecisions(sizes, phase):
            sample = peer_step(case, architecture, weights, batch, torch.float64)
        for name in spread:
            spread[name] = max(spread[name], comparison.error(name, sample))
    return spread


def is_ill_conditioned(name, float32_error):
    return kind_of(name) in CONTINUOUS and TOLERANCES[kind_of(name)] < float32_error < float("inf")


@dataclass(frozen=True)
class Result:
    agrees: bool
    strictly: bool
    nao: dict  # kind -> worst error of what lies within the tolerances
    float32: dict  # likewise of PyTorch in float32, of the same tensors


def run_case(case, options, folder):
    """Compares, prints one line and what disagrees."""
    architecture_text = case.cell or random_architecture(case)
    architecture = parsed(case, architecture_text)
    weights, batch = draw_case(case, architecture)
    actual = with_updates(nao_step(case, architecture_text, weights, batch, folder, options), weights)
    expected = peer_step(case, architecture, weights, batch, torch.float64)
    float32 = peer_step(case, architecture, weights, batch, torch.float32)
    if case.mode == "train":
        # The step is judged by what the engine's own gradients lead to: nothing in it is undecidable.
        expected |= sgd_step(actual, weights, torch.float64)
        float32 |= sgd_step(actual, weights, torch.float32)

    problems = []
    missing, unexpected = sorted(expected.keys() - actual.keys()), sorted(actual.keys() - expected.keys())
    if missing or unexpected:
        problems.append(f"{len(missing)} missing {missing[:3]}, {len(unexpected)} not expected {unexpected[:3]}")
    correct = expected.pop("correct", None)
    if correct is not None and not torch.equal(correct, actual.get("correct", correct)):
        problems.append(f"correct is {actual['correct'].item()}, expected {correct.item()}")

    comparison = Comparison({name: value for name, value in expected.items() if name in actual}, weights)
    errors, noise = comparison.errors(actual), comparison.errors(float32)
    beyond = [name for name, error in errors.items() if not error <= TOLERANCES[kind_of(name)]]
    spread = {}
    if any(kind_of(name) == "grad" for name in beyond):
        spread = undecidable(comparison, case, architecture, weights, batch)
    ill = [name for name in beyond if is_ill_conditioned(name, noise[name])]

    def allowance(name):
        if name in ill:
            return RATIO * noise[name]
        return TOLERANCES[kind_of(name)] + SLACK * spread.get(name, 0)

    for name in beyond:
        allowed = allowance(name)
        if not errors[name] <= allowed:
            problems.append(
                f"{name} differs by {errors[name]:.1e}, allowed {allowed:.1e}, float32 PyTorch {noise[name]:.1e}"
            )
    within = [name for name in errors if name not in beyond]
    result = Result(
        not problems,
        not beyond and not problems,
        worst_of_kinds({name: errors[name] for name in within}),
        worst_of_kinds({name: noise[name] for name in within}),
    )
    text = " ".join(f"{kind} {error:.0e}" for kind, error in result.nao.items())
    notes = ""
    if len(beyond) > len(ill) and not problems:
        notes += f", {len(beyond) - len(ill)} of {len(errors)} tensors hang on undecidable elements"
    for name in ill:
        notes += f", {name} {errors[name]:.1e} is {errors[name] / noise[name]:.2f} of float32 PyTorch's {noise[name]:.1e}"
    print(f"{'MISMATCH' if problems else 'ok'} {case}: {text}{notes}", flush=True)
    if options.fault:
        spoilt = {name: actual[name] * (1 + options.fault) for name in errors if kind_of(name) == "grad"}
        noticed = [name for name in spoilt if not comparison.error(name, spoilt) <= allowance(name)]
        print(f"  a fault of {options.fault:.1%} in one gradient is noticed in {len(noticed)} of {len(spoilt)}")
    for problem in problems[:5]:
        print(f"  {problem}")
    if problems:
        print(f"  {len(problems)} in all; repeat: {sys.argv[0]} --device {options.device} --case '{case}'", flush=True)
    return result


MODES = ("train", "eval-batch", "eval-running")
QUICK = [
    Case("supernet", "train", 1, 8, 3, (3, 16, 16), 10, 1),
    Case("supernet", "eval-running", 1, 8, 3, (3, 16, 16), 10, 1),
    Case("standalone", "train", 1, 4, 5, (1, 16, 16), 7, 2, True),
    Case("standalone", "eval-batch", 1, 4, 5, (1, 16, 16), 7, 2, True),
    Case("supernet", "train", 2, 4, 5, (3, 16, 16), 10, 3, space="enas-micro"),
    Case("standalone", "train", 2, 4, 5, (3, 16, 16), 10, 4, True, space="enas-micro"),
    Case("standalone", "train", 1, 4, 5, (3, 16, 16), 10, 19, True, authors=True),
    Case("supernet", "train", 1, 4, 5, (3, 16, 16), 10, 5, space=NASBENCH201),
    Case("standalone", "train", 1, 4, 5, (3, 16, 16), 10, 6, space=NASBENCH201),
]
# Network, N, C, batch, image, classes, auxiliary: each in every mode. The auxiliary head ends in a BN over the batch
# alone. Of two images it makes +-1 whatever they are, so a gradient before it is rounding: at least three are needed.
SHAPES = [
    ("supernet", 1, 4, 1, (3, 32, 32), 10, False),
    ("supernet", 1, 8, 2, (3, 32, 32), 10, False),
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
    ("standalone", 1, 20, 5, (1, 36, 36), 10, True),
    ("standalone", 2, 20, 3, (1, 32, 32), 10, True),
    ("standalone", 3, 8, 64, (3, 8, 8), 10, False),
    ("standalone", 3, 4, 20, (3, 36, 36), 2, True),
    ("standalone", 3, 20, 64, (3, 32, 32), 10, True),
    ("standalone", 1, 8, 7, (3, 32, 16), 10, False),
]
ENAS_SHAPES = [
    ("supernet", 2, 20, 3, (3, 32, 32), 10, True),
    ("supernet", 1, 8, 20, (1, 16, 16), 5, False),
    ("standalone", 2, 20, 3, (3, 32, 32), 10, True),
    ("standalone", 1, 4, 17, (1, 8, 8), 7, False),
]
NASBENCH201_SHAPES = [
    ("supernet", 1, 16, 20, (3, 32, 32), 10, False),
    ("supernet", 2, 4, 5, (1, 16, 16), 7, False),
    ("supernet", 5, 16, 8, (3, 32, 32), 10, False),
    ("standalone", 1, 16, 20, (3, 32, 32), 10, False),
    ("standalone", 2, 4, 5, (1, 16, 16), 7, False),
    ("standalone", 5, 16, 8, (3, 32, 32), 10, False),
]
# Nothing but zeros, convolutions of zeros, the input through nodes that only pass it on, a node that nobody reads.
NASBENCH201_CELLS = [
    "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "|none~0|+|skip_connect~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|nor_conv_3x3~2|",
    "|nor_conv_1x1~0|+|none~0|none~1|+|avg_pool_3x3~0|nor_conv_3x3~1|nor_conv_1x1~2|",
    "|skip_connect~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|",
    "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|none~2|",
]


def shape_cases(seed):
    spaces = [(*shape, "nao-small") for shape in SHAPES] + [(*shape, "enas-micro") for shape in ENAS_SHAPES]
    spaces += [(*shape, NASBENCH201) for shape in NASBENCH201_SHAPES]
    for index, (network, layers, channels, batch, image, classes, auxiliary, space) in enumerate(spaces):
        for mode in MODES:
            yield Case(network, mode, layers, channels, batch, image, classes, seed + index, auxiliary, space)
    for index, cell in enumerate(NASBENCH201_CELLS):
        for network in ("supernet", "standalone"):
            yield Case(network, "train", 1, 8, 5, (3, 16, 16), 10, seed + 500 + index, space=NASBENCH201, cell=cell)


def random_cases(count, seed, space):
    """Training steps of many architectures on small networks."""
    draw = random.Random(seed)
    for index in range(count):
        network = ("supernet", "standalone")[index % 2]
        side = draw.choice((8, 16, 32, 36))
        image = (draw.choice((1, 3)), side, side)
        auxiliary = network == "standalone" and draw.random() < 0.5
        sizes = draw.randint(1, 3), draw.choice((4, 8, 20)), draw.choice((3, 5, 17, 20))
        classes = draw.randint(2, 20)
        yield Case(network, "train", *sizes, image, classes, seed + 1000 + index, auxiliary, space or "nao-small")


def print_summary(results):
    kinds = dict.fromkeys(kind for result in results for kind in result.nao)
    print(f"{'worst relative error':22}{'nao':>10}{'PyTorch float32':>18}{'allowed':>10}")
    for kind in kinds:
        nao = max(result.nao[kind] for result in results if kind in result.nao)
        float32 = max(result.float32[kind] for result in results if kind in result.float32)
        print(f"{kind:22}{nao:10.1e}{float32:18.1e}{TOLERANCES[kind]:10.0e}")
    agreeing = sum(result.agrees for result in results)
    strictly = sum(result.strictly for result in results)
    print(f"{agreeing} of {len(results)} cases agree, {strictly} of them in every tensor without undecidable elements")
    return agreeing == len(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="nine small cases")
    parser.add_argument("--space", help="only the cases of this space")
    parser.add_argument("--random", type=int, default=20, metavar="K", help="further random training steps (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="of weights, images and architectures (default 1)")
    parser.add_argument("--case", action="append", metavar="TEXT", help="only this case, written as it is printed")
    parser.add_argument("--fault", type=float, metavar="F", help="say how many gradients, times 1 + F, would be noticed")
    parser.add_argument("--nao", default=str(ROOT / "nao"), help="the launcher")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()

    if options.case:
        try:
            cases = [Case.parse(text) for text in options.case]
        except (KeyError, ValueError) as error:
            parser.error(f"--case is not written like '{QUICK[2]}': {error}")
    elif options.quick:
        cases = QUICK
    else:
        cases = [*shape_cases(options.seed), *random_cases(options.random, options.seed, options.space)]
    if options.space:
        cases = [case for case in cases if case.space == options.space]
    print(f"{len(cases)} cases, device {options.device}, seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results = [run_case(case, options, Path(folder)) for case in cases]
    return 0 if print_summary(results) else 1


if __name__ == "__main__":
    sys.exit(main())
