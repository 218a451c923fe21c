#!/usr/bin/env python3
"""Counts the instructions of a warp in the loops of the kernel that trains the controller, as nvcc compiles them for an
H100, and what the longest warp executes of them in a training step, and fails where they became more.

    controller.py NVCC SOURCES FOLDER   the compiler, native/src, a folder for what is made
"""

import pathlib
import sys

import machine_code


FORWARD, BACKWARD = "an LSTM's step forward", "an LSTM's step backward"
DEPTHS, LOADS = "a product's four depths", "16 elements of an operand"
# A loop is that of its function with so many multiply-adds and barriers. `most` is a twentieth above what nvcc 13.0 makes,
# for other versions of it; spilled: reads of spilled registers.
LOOPS = [
    # what,                          function,              FFMA, BAR, most, spilled
    (FORWARD, "forwardInRegisters", 64, 1, 227, 2),
    (BACKWARD, "backwardInRegisters", 64, 1, 216, 10),
    (DEPTHS, "multiply", 64, 0, 94, 0),
    (LOADS, "multiply", 0, 0, 209, 0),
]

# NAO's controller in its paper: vocabulary, encoder's embedding, hidden size, tokens and steps of an encoder step.
V, E, H, T, P = 12, 32, 64, 40, 2
S = T // P
# Of a sequence: rows, columns and depth of its products, as lstm.cuh and attention.cuh make them.
PRODUCTS = (
    [(V, 4 * H, E)] * P + [(V, 4 * H, H)]  # tables of tokens
    + [(S, H, H)] * 2 + [(T, S, H), (T, H, H), (T, H, S), (T, V, H)]  # attention
    + [(V, H, T), (T, H, V), (H, H, T), (T, H, H), (T, S, H), (T, H, S), (S, H, T), (S, H, T), (H, H, S), (H, H, S),
       (S, H, H), (S, H, H)]  # its gradients
    + [(4 * H, H, T), (4 * H, H, S)]  # of W_hh
    + [(4 * H, E, V), (V, E, 4 * H)] * P + [(4 * H, H, V), (V, H, 4 * H)]  # of the tables
)
THREADS, DEPTH, OUTPUTS = 256, 64, 4096  # block_product.cuh
# What the longest warp executes in the loops above for one sequence, a twentieth above what it does.
MOST_OF_A_SEQUENCE = 72100


def check(function, what, multiply_adds, barriers, most, spilled, counted):
    """Whether the loop is there, and no longer than allowed; its instructions go to `counted`."""
    like = [loop for loop in machine_code.loops(function)
            if loop.counts["BAR"] == barriers and multiply_adds <= loop.counts["FFMA"] <= 2 * multiply_adds
            and (multiply_adds > 0 or loop.counts["STS"] == 16)]
    if not like:
        print(f"{what}: no loop of {function.name} has {multiply_adds} multiply-adds and {barriers} barriers")
        return False
    counted[what] = like[-1].counts["all"]
    counts = like[-1].counts  # the innermost
    good = counts["all"] <= most and counts["LDL"] <= spilled
    print(f"{what}: {counts['all']} instructions, at most {most} allowed; {counts['FFMA']} multiply-adds, "
          f"{counts['LDL']} reads of spilled registers, at most {spilled}{'' if good else ': too many'}")
    return good


def power_of_two(count):
    """The least power from 16 to 256 that has room for them, or 256."""
    return next((size for size in (16, 32, 64, 128) if count <= size), 256)


def times(rows, columns, depth):
    """How often a thread goes through four depths, and through a load, in a product."""
    tile = [power_of_two(rows), power_of_two(columns)]
    while tile[0] * tile[1] > OUTPUTS:
        tile[tile[0] <= tile[1]] //= 2
    depths = loads = 0
    for first_row in range(0, rows, tile[0]):
        for first_column in range(0, columns, tile[1]):
            lines = min(tile[0], rows - first_row), min(tile[1], columns - first_column)
            shares = THREADS // (-(-lines[0] // 4) * -(-lines[1] // 4))
            for first in range(0, depth, DEPTH):
                here = min(DEPTH, depth - first)
                depths += -(-here // (4 * shares))
                loads += sum(-(-size * here // (16 * THREADS)) for size in lines)
    return depths, loads


def longest(counted):
    """What the longest warp executes in these loops for one sequence, forward and backward."""
    steps = (S + T) * (counted[FORWARD] + counted[BACKWARD])
    depths, loads = (sum(each) for each in zip(*(times(*product) for product in PRODUCTS)))
    products = depths * counted[DEPTHS] + loads * counted[LOADS]
    print(f"a sequence: {steps} instructions of {S + T} steps, {products} of {len(PRODUCTS)} products, at most "
          f"{MOST_OF_A_SEQUENCE} allowed")
    return steps + products


def main():
    nvcc, sources, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    functions, _ = machine_code.compiled(nvcc, sources, pathlib.Path(__file__).with_name("controller.cu"), folder)
    good, counted = True, {}
    for what, part, *limits in LOOPS:
        named = [function for function in functions if f"{len(part)}{part}" in function.name]
        if not named:
            print(f"{what}: the kernel has no function {part}")
        good &= bool(named) and all([check(function, what, *limits, counted) for function in named])
    good = good and longest(counted) <= MOST_OF_A_SEQUENCE
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
