"""Functions, loops and instructions in the machine code of an NVIDIA GPU of compute capability 9.0, read from a cubin.

An instruction has 16 bytes. Its operation is in the low 9 bits, the 3 above say where operands come from; a relative
branch has its distance, in units of 4 bytes from the next instruction, in bits 16 to 23 (low) and 34 to 81 (high).
"""

import re
import struct
import subprocess
from collections import Counter, namedtuple

BRANCH, EXIT = 0x147, 0x14D
OPERATIONS = {
    0x023: "FFMA", 0x03C: "HMMA", 0x11D: "BAR", 0x147: "BRA", 0x181: "LDG", 0x180: "LD", 0x185: "ST", 0x183: "LDL", 0x184: "LDS", 0x187: "STL",
    0x186: "STG", 0x188: "STS", 0x189: "SHFL", 0x108: "MUFU",
}
SYMBOL_TABLE, FUNCTION = 2, 2

Function = namedtuple("Function", "name code")
Loop = namedtuple("Loop", "first last counts")
"""From the target of a branch back to that branch, in instructions of the function; how many of each operation."""

Resources = namedtuple("Resources", "registers stack spilled")
"""Of a kernel: registers of a thread, bytes of its stack, bytes that are written or read of spilled registers."""


def compiled(nvcc, sources, source, folder):
    """The functions of a CUDA source as nvcc compiles it for an H100, and what its kernels take, by their names."""
    folder.mkdir(parents=True, exist_ok=True)
    cubin = folder / source.with_suffix(".cubin").name
    done = subprocess.run([nvcc, "-std=c++17", "-O3", "--expt-relaxed-constexpr", "-DNAO_CUDA_RUNTIME", f"-I{sources}",
                           f"-I{sources}/../include", "-arch=sm_90", "-Xptxas=-v", "-cubin", source, "-o", cubin],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise ValueError(f"{source}: {done.stderr}")
    resources = {}
    for kernel in re.split(r"Compiling entry function '", done.stderr)[1:]:
        stack, stored, loaded = map(int, re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes "
                                                   r"spill loads", kernel).groups())
        registers = int(re.search(r"Used (\d+) registers", kernel).group(1))
        resources[kernel[:kernel.index("'")]] = Resources(registers, stack, stored + loaded)
    return functions(cubin), resources


def functions(path):
    """All functions of a cubin."""
    with open(path, "rb") as file:
        elf = file.read()
    if elf[:4] != b"\x7fELF":
        raise ValueError(f"{path} is no cubin")
    (table,) = struct.unpack_from("<Q", elf, 0x28)
    (count,) = struct.unpack_from("<H", elf, 0x3C)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, table + 64 * i) for i in range(count)]
    symbols = next(section for section in sections if section[1] == SYMBOL_TABLE)
    names = sections[symbols[6]][4]
    found = []
    for at in range(symbols[4], symbols[4] + symbols[5], 24):
        name, info, _, section, value, size = struct.unpack_from("<IBBHQQ", elf, at)
        if info & 15 == FUNCTION:
            begin = sections[section][4] + value
            end = elf.index(b"\0", names + name)
            found.append(Function(elf[names + name:end].decode(), elf[begin:begin + size]))
    return found


def instructions(function):
    """The instructions as pairs of 64 bits."""
    return list(struct.iter_unpack("<QQ", function.code))


def executable(function):
    """The instructions up to the last end of a thread: padding follows."""
    code = instructions(function)
    return code[:1 + max(index for index, (low, _) in enumerate(code) if low & 0x1FF == EXIT)]


def operation(low):
    return OPERATIONS.get(low & 0x1FF, "other")


def count(pairs):
    """How many there are of each operation, and of all."""
    counts = Counter(operation(low) for low, _ in pairs)
    counts["all"] = len(pairs)
    return counts


def branch_target(index, low, high):
    distance = low >> 34 | (high & 0x3FFFF) << 30
    if distance >> 47:
        distance -= 1 << 48
    return index + 1 + ((distance << 8) | (low >> 16 & 0xFF)) // 4


def loops(function):
    """The loops, outer ones first. A branch out of line and back counts as one: look for what a loop must have."""
    code = instructions(function)
    found = {}
    for index, (low, high) in enumerate(code):
        if low & 0x1FF == BRANCH:
            target = branch_target(index, low, high)
            if not 0 <= target <= len(code):
                raise ValueError(f"{function.name}: instruction {index} branches to {target}: not code of this kind")
            if target < index:
                found[target, index] = Loop(target, index, count(code[target:index + 1]))
    return sorted(found.values(), key=lambda loop: loop.first - loop.last)
