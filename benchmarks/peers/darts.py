"""DARTS' search network and the stand-alone network of a genotype in plain PyTorch, tensor names as in state dicts.

N,C,H,W are images, channels, height and width. A cell has 4 nodes; node i reads states 0 .. i + 1. In the search every
edge is a mixed operation, the sum of eight candidates weighted by the softmax of a row of `alphas_normal` or
`alphas_reduce` [14][8] (Liu et al. 2019, eq. 2). Reductions stand at a third and two thirds of the cells.
"""

import re

import torch
import torch.nn.functional as F
from torch import nn

OPERATIONS = (
    "none",
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)
NODES, EDGES, STEM_MULTIPLE = 4, 14, 3


class FactorizedReduce(nn.Module):
    def __init__(self, channels_in, channels_out, affine):
        super().__init__()
        self.conv_1 = nn.Conv2d(channels_in, channels_out // 2, 1, stride=2, bias=False)
        self.conv_2 = nn.Conv2d(channels_in, channels_out // 2, 1, stride=2, bias=False)
        self.bn = nn.BatchNorm2d(channels_out, affine=affine)

    def forward(self, x):
        x = F.relu(x)
        return self.bn(torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], dim=1))


class Sequence(nn.Module):
    """Layers under the name `op`."""

    def __init__(self, *layers):
        super().__init__()
        self.op = nn.Sequential(*layers)

    def forward(self, x):
        return self.op(x)


def half(channels, kernel, stride, dilation, affine):
    padding = dilation * (kernel // 2)
    return [
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel, stride, padding, dilation, groups=channels, bias=False),
        nn.Conv2d(channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels, affine=affine),
    ]


def preprocess(channels_in, channels_out, affine):
    return Sequence(
        nn.ReLU(), nn.Conv2d(channels_in, channels_out, 1, bias=False), nn.BatchNorm2d(channels_out, affine=affine)
    )


