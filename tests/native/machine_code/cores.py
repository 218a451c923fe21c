#!/usr/bin/env python3
"""Counts the instructions of every core of native/src/kernels/cuda/unit/list.cuh in the machine code that nvcc makes for
an H100, and fails where the longest warp executes more of them than the list says, a thread has more registers, or any
register is spilled.

    cores.py NVCC SOURCES FOLDER   the compiler, native/src, a folder for what is made
"""

import pathlib
import re
import sys

import machine_code

CORE = re.compile(r"^ +CORE\((\w+), (\d+), (\d+), (\d+), (.+?)\) *\\?$", re.MULTILINE)
SLACK = 1.05  # for other versions of nvcc than the one that the list's numbers are of


def check(function, resources, instructions, passes, registers):
    """What is wrong with a core; its line is printed."""
    loops = machine_code.loops(function)
    if len(loops) != (passes > 0):
        return f"it has {len(loops)} loops, the list says {passes} passes through {'one' if passes else 'none'}"
    counts = machine_code.count(machine_code.executable(function))
    executed = counts["all"] + sum((passes - 1) * loop.counts["all"] for loop in loops)
    worked = {name: counts[name] + sum((passes - 1) * loop.counts[name] for loop in loops) for name in ("FFMA", "HMMA")}
    print(f"{function.name:24} {executed:5} instructions of {instructions:5}, {worked['FFMA']:4} multiply-adds, "
          f"{worked['HMMA']:3} products, {resources.registers:3} registers of {registers:3}, {len(function.code):6} bytes")
    if executed > SLACK * instructions:
        return f"it executes {executed} instructions, the list says {instructions}"
    if resources.registers > registers:
        return f"it has {resources.registers} registers, the list says {registers}"
    if resources.stack or resources.spilled or counts["LDL"] or counts["STL"]:
        return f"it has a stack of {resources.stack} bytes and spills {resources.spilled}"
    if counts["LD"] or counts["ST"]:
        return "it reads or writes through generic addresses"
    return None


def main():
    nvcc, sources, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    listed = CORE.findall((sources / "kernels" / "cuda" / "unit" / "list.cuh").read_text())
    functions, resources = machine_code.compiled(nvcc, sources, pathlib.Path(__file__).with_name("cores.cu"), folder)
    named = {function.name: function for function in functions}
    if not listed or sorted(named) != sorted(name for name, *_ in listed):
        print(f"the list has {sorted(name for name, *_ in listed)}, the machine code {sorted(named)}")
        return 1
    good = True
    for name, instructions, passes, registers, _ in listed:
        problem = check(named[name], resources[name], int(instructions), int(passes), int(registers))
        if problem:
            print(f"{name}: {problem}")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
