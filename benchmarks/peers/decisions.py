"""What gradients are worth where float32 cannot decide.

Whether a ReLU passes or which of nine values is the largest is a decision. Where two values lie closer than rounding,
two correct float32 programs decide differently, and a gradient jumps by the whole contribution of that element: among a
million elements some always lie that close. `float32_errors` measures by how much float32 strays at each decision. Inside
`JitteredDecisions` every decision is taken on values moved by up to that, while values and gradients are otherwise exact.
The spread of a few such runs is what undecidable elements are worth. Equal values move equally, so real ties stay ties
and the rule for them is tested.
"""

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

# Turns the last bits of a float64 near 1 into a phase.
PHASES_PER_UNIT = 1e14


class Decisions(TorchFunctionMode):
    """Hands every ReLU and max-pool to a subclass, with its number in order of calls."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func not in (F.relu, torch.relu_, F.max_pool2d):
            return func(*args, **kwargs)
        self.calls += 1
        if func is F.max_pool2d:
            return self.max_pool(self.calls - 1, args[0], *args[1:], **kwargs)
        return self.relu(self.calls - 1, args[0])


class RecordedDecisions(Decisions):
    """Keeps what each decision is taken on."""

    def __init__(self):
        super().__init__()
        self.inputs = []

    def relu(self, _, x):
        self.inputs.append(x.detach())
        return F.relu(x)

    def max_pool(self, _, x, *window, **options):
        self.inputs.append(x.detach())
        return F.max_pool2d(x, *window, **options)


def float32_errors(run):
    """Root mean square error of each decision's input in float32; `run(dtype)` computes the network."""
    inputs = {}
    for dtype in (torch.float64, torch.float32):
        with RecordedDecisions() as recorded:
            run(dtype)
        inputs[dtype] = recorded.inputs
    return [(x - y).square().mean().sqrt() for x, y in zip(*inputs.values(), strict=True)]


class JitteredDecisions(Decisions):
    def __init__(self, sizes, phase):
        super().__init__()
        self.sizes = sizes
        self.phase = phase

    def jittered(self, call, x):
        with torch.no_grad():
            return x + self.sizes[call] * torch.sin(PHASES_PER_UNIT * x + self.phase)

    def relu(self, call, x):
        return with_value(F.relu(x), x * ((self.jittered(call, x) > 0) & (x != 0)))

    def max_pool(self, call, x, kernel_size, stride, padding, **_):
        jittered = self.jittered(call, x)
        pooled, indices = F.max_pool2d(jittered, kernel_size, stride, padding, return_indices=True)
        routed = x.flatten(2).gather(2, indices.flatten(2)).view(pooled.shape)
        return with_value(F.max_pool2d(x, kernel_size, stride, padding), routed)


def with_value(value, y):
    """`value` with the gradient of `y`."""
    return y + (value - y).detach()
