#!/usr/bin/env python3
"""Measures training steps and forward passes of the PyTorch peer, as `nao bench step` measures the engine's.

`--space nao-small` (default), `enas-micro` and `nasbench201` are random architectures over one supernet, `--space darts` is DARTS' search network;
`--arch TEXT` is the stand-alone network of one architecture instead.

A training step is forward, loss, backward, gradient clipping to norm 5 and SGD with momentum (foreach, unused gradients
None). Per architecture the median of the repetitions after two warm-up runs counts, then the mean over architectures.
Architectures are those of `nao arch sample --count K --seed S`. Weights stay as drawn (learning rate 0).

    pytorch_supernet.py --bench --archs 10 --seed 0 --threads 2 --variants nchw,channels_last --json

torch.compile is no variant: a search meets a new architecture at every step, and compiling one takes many steps' time.
On CUDA the variant names with +graph replay a captured CUDA graph; the capture, which a search would pay at every new
architecture, is left out of the time.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from environment import shared_environment

ROOT = Path(__file__).resolve().parents[2]

ENVIRONMENT = shared_environment()
VARIANTS = ("nchw", "channels_last", "channels_last+bf16")
GRAPH_VARIANTS = tuple(variant + "+graph" for variant in VARIANTS)
WARM_UP = 2
MOMENTUM, WEIGHT_DECAY, CLIP = 0.9, 3e-4, 5.0


def sample_architectures(options):
    command = [options.nao, "arch", "sample", "--count", str(options.archs), "--seed", str(options.seed)]
    command += ["--space", options.space]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[: options.archs]


def median_millis(work, repetitions, synchronize):
    for _ in range(WARM_UP):
        work()
    millis = []
    for _ in range(repetitions):
        synchronize()
        start = time.perf_counter()
        work()
        synchronize()
        millis.append((time.perf_counter() - start) * 1e3)
    return statistics.median(millis)


def captured(torch, work):
    """`work` as the replay of a CUDA graph, after a warm-up on a side stream."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            work()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


def make_network(options):
    if options.space == "darts":
        from darts import Darts

        return Darts(options.layers, options.channels, 3, options.classes)
    if options.space == "nasbench201":
        import nasbench201

        sizes = options.layers, options.channels, 3, options.classes
        if options.arch:
            return nasbench201.standalone(nasbench201.parse_cell(options.arch), *sizes)
        return nasbench201.supernet(*sizes)
    from networks import parse_architecture, standalone, supernet

    enas = options.space == "enas-micro"
    if options.arch:
        architecture = parse_architecture(options.arch)
        return standalone(architecture, options.layers, options.channels, 3, options.classes, enas=enas)
    return supernet(options.layers, options.channels, 3, options.classes, enas=enas)


def measure(torch, variant, architectures, options):
    """{trainMillis, forwardMillis}, lists over architectures; an empty one is the mixed network of DARTS."""
    import torch.nn.functional as F
    from nasbench201 import parse_cell
    from networks import initialise, parse_architecture
    from operations import set_statistics

    cuda = options.device == "cuda"
    layout = torch.channels_last if "channels_last" in variant else torch.contiguous_format
    torch.manual_seed(options.seed)
    network = make_network(options)
    initialise(network)
    network = network.to(options.device, memory_format=layout)
    images = torch.randn(options.batch, 3, options.size, options.size, device=options.device).to(memory_format=layout)
    labels = torch.randint(options.classes, (options.batch,), device=options.device)
    optimizer = torch.optim.SGD(network.parameters(), 0.0, MOMENTUM, weight_decay=WEIGHT_DECAY, foreach=True)

    def run_forward(architecture, drop_path_keep=1.0):
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled="bf16" in variant):
            logits, _ = network(images, architecture, drop_path_keep) if architecture else network(images)
        return F.cross_entropy(logits.float(), labels)

    def train(architecture):
        optimizer.zero_grad(set_to_none=True)
        run_forward(architecture, options.drop_path_keep).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP, foreach=True)
        optimizer.step()

    def evaluate(architecture):
        with torch.inference_mode():
            run_forward(architecture)

    def time_of(work, mode):
        set_statistics(network, mode)
        if variant.endswith("+graph"):
            work = captured(torch, work)
        return median_millis(work, options.repetitions, torch.cuda.synchronize if cuda else lambda: None)

    result = {"trainMillis": [], "forwardMillis": []}
    for text in architectures:
        parse = parse_cell if options.space == "nasbench201" else parse_architecture
        architecture = parse(text) if text else None
        result["trainMillis"].append(time_of(lambda: train(architecture), "train"))
        result["forwardMillis"].append(time_of(lambda: evaluate(architecture), "eval-batch"))
    return result


def bench(torch, options):
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.space == "darts":
        architectures = [""]
    elif options.arch:
        architectures = [options.arch]
    else:
        architectures = sample_architectures(options)
    variants = options.variants.split(",") if options.variants else VARIANTS
    report = {
        "pytorch": torch.__version__,
        "device": torch.cuda.get_device_name() if options.device == "cuda" else torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "environment": {name: os.environ.get(name) for name in ENVIRONMENT},
        "space": options.space,
        "layers": options.layers,
        "channels": options.channels,
        "batch": options.batch,
        "size": options.size,
        "seed": options.seed,
        "repetitions": options.repetitions,
        "dropPathKeep": options.drop_path_keep,
        "architectures": architectures,
        "variants": {},
    }
    for variant in variants:
        times = measure(torch, variant, architectures, options)
        report["variants"][variant] = {name: statistics.mean(values) for name, values in times.items()} | {
            name + "PerArchitecture": [round(value, 2) for value in values] for name, values in times.items()
        }
        print(
            f"{variant:24} train {report['variants'][variant]['trainMillis']:9.1f} ms"
            f"   forward {report['variants'][variant]['forwardMillis']:9.1f} ms",
            file=sys.stderr,
            flush=True,
        )
    return report


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", action="store_true", required=True, help="measure")
    parser.add_argument("--variants", help=f"of {', '.join(VARIANTS)}; on CUDA also {', '.join(GRAPH_VARIANTS)}")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=0, help="0: all (default)")
    parser.add_argument("--space", choices=("nao-small", "enas-micro", "darts", "nasbench201"), default="nao-small")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--channels", type=int, default=20)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--size", type=int, default=32, help="height and width (default 32)")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--archs", type=int, default=10)
    parser.add_argument("--arch", help="instead of --archs random ones, the stand-alone network of this one")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--drop-path-keep", type=float, default=1.0, help="1: off (default), as in nao bench step")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--nao", default=str(ROOT / "nao"), help="the launcher")
    parser.add_argument("--json", action="store_true", help="the report as JSON on standard output")
    options = parser.parse_args()
    allowed = VARIANTS + (GRAPH_VARIANTS if options.device == "cuda" else ())
    for variant in options.variants.split(",") if options.variants else ():
        if variant not in allowed:
            parser.error(f"--variants has '{variant}', allowed on {options.device}: {', '.join(allowed)}")
    return options


def main():
    options = parse_options()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.environ.update(ENVIRONMENT)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    try:
        import torch
    except ImportError:
        report = {"skipped": "PyTorch is missing (pip install torch)"}
    else:
        if options.device == "cuda" and not torch.cuda.is_available():
            report = {"skipped": "this PyTorch finds no CUDA device"}
        else:
            report = bench(torch, options)
    if "skipped" in report:
        print(f"skipped: {report['skipped']}", file=sys.stderr)
    if options.json:
        print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
