"""The supernet and the stand-alone network of nao-small and enas-micro in plain PyTorch, state-dict names included.

An architecture is (normal cell, reduction cell); a cell is a tuple of nodes (in1, op1, in2, op2).
Images are N,C,H,W with height and width divisible by 4. The network has 3N + 2 cells; a reduction cell halves height and
width and doubles the channels C by its operations on states 0 and 1.

The networks of enas-micro (`enas`) differ. In the supernet a reduction cell reads the output y of the cell before it twice,
as [ReLU, factorized reduce](y) and as factorized reduce(y); its operations keep the size, and the next cell reads the second
of these in place of y. In stand-alone networks what a cell reads of the cell before it goes through one more [ReLU, 1x1, BN],
and identities are never dropped. In both a ReLU stands before the global pool and the classifier has no bias.
"""

import torch
import torch.nn.functional as F
from torch import nn

from operations import (
    IDENTITY,
    OPERATIONS,
    BatchNorm,
    FactorizedReduce,
    ReluConvBn,
    conv1x1,
    drop_path,
    standalone_operation,
    supernet_operations,
)


def parse_architecture(text):
    numbers = [int(word) for word in text.split()]
    if not numbers or len(numbers) % 8:
        raise ValueError(f"an architecture has 8 integers per node, this one has {len(numbers)} in all")
    nodes = [tuple(numbers[i : i + 4]) for i in range(0, len(numbers), 4)]
    cells = tuple(nodes[: len(nodes) // 2]), tuple(nodes[len(nodes) // 2 :])
    for cell in cells:
        for i, (in1, op1, in2, op2) in enumerate(cell):
            if not (0 <= in1 < i + 2 and 0 <= in2 < i + 2 and 0 <= op1 < OPERATIONS and 0 <= op2 < OPERATIONS):
                raise ValueError(f"node {i} has an illegal input or operation: {in1} {op1} {in2} {op2}")
    return cells


def unused_states(cell):
    """States that no node reads: they make the cell's output."""
    used = {state for in1, _, in2, _ in cell for state in (in1, in2)}
    return [state for state in range(len(cell) + 2) if state not in used]


def cell_plan(layers, channels):
    """(channels, reduction) of each of the 3N + 2 cells."""
    plan = []
    for stage in range(3):
        if stage:
            channels *= 2
            plan.append((channels, True))
        plan.extend([(channels, False)] * layers)
    return plan


class Calibration(nn.Module):
    """Brings both input states of a cell to its channels and to one height.

    `halve`: whether to halve state 0; `twice`: whether both states are one map of twice the height.
    """

    def __init__(self, src_x, src_y, halve, channels, twice=False):
        super().__init__()
        self.preprocess_x = self.match(src_x, channels, halve or twice)
        self.preprocess_y = FactorizedReduce(src_y, channels) if twice else self.match(src_y, channels, False)

    @staticmethod
    def match(src, channels, halve):
        if halve:
            return FactorizedReduce(src, channels, relu=True)
        return nn.Identity() if src == channels else ReluConvBn(src, channels)

    def forward(self, x, y):
        return self.preprocess_x(x), self.preprocess_y(y)


class SupernetNode(nn.Module):
    def __init__(self, channels, sources, strided):
        super().__init__()
        self.strided = strided
        self.x_op = supernet_operations(channels, sources, strided)
        self.y_op = supernet_operations(channels, sources, strided)

    def stride(self, source):
        return 2 if self.strided and source < 2 else 1

    def forward(self, states, node, keep):
        in1, op1, in2, op2 = node
        x = self.x_op[op1](states[in1], in1, self.stride(in1))
        y = self.y_op[op2](states[in2], in2, self.stride(in2))
        return drop_path(x, keep) + drop_path(y, keep)


class FinalCombineConv(nn.Module):
    """ReLU, 1x1 convolution, BN; the convolution is made of one C x C block per state that takes part."""

    def __init__(self, channels, states):
        super().__init__()
        self.w = nn.ParameterList(torch.zeros(channels, channels, 1, 1) for _ in range(states))
        self.bn = BatchNorm(channels)

    def forward(self, outputs, states):
        weight = torch.cat([self.w[state] for state in states], dim=1)
        return self.bn(F.conv2d(F.relu(torch.cat(outputs, dim=1)), weight))


class SupernetCell(nn.Module):
    """`strided`: operations on states 0 and 1 halve them; `twice`: both states are the cell before."""

    def __init__(self, src_x, src_y, halve, channels, strided, nodes, twice):
        super().__init__()
        self.strided = strided
        self.twice = twice
        self.maybe_calibrate_size = Calibration(src_y if twice else src_x, src_y, halve, channels, twice)
        self.ops = nn.ModuleList(SupernetNode(channels, i + 2, strided) for i in range(nodes))
        if strided:
            self.fac_1 = FactorizedReduce(channels, channels)
            self.fac_2 = FactorizedReduce(channels, channels)
        self.final_combine_conv = FinalCombineConv(channels, nodes + 2)
        self.channels = channels

    def forward(self, x, y, cell, keep):
        """What the next cell reads as the cell before the last one, and the output."""
        states = list(self.maybe_calibrate_size(y if self.twice else x, y))
        for op, node in zip(self.ops, cell):
            states.append(op(states, node, keep))
        unused = unused_states(cell)
        output = self.final_combine_conv([self.halved(states, state) for state in unused], unused)
        return states[1] if self.twice else y, output

    def halved(self, states, state):
        if self.strided and state < 2:
            return (self.fac_1, self.fac_2)[state](states[state])
        return states[state]


class StandaloneNode(nn.Module):
    def __init__(self, node, channels, strided, enas):
        super().__init__()
        self.dropped = [not enas or op != IDENTITY for op in (node[1], node[3])]
        self.in1, op1, self.in2, op2 = node
        self.x_op = standalone_operation(op1, channels, 2 if strided and self.in1 < 2 else 1)
        self.y_op = standalone_operation(op2, channels, 2 if strided and self.in2 < 2 else 1)

    def forward(self, states, keep):
        x, y = self.x_op(states[self.in1]), self.y_op(states[self.in2])
        return sum(drop_path(z, keep if dropped else 1) for z, dropped in zip((x, y), self.dropped))


class FinalCombine(nn.Module):
    """Concatenates the unused states, those of twice the height factor-reduced."""

    def __init__(self, unused, channels, strided):
        super().__init__()
        self.unused = unused
        self.halved = [state for state in unused if strided and state < 2]
        self.ops = nn.ModuleList(FactorizedReduce(channels, channels) for _ in self.halved)

    def forward(self, states):
        states = list(states)
        for op, state in zip(self.ops, self.halved):
            states[state] = op(states[state])
        return torch.cat([states[state] for state in self.unused], dim=1)


class StandaloneCell(nn.Module):
    def __init__(self, src_x, src_y, halve, channels, strided, cell, enas):
        super().__init__()
        self.maybe_calibrate_size = Calibration(src_x, src_y, halve, channels)
        self.entry = ReluConvBn(channels, channels) if enas else nn.Identity()
        self.ops = nn.ModuleList(StandaloneNode(node, channels, strided, enas) for node in cell)
        unused = unused_states(cell)
        self.final_combine = FinalCombine(unused, channels, strided)
        self.channels = channels * len(unused)

    def forward(self, x, y, cell, keep):
        """What the next cell reads as the cell before the last one, and the output."""
        states = list(self.maybe_calibrate_size(x, y))
        states[1] = self.entry(states[1])
        for op in self.ops:
            states.append(op(states, keep))
        return y, self.final_combine(states)


class AuxiliaryHead(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv1 = conv1x1(channels, 128)
        self.bn1 = BatchNorm(128)
        self.conv2 = nn.Conv2d(128, 768, 2, bias=False)
        self.bn2 = BatchNorm(768)
        self.classifier = nn.Linear(768, classes)

    def forward(self, x):
        x = F.relu(x)
        if all(2 == (side - 5) // 3 + 1 for side in x.shape[2:]):
            x = F.avg_pool2d(x, 5, 3)
        else:
            x = F.adaptive_avg_pool2d(x, 2)
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return self.classifier(x.flatten(1))


class Network(nn.Module):
    """What both networks share: stem, the row of cells, heads.

    `in_place`: as if the auxiliary head's first ReLU were, so that the cells after it read what it leaves.
    """

    in_place = False

    def __init__(self, layers, channels, image_channels, classes, make_cell, auxiliary=False, enas=False):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(image_channels, 3 * channels, 3, padding=1, bias=False), BatchNorm(3 * channels)
        )
        self.cells = nn.ModuleList()
        src_x = src_y = 3 * channels
        after_reduction = False
        plan = cell_plan(layers, channels)
        self.reductions = [reduction for _, reduction in plan]
        self.auxiliary_index = 2 * layers + 1
        for index, (width, reduction) in enumerate(plan):
            cell = make_cell(src_x, src_y, after_reduction, width, reduction)
            self.cells.append(cell)
            # A cell that reads the one before it twice leaves two states of its own size and channels.
            twice = getattr(cell, "twice", False)
            src_x, src_y, after_reduction = width if twice else src_y, cell.channels, reduction and not twice
            if auxiliary and index == self.auxiliary_index:
                self.auxiliary_head = AuxiliaryHead(cell.channels, classes)
        self.auxiliary = auxiliary
        self.enas = enas
        self.classifier = nn.Linear(src_y, classes, bias=not enas)

    def forward(self, images, architecture, drop_path_keep=1.0, dropout_keep=1.0, progress=1.0):
        """Logits, and the auxiliary head's or None. `progress` is (step + 1) / total steps of the drop-path schedule."""
        x = y = self.stem(images)
        auxiliary = None
        for index, cell in enumerate(self.cells):
            keep = 1 - progress * (index + 1) / len(self.cells) * (1 - drop_path_keep)
            x, y = cell(x, y, architecture[int(self.reductions[index])], keep)
            if self.auxiliary and index == self.auxiliary_index:
                if self.in_place:
                    y = F.relu(y)
                auxiliary = self.auxiliary_head(y)
        if self.enas:
            y = F.relu(y)
        pooled = y.mean(dim=(2, 3))
        if dropout_keep < 1:
            pooled = F.dropout(pooled, 1 - dropout_keep)
        return self.classifier(pooled), auxiliary


def supernet(layers, channels, image_channels=3, classes=10, nodes=5, enas=False, auxiliary=False):
    def make_cell(src_x, src_y, halve, width, reduction):
        twice = enas and reduction
        return SupernetCell(src_x, src_y, halve, width, reduction and not twice, nodes, twice)

    return Network(layers, channels, image_channels, classes, make_cell, auxiliary, enas)


def standalone(architecture, layers, channels, image_channels=3, classes=10, auxiliary=False, enas=False):
    def make_cell(src_x, src_y, halve, width, reduction):
        return StandaloneCell(src_x, src_y, halve, width, reduction, architecture[int(reduction)], enas)

    return Network(layers, channels, image_channels, classes, make_cell, auxiliary, enas)


def initialise(network):
    """Kaiming normal over fan-in for every tensor of two or more dimensions; linear biases uniform."""
    for parameter in network.parameters():
        if parameter.dim() >= 2:
            nn.init.normal_(parameter, std=(2 / parameter[0].numel()) ** 0.5)
    for module in network.modules():
        if isinstance(module, nn.Linear) and module.bias is not None:
            bound = module.in_features**-0.5
            nn.init.uniform_(module.bias, -bound, bound)
