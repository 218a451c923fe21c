#!/usr/bin/env python3
"""How long a trained network takes for images in nao and in onnxruntime's CPU provider, both on the same threads.

The model is exported with batch normalisation folded, as `nao evaluate` has it. nao and onnxruntime take turns, so that
both see the same machine; the medians of the turns' medians are compared. Both times hold the copies of images in and of
logits out. Exit code 0; 2: usage, 77: onnxruntime is missing.

    compare_inference.py MODEL [--data NAME] [--batch 64] [--threads 2] [--turns 3] [--nao ./nao] [--json]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from environment import sleeping_threads

ROOT = Path(__file__).resolve().parents[2]
LEAST_SECONDS = 0.3
LEAST_PASSES = 20


def nao_millis(options):
    """{batch: milliseconds} of one image and of --batch images; nao tests the model on all images besides."""
    command = [options.nao, "evaluate", options.model, "--batch", str(options.batch), "--threads", str(options.threads)]
    if options.data:
        command += ["--data", options.data]
    report = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout)
    return {timing["batch"]: timing["medianMillis"] for timing in report["latency"]}


def peer_millis(session, images):
    name = session.get_inputs()[0].name
    for _ in range(5):
        session.run(None, {name: images})
    millis = []
    start = time.perf_counter()
    while len(millis) < LEAST_PASSES or time.perf_counter() - start < LEAST_SECONDS:
        before = time.perf_counter()
        session.run(None, {name: images})
        millis.append((time.perf_counter() - before) * 1e3)
    return median(millis)


def open_session(onnxruntime, options):
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model.onnx")
        subprocess.run([options.nao, "export", options.model, "--to", "onnx", "--out", file], check=True, capture_output=True)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = options.threads
        return onnxruntime.InferenceSession(file, settings, providers=["CPUExecutionProvider"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--data", help="as of nao evaluate")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--nao", default=str(ROOT / "nao"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sleeping_threads()
    try:
        import numpy
        import onnxruntime
    except ImportError:
        print("skipped: onnxruntime is missing (pip install onnxruntime numpy)", file=sys.stderr)
        return 77
    session = open_session(onnxruntime, options)
    shape = session.get_inputs()[0].shape[1:]
    report = {"onnxruntime": onnxruntime.__version__, "threads": options.threads, "model": options.model, "batches": []}
    random = numpy.random.default_rng(0)
    images = {batch: random.standard_normal((batch, *shape), dtype=numpy.float32) for batch in (1, options.batch)}
    own, other = {batch: [] for batch in images}, {batch: [] for batch in images}
    for _ in range(options.turns):
        for batch, millis in nao_millis(options).items():
            own[batch].append(millis)
        for batch in images:
            other[batch].append(peer_millis(session, images[batch]))
    for batch in images:
        nao, peer = median(own[batch]), median(other[batch])
        report["batches"].append({"batch": batch, "naoMillis": nao, "onnxruntimeMillis": peer, "ratio": peer / nao})
        if not options.json:
            print(f"batch {batch:4}: nao {nao:8.3f} ms, onnxruntime {peer:8.3f} ms, {peer / nao:.2f} times as long")
    if options.json:
        print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