def operation(name, channels, stride, affine):
    """None for the operation none."""
    if name == "none":
        return None
    if name == "skip_connect":
        return nn.Identity() if stride == 1 else FactorizedReduce(channels, channels, affine)
    kernel = int(name[-1])
    if name.startswith("max_pool"):
        return nn.MaxPool2d(kernel, stride, kernel // 2)
    if name.startswith("avg_pool"):
        return nn.AvgPool2d(kernel, stride, kernel // 2, count_include_pad=False)
    if name.startswith("sep_conv"):
        return Sequence(*half(channels, kernel, stride, 1, affine), *half(channels, kernel, 1, 1, affine))
    return Sequence(*half(channels, kernel, stride, 2, affine))


class Mixed(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        self._ops = nn.ModuleList()
        for name in OPERATIONS:
            made = operation(name, channels, stride, affine=False)
            if "pool" in name:
                made = nn.Sequential(made, nn.BatchNorm2d(channels, affine=False))
            self._ops.append(made if made is not None else nn.Identity())

    def forward(self, x, weights):
        return sum(weights[i] * self._ops[i](x) for i in range(1, len(OPERATIONS)))


class Cell(nn.Module):
    """`genotype`: per node two pairs (operation, input); None for mixed operations."""

    def __init__(self, inputs, channels, reduction, after_reduction, genotype):
        super().__init__()
        affine = genotype is not None
        self.genotype = genotype
        first = FactorizedReduce if after_reduction else preprocess
        self.preprocess0 = first(inputs[0], channels, affine)
        self.preprocess1 = preprocess(inputs[1], channels, affine)
        self._ops = nn.ModuleList()
        if genotype is None:
            for states in range(2, 2 + NODES):
                for state in range(states):
                    self._ops.append(Mixed(channels, 2 if reduction and state < 2 else 1))
        else:
            for name, state in genotype:
                self._ops.append(operation(name, channels, 2 if reduction and state < 2 else 1, affine))

    def forward(self, before_last, last, weights):
        states = [self.preprocess0(before_last), self.preprocess1(last)]
        edge = 0
        for node in range(NODES):
            if self.genotype is None:
                values = [self._ops[edge + i](state, weights[edge + i]) for i, state in enumerate(states)]
            else:
                values = [self._ops[edge + i](states[self.genotype[edge + i][1]]) for i in range(2)]
            edge += len(values)
            states.append(sum(values))
        return torch.cat(states[2:], dim=1)


class Auxiliary(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.ReLU(),
            nn.AvgPool2d(5, stride=3, count_include_pad=False),
            nn.Conv2d(channels, 128, 1, bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.Conv2d(128, 768, 2, bias=False),
            nn.BatchNorm2d(768),
            nn.ReLU(),
        )
        self.classifier = nn.Linear(768, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Darts(nn.Module):
    """`genotype`: a pair of lists for normal and reduction cells; None for the search network."""

    def __init__(self, layers, channels, image_channels, classes, genotype=None, auxiliary=False):
        super().__init__()
        stem = STEM_MULTIPLE * channels
        self.stem = nn.Sequential(nn.Conv2d(image_channels, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem))
        self.reductions = (layers // 3, 2 * layers // 3)
        self.cells = nn.ModuleList()
        inputs, after_reduction = (stem, stem), False
        for index in range(layers):
            reduction = index in self.reductions
            channels = channels * 2 if reduction else channels
            chosen = None if genotype is None else genotype[int(reduction)]
            self.cells.append(Cell(inputs, channels, reduction, after_reduction, chosen))
            inputs, after_reduction = (inputs[1], NODES * channels), reduction
            if auxiliary and index == self.reductions[1]:
                self.auxiliary_head = Auxiliary(inputs[1], classes)
        self.auxiliary = auxiliary
        self.classifier = nn.Linear(inputs[1], classes)
        if genotype is None:
            self.alphas_normal = nn.Parameter(1e-3 * torch.randn(EDGES, len(OPERATIONS)))
            self.alphas_reduce = nn.Parameter(1e-3 * torch.randn(EDGES, len(OPERATIONS)))

    def alphas(self):
        return [self.alphas_normal, self.alphas_reduce]

    def weights(self):
        """All parameters but the alphas."""
        return [parameter for name, parameter in self.named_parameters() if not name.startswith("alphas")]

    def forward(self, x):
        """Logits, and those of the auxiliary head or None."""
        mixed = self.cells[0].genotype is None
        weights = [F.softmax(alphas, dim=-1) for alphas in self.alphas()] if mixed else [None, None]
        before_last = last = self.stem(x)
        side = None
        for index, cell in enumerate(self.cells):
            before_last, last = last, cell(before_last, last, weights[int(index in self.reductions)])
            if self.auxiliary and self.training and index == self.reductions[1]:
                side = self.auxiliary_head(last)
        return self.classifier(F.adaptive_avg_pool2d(last, 1).flatten(1)), side


def loss_of(network, images, labels):
    logits, side = network(images)
    loss = F.cross_entropy(logits, labels)
    return logits, loss if side is None else loss + 0.4 * F.cross_entropy(side, labels)


def gradients_of(loss, parameters):
    """0 for a parameter that takes no part, as the alphas of cells that a shallow network lacks."""
    found = torch.autograd.grad(loss, parameters, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found)]


def architecture_gradient(network, train, valid, order, rate, momentum, decay, buffers=None):
    """d L_valid / d alphas; with order 2 at the weights one step further, by the paper's finite difference.

    `buffers`: momentum of each weight, None for a fresh optimiser.
    """
    weights, alphas = network.weights(), network.alphas()
    if order == 1:
        return gradients_of(loss_of(network, *valid)[1], alphas)
    saved = [weight.detach().clone() for weight in weights]
    gradients = gradients_of(loss_of(network, *train)[1], weights)

    def move(steps):
        with torch.no_grad():
            for weight, start, step in zip(weights, saved, steps):
                weight.copy_(start + step)

    buffers = buffers or [torch.zeros_like(weight) for weight in weights]
    move([-rate * (momentum * b + g + decay * w) for b, g, w in zip(buffers, gradients, saved)])
    found = gradients_of(loss_of(network, *valid)[1], weights + alphas)
    direction, gradient = found[: len(weights)], found[len(weights) :]
    radius = 0.01 / torch.cat([d.flatten() for d in direction]).norm()
    sides = []
    for sign in (1, -1):
        move([sign * radius * d for d in direction])
        sides.append(gradients_of(loss_of(network, *train)[1], alphas))
    move([torch.zeros_like(s) for s in saved])
    return [g - rate * (above - below) / (2 * radius) for g, above, below in zip(gradient, *sides)]


def parse_genotype(text):
    cells = re.findall(r"(?:normal|reduce)\s*=\s*\[([^]]*)\]", text)
    return [[(name, int(state)) for name, state in re.findall(r"\('([^']*)',\s*(\d+)\)", cell)] for cell in cells[:2]]
