"""The Markdown page of a check."""

KERNELS = 15


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def measured(results, prefix):
    return [
        part["report"]
        for name, part in results["parts"].items()
        if name.startswith(prefix) and part["status"] == "ok" and "report" in part
    ]


def steps(results):
    rows = []
    for report in measured(results, "step-"):
        rows.append([
            report["precision"], report["batch"], report["archs"], f"{report['trainMillis']:.3f}",
            f"{report['searchMillis']:.3f}", f"{report['forwardMillis']:.3f}", f"{report['trainImagesPerSecond']:,.0f}",
            f"{report['batch'] / report['forwardMillis'] * 1e3:,.0f}", f"{report['launchesPerStep']:.0f}",
            f"{report['gigabytesPerSecond']:,.0f}", f"{report['shareOfRoofline']:.0%}",
            f"{report['peakMemoryBytes'] / 2**20:,.0f}",
        ])
    if not rows:
        return ""
    head = ["precision", "batch", "architectures", "training step ms", "in a search ms", "forward ms", "images/s training",
            "images/s forward", "launches a step", "GB/s", "of the roofline", "MiB"]
    return "## Training step\n\n" + table(head, rows) + "\n"


def peers(results):
    ours = {report["precision"]: report for report in measured(results, "step-") if report["batch"] == 64}
    fastest = min((report["trainMillis"] for report in ours.values()), default=None)
    rows = []
    for report in measured(results, "peer"):
        for name, times in report["variants"].items():
            ratio = f"{times['trainMillis'] / fastest:.1f}" if fastest else "-"
            rows.append([name, len(report["architectures"]), f"{times['trainMillis']:.2f}",
                         f"{times['forwardMillis']:.2f}", ratio])
    if not rows:
        return ""
    text = table(["variant", "architectures", "training step ms", "forward ms", "times nao's fastest step"], rows)
    return (
        "## PyTorch in the same run\n\n" + text + "\nVariants with +graph replay a captured CUDA graph; the capture, which "
        "a search would pay at every new architecture, is not in the time. torch.compile is no variant for the same "
        "reason: compiling one architecture takes many steps' time.\n\n"
    )


def kernels(results):
    text = ""
    for report in measured(results, "bench-"):
        ceilings = report["ceilings"]
        rows = [
            [kernel["kernel"], kernel["shape"], f"{kernel['callsPerStep']:.1f}", f"{kernel['millis'] * 1e3:.1f}",
             f"{kernel['gigabytesPerSecond']:.0f}", f"{kernel['shareOfCopy']:.0%}", f"{kernel['gflops']:.0f}",
             f"{kernel['shareOfMultiplyAdd']:.0%}"]
            for kernel in report["kernels"][:KERNELS]
        ]
        head = ["kernel", "shape", "calls a step", "microseconds", "GB/s", "of copy", "GFLOP/s", "of fp32 peak"]
        text += (
            f"## Kernels, {report['precision']}\n\nCeilings measured: copy {ceilings['copyGigabytesPerSecond']:.0f} GB/s, "
            f"fp32 multiply-add {ceilings['multiplyAddGflops']:.0f}, tf32 {ceilings['tf32Gflops']:.0f}, bf16 "
            f"{ceilings['bf16Gflops']:.0f} GFLOP/s. Those that take most of a step:\n\n" + table(head, rows) + "\n"
        )
    return text


def profiled(results):
    rows = results["parts"].get("ncu", {}).get("kernels")
    if not rows:
        return ""
    head = list(rows[0])
    return "## Slowest calls under ncu\n\n" + table(head, [[row.get(name, "") for name in head] for row in rows]) + "\n"


def markdown(results):
    parts = results["parts"]
    text = f"# GPU check: {results['name']}\n\n"
    if results["emulated"]:
        text += ("Emulated on a CPU, without a GPU, on tiny networks: this page shows that the check runs, and no number "
                 "of a GPU.\n\n")
    else:
        gpu = parts.get("doctor", {}).get("gpu", {})
        text += f"{results['date']}. " + ", ".join(f"{name} {value}" for name, value in gpu.items()) + "\n\n"
    rows = [[name, part["status"], part["seconds"], part["summary"].replace("|", "/")] for name, part in parts.items()]
    text += table(["part", "status", "seconds", "summary"], rows) + "\n"
    if not results["emulated"]:
        text += steps(results) + peers(results) + kernels(results) + profiled(results)
    for name, part in parts.items():
        if part.get("output"):
            text += f"## Output of {name}\n\n```\n{part['output']}\n```\n\n"
    return text
