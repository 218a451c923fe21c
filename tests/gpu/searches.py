"""Whole searches: one that runs through, and one that is stopped, goes on and has to end with the same result."""

import json
import tempfile
import time
from pathlib import Path

from running import failed, run

STOPPED = 75  # the exit code of a search that saved what it has

# Of the emulated device; on a GPU the quick preset is a search of real images.
TINY = ("--layers", "1", "--channels", "2", "--nodes", "1", "--batch", "4", "--validation", "4", "--evaluation-images", "4",
        "--evaluation-batch", "4", "--top", "1", "--epochs", "2")
TINY_POOL = ("--rounds", "2", "--pool", "3", "--new", "1")
TINY_CONFIG = {"reranking": {"epochs": 1}, "controller": {"epochs": 2, "embeddingSize": 4, "hiddenSize": 8}}


def tiny_images(folder):
    """An IDX folder of 12 images of 8 x 8 pixels in each set, 2 classes."""
    folder.mkdir()
    word = lambda number: number.to_bytes(4, "big")
    count, side = 12, 8
    pixels = bytes((7 * i * i + 3 * i) % 256 for i in range(count * side * side))
    for name in ("train", "t10k"):
        (folder / f"{name}-images-idx3-ubyte").write_bytes(word(0x803) + word(count) + word(side) + word(side) + pixels)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(word(0x801) + word(count) + bytes([0, 1] * (count // 2)))


def result(folder):
    """What has to be the same, bit for bit."""
    top = json.loads((folder / "summary.json").read_text())["top"]
    return top, {file.name: file.read_bytes() for file in sorted(folder.glob("arch_pool.*"))}


def search(precision):
    def part(setup, sizes, results, left):
        end = time.monotonic() + min(left, 150)
        remaining = lambda: max(1, end - time.monotonic())
        with tempfile.TemporaryDirectory() as work:
            work = Path(work)
            whole, stopped = work / "whole", work / "stopped"
            command = [*setup.nao, "search", "--device", "cuda:0", "--precision", precision]
            if setup.emulated:
                tiny_images(work / "data")
                (work / "tiny.json").write_text(json.dumps(TINY_CONFIG))
                command += [*TINY, *TINY_POOL, "--data", work / "data", "--config", work / "tiny.json"]
            code, output, error = run([*command, "--out", whole], remaining())
            if code != 0:
                return failed("search", code, output, error)
            seconds = json.loads((whole / "summary.json").read_text())["seconds"]
            first_epoch = {"LD_PRELOAD": str(setup.signal_at), "NAO_SIGNAL_AT": "TERM after 1 write */events.jsonl"}
            code, output, error = run([*command, "--out", stopped], remaining(), first_epoch)
            if code != STOPPED:
                return failed("a search that was asked to stop", code, output, error)
            code, output, error = run([*setup.nao, "search", "--resume", stopped], remaining())
            if code != 0:
                return failed("search --resume", code, output, error)
            if result(whole) != result(stopped):
                return {"status": "failed", "summary": "a resumed search ends otherwise than a whole one"}
            epochs = sum('"phase":"train"' in line for line in (whole / "events.jsonl").read_text().splitlines())
        summary = f"stopped and resumed, the same result bit for bit after {epochs} epochs"
        if not setup.emulated:
            summary += ", " + ", ".join(f"{phase} {value:.1f} s" for phase, value in seconds.items())
        return {"status": "ok", "summary": summary, "seconds by phase": seconds}

    return part
