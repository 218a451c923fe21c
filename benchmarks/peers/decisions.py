"""What gradients are worth where float32 cannot decide.

Whether a ReLU passes or which of nine values is the largest is a decision. Where two values lie closer than rounding,
two correct float32 programs decide differently, and a gradient jumps by the whole contribution of that element: among a
million elements some always lie that close. Inside `JitteredDecisions` every decision is taken on values moved by up to
`relative` of their root mean square, while values and gradients are otherwise exact. The spread of a few such runs is
what undecidable elements are worth. Equal values move equally, so real ties stay ties and the rule for them is tested.
"""

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

# Turns the last bits of a float64 near 1 into a phase.
PHASES_PER_UNIT = 1e14


class JitteredDecisions(TorchFunctionMode):
    def __init__(self, relative, phase):
        super().__init__()
        self.relative = relative
        self.phase = phase

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func in (F.relu, torch.relu_):
            return self.relu(args[0])
        if func is F.max_pool2d:
            return self.max_pool(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))

    def jittered(self, x):
        with torch.no_grad():
            size = self.relative * x.square().mean().sqrt()
            return x + size * torch.sin(PHASES_PER_UNIT * x + self.phase)

    def relu(self, x):
        return x * ((self.jittered(x) > 0) & (x != 0))

    def max_pool(self, x, kernel_size, stride, padding, **_):
        pooled, indices = F.max_pool2d(self.jittered(x), kernel_size, stride, padding, return_indices=True)
        return x.flatten(2).gather(2, indices.flatten(2)).view(pooled.shape)
