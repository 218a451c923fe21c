#!/usr/bin/env python3
"""Counts the instructions of a warp in the loops of the kernel that trains the controller, as nvcc compiles them for an
H100, and fails where they became more.

    controller.py NVCC SOURCES FOLDER   the compiler, native/src, a folder for what is made
"""

import pathlib
import subprocess
import sys

import machine_code


# A loop is that of its function with so many multiply-adds and barriers. `most` is a twentieth above what nvcc 13.0 makes,
# for other versions of it; spilled: reads of spilled registers.
LOOPS = [
    # what,                          function,              FFMA, BAR, most, spilled
    ("an LSTM's step forward", "forwardInRegisters", 64, 1, 227, 2),
    ("an LSTM's step backward", "backwardInRegisters", 64, 1, 216, 10),
    ("a product's four depths", "multiply", 64, 0, 94, 0),
]


def compiled(nvcc, sources, folder):
    folder.mkdir(parents=True, exist_ok=True)
    cubin = folder / "controller.cubin"
    source = pathlib.Path(__file__).with_name("controller.cu")
    subprocess.run([nvcc, "-std=c++17", "-O3", "--expt-relaxed-constexpr", "-DNAO_CUDA_RUNTIME", f"-I{sources}",
                    f"-I{sources}/../include", "-arch=sm_90", "-cubin", source, "-o", cubin], check=True)
    return machine_code.functions(cubin)


def check(function, what, multiply_adds, barriers, most, spilled):
    """Whether the loop is there, and no longer than allowed."""
    like = [loop for loop in machine_code.loops(function)
            if loop.counts["BAR"] == barriers and multiply_adds <= loop.counts["FFMA"] < 2 * multiply_adds]
    if not like:
        print(f"{what}: no loop of {function.name} has {multiply_adds} multiply-adds and {barriers} barriers")
        return False
    counts = like[-1].counts  # the innermost
    good = counts["all"] <= most and counts["LDL"] <= spilled
    print(f"{what}: {counts['all']} instructions, at most {most} allowed; {counts['FFMA']} multiply-adds, "
          f"{counts['LDL']} reads of spilled registers, at most {spilled}{'' if good else ': too many'}")
    return good


def main():
    nvcc, sources, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    functions = compiled(nvcc, sources, folder)
    good = True
    for what, part, *limits in LOOPS:
        named = [function for function in functions if f"{len(part)}{part}" in function.name]
        if not named:
            print(f"{what}: the kernel has no function {part}")
        good &= bool(named) and all([check(function, what, *limits) for function in named])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
