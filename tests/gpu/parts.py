"""The parts of the check. Each takes the setup, the sizes, the results so far and the seconds left, and returns a
dictionary with status (ok, failed, skipped), summary (a sentence) and what it measured."""

import csv
import dataclasses
import io
import json
import re
import sys

from running import failed, nao_json, run, skipped
from searches import search
from setup import ROOT, tool

PRECISIONS = ("fp32", "tf32", "bf16")
SLOWEST = 5
METRICS = {
    "gpu__time_duration.sum": "duration",
    "sm__throughput.avg.pct_of_peak_sustained_elapsed": "sm %",
    "gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed": "dram %",
    "lts__throughput.avg.pct_of_peak_sustained_elapsed": "l2 %",
    "sm__warps_active.avg.pct_of_peak_sustained_active": "warps %",
    "dram__bytes.sum": "dram bytes",
    "launch__registers_per_thread": "registers",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Of the networks that are measured."""

    network: tuple
    batches: tuple
    architectures: int
    repetitions: int
    peer_architectures: int  # eager PyTorch is slow, and slower still for the first steps of each
    graph_architectures: int
    steps: int

    @staticmethod
    def of(emulated):
        if emulated:
            return Sizes(("--layers", "1", "--channels", "2", "--nodes", "1"), (2,), 1, 1, 1, 1, 2)
        return Sizes(("--layers", "3", "--channels", "20"), (64, 256), 30, 3, 6, 4, 20)


def doctor(setup, sizes, results, left):
    report, problem = nao_json(setup, ["doctor"], min(left, 60))
    if problem:
        return problem
    if not setup.emulated and not setup.gpu:
        return {"status": "failed", "summary": "nvidia-smi finds no GPU", "doctor": report}
    for folder in ("nativeLibraries", "workingFolder", "dataHome"):  # of no interest elsewhere
        report.pop(folder, None)
    summary = "emulated" if setup.emulated else ", ".join(setup.gpu.values())
    return {"status": "ok", "summary": summary, "doctor": report, "gpu": setup.gpu}


def tests(key, limit, precision="fp32", tensor_cores="where they pay"):
    environment = {"NAO_TEST_PRECISION": precision, "NAO_TEST_TENSOR_CORES": tensor_cores}

    def part(setup, sizes, results, left):
        lines = []
        for program in setup.tests[key]:
            if not program.exists():
                return failed(f"{program} is missing", 1, "", "build it (README.md)")
            code, output, error = run([program], min(left, limit), environment)
            if code != 0:
                return failed(program.name, code, output, error)
            lines += [line for line in output.splitlines() if re.match(r"\d+ tests|skipped", line)]
        return {"status": "ok", "summary": "; ".join(lines)}

    return part


def sanitizer(kind):
    def part(setup, sizes, results, left):
        program = tool("compute-sanitizer")
        if program is None:
            return skipped("compute-sanitizer is not there")
        if setup.emulated:
            return skipped("for real GPUs; ctest runs the checked emulation")
        command = [program, "--tool", kind, "--error-exitcode", "86"]
        command += [*setup.tests["networks"], "--only", "a_step_agrees_with_ref"]
        code, output, error = run(command, min(left, 100))
        if code != 0:
            return failed(kind, code, output, error)
        return {"status": "ok", "summary": (output.strip().splitlines() or [""])[-1].strip("= ")}

    return part


def agreement(*options):
    def part(setup, sizes, results, left):
        command = ["bench", "agreement", "--device", "cuda:0", *sizes.network, *options]
        command += ["--batch", str(sizes.batches[0]), "--steps", str(sizes.steps)]
        report, problem = nao_json(setup, command, min(left, 90))
        if report is None:
            return problem
        summary = (
            f"{report['steps']} steps against {report['againstIsa']}: first loss off by {report['firstLossDifference']:.1e},"
            f" losses by {report['lossDifference']:.1e}, weights by {report['weightDifference']:.1e} (control: losses"
            f" {report['controlLossDifference']:.1e}, weights {report['controlWeightDifference']:.1e})"
        )
        return {"status": "ok" if report["agree"] else "failed", "summary": summary, "report": report}

    return part


def bench(command, precision, batch):
    def part(setup, sizes, results, left):
        if batch >= len(sizes.batches):
            return skipped("one batch size only")
        arguments = ["bench", command, "--device", "cuda:0", *sizes.network, "--precision", precision]
        arguments += ["--batch", str(sizes.batches[batch]), "--repetitions", str(sizes.repetitions)]
        arguments += ["--archs", str(sizes.architectures if command == "step" else min(sizes.architectures, 5))]
        if setup.emulated and command == "kernels":
            arguments += ["--warm-up", "0"]
        report, problem = nao_json(setup, arguments, min(left, 90))
        if problem:
            return problem
        if setup.emulated:
            summary = "ran"
        elif command == "step":
            summary = (
                f"{report['trainMillis']:.3f} ms a training step, {report['searchMillis']:.3f} ms in a search,"
                f" {report['forwardMillis']:.3f} ms forward"
            )
        else:
            summary = f"{len(report['kernels'])} kernels and shapes, {report['stepMillis']:.3f} ms a step one by one"
        return {"status": "ok", "summary": summary, "report": report}

    return part


def libraries(precision):
    """cuDNN and cuBLASLt against our own kernels, which are against ref in `kernels`: those that agree have a time."""

    def part(setup, sizes, results, left):
        if setup.emulated:
            return skipped("for real libraries; ctest runs stand-ins")
        doctor_report, problem = nao_json(setup, ["doctor"], min(left, 60))
        if problem:
            return problem
        arguments = ["bench", "kernels", "--device", "cuda:0", *sizes.network, "--precision", precision]
        arguments += ["--libraries", "auto", "--batch", str(sizes.batches[0]), "--archs", "3"]
        report, problem = nao_json(setup, arguments, min(left, 120))
        if problem:
            return problem
        tried = [kernel for kernel in report["kernels"] if kernel["library"]]
        if not tried:
            return skipped("neither cuDNN nor cuBLASLt is there: " + json.dumps(doctor_report.get("libraries", [])))
        refused = [f"{kernel['kernel']} {kernel['shape']}" for kernel in tried if kernel["libraryMillis"] == 0]
        chosen = sum(kernel["libraryChosen"] for kernel in tried)
        summary = f"{len(tried)} kernels and shapes tried, {chosen} by a library, {len(refused)} not computed by it alike"
        return {"status": "ok", "summary": summary, "refused": refused, "report": report}

    return part


def search_cost(setup, sizes, results, left):
    if setup.emulated:
        return skipped("a search's hours in emulation mean nothing")
    report, problem = nao_json(setup, ["bench", "search-cost", "--device", "cuda:0"], min(left, 60))
    if problem:
        return problem
    return {"status": "ok", "summary": f"{report['totalHours']:.2f} h for the paper's search", "report": report}


def controller(setup, sizes, results, left):
    """Steps and generation of NAO's controller with the paper's sizes, and the launches of a step."""
    arguments = ["bench", "controller", "--device", "cuda:0"]
    if setup.emulated:
        arguments += ["--batch", "2", "--repetitions", "1"]
    report, problem = nao_json(setup, arguments, min(left, 60))
    if problem:
        return problem
    launches = f"{report['launchesPerStep']:.1f} launches a step"
    times = "" if setup.emulated else f"{report['stepMillis']:.3f} ms a step, {report['generationMillis']:.3f} ms to generate, "
    return {"status": "ok", "summary": times + launches, "report": report}


def cores(setup, sizes, results, left):
    """The inner loops of unit operations, each beside what was predicted."""
    report, problem = nao_json(setup, ["bench", "cores", "--device", "cuda:0"], min(left, 120))
    if problem:
        return problem
    within = sum(one["low"] <= one["measured"] <= one["high"] for one in report["experiments"])
    summary = "ran" if setup.emulated else f"{within} of {len(report['experiments'])} numbers are as predicted"
    return {"status": "ok", "summary": summary, "report": report}


def peer(variants, few):
    def part(setup, sizes, results, left):
        if setup.emulated:
            return skipped("PyTorch's numbers need a GPU")
        command = [sys.executable, ROOT / "benchmarks" / "peers" / "pytorch_supernet.py", "--bench", "--json"]
        command += ["--device", "cuda", "--nao", setup.nao[0], *sizes.network, "--batch", str(sizes.batches[0])]
        command += ["--archs", str(sizes.graph_architectures if few else sizes.peer_architectures), "--variants", variants]
        code, output, error = run(command, min(left, 120))
        try:
            report = json.loads(output.strip().splitlines()[-1])
        except (IndexError, ValueError):
            return failed("pytorch_supernet.py", code, output, error)
        if "skipped" in report:
            return skipped(report["skipped"])
        times = ", ".join(f"{name} {times['trainMillis']:.2f} ms" for name, times in report["variants"].items())
        return {"status": "ok", "summary": times, "report": report}

    return part


def profiler(setup, sizes, results, left):
    """The slowest kernels under ncu: each is one launch of a step whose calls run one by one."""
    if setup.emulated:
        return skipped("for real GPUs")
    program = tool("ncu")
    if program is None:
        return skipped("ncu is not there")
    measured = ["bench", "kernels", "--device", "cuda:0", *sizes.network, "--batch", str(sizes.batches[0])]
    measured += ["--archs", "1", "--repetitions", "1", "--warm-up", "0"]
    report, problem = nao_json(setup, measured, min(left, 60))
    if problem:
        return problem
    slowest = sorted(report["kernels"], key=lambda kernel: -kernel["millis"])[:SLOWEST]
    invocations = {str(kernel["firstCall"] + 1): kernel for kernel in slowest}
    command = [program, "--target-processes", "all", "--clock-control", "none", "--cache-control", "none"]
    command += ["--kernel-id", "::regex:^wave:^(" + "|".join(invocations) + ")$", "--csv"]
    command += ["--metrics", ",".join(METRICS), *setup.nao, *measured, "--json"]
    code, output, error = run(command, min(left, 150))
    lines = output.splitlines()
    begin = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if begin is None:
        return failed("ncu", code, output, error)
    measured_rows = {}
    for line in csv.DictReader(io.StringIO("\n".join(lines[begin:]))):
        metric = METRICS.get(line.get("Metric Name"))
        if metric:
            value = f"{line['Metric Value']} {line.get('Metric Unit') or ''}".strip()
            measured_rows.setdefault(line["ID"], {})[metric] = value
    in_order = [invocations[number] for number in sorted(invocations, key=int)]
    rows = [
        {"kernel": kernel["kernel"], "shape": kernel["shape"], "millis": kernel["millis"], **row}
        for kernel, row in zip(in_order, measured_rows.values())
    ]
    return {"status": "ok", "summary": f"{len(rows)} kernels profiled", "kernels": rows}


PARTS = {
    "doctor": doctor,
    "fragments": tests("fragments", 30),
    "networks": tests("networks", 60),
    "kernels": tests("kernels", 120),
    "kernels-tf32": tests("kernels", 120, "tf32", "all"),
    "kernels-bf16": tests("kernels", 120, "bf16"),
    "kernels-bf16-tensor-cores": tests("kernels", 120, "bf16", "all"),
    "cores": cores,
    "agreement": agreement(),
    "agreement-libraries": agreement("--libraries", "auto"),
}
for precision in PRECISIONS:
    PARTS[f"step-{precision}"] = bench("step", precision, 0)
    PARTS[f"step-{precision}-large"] = bench("step", precision, 1)
for precision in PRECISIONS:
    PARTS[f"bench-{precision}"] = bench("kernels", precision, 0)
    PARTS[f"libraries-{precision}"] = libraries(precision)
PARTS |= {
    "peer": peer("nchw,channels_last,channels_last+bf16", False),
    "peer-graph": peer("channels_last+graph,channels_last+bf16+graph", True),
    "memcheck": sanitizer("memcheck"),
    "racecheck": sanitizer("racecheck"),
    "ncu": profiler,
    "controller": controller,
    "search-cost": search_cost,
    "search-fp32": search("fp32"),
    "search-bf16": search("bf16"),
}
