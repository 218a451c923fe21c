"""The supernet and the stand-alone network of NAS-Bench-201's cells in plain PyTorch, state-dict names included.

N,C,H,W are images, channels, height and width. A cell is a tuple of the operations on its six edges, by the node that an
edge leads to, then by the one that it comes from. Node 0 is the cell's input, a later node the sum over all nodes before it
of the edge's operation on them, node 3 the output; `none` adds nothing. A network has three stages of N equal cells of C,
2C and 4C channels with residual blocks between them. In the supernet normalisations inside the cells neither scale nor
shift, and take the statistics of the batch always.
"""

import torch
import torch.nn.functional as F
from torch import nn

from operations import BatchNorm, RunningStatistics, conv1x1, drop_path

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
NONE, SKIP_CONNECT, NOR_CONV_1X1, NOR_CONV_3X3, AVG_POOL_3X3 = range(len(OPERATIONS))
NODES = 4
EDGES = [(source, node) for node in range(1, NODES) for source in range(node)]


def write_cell(cell):
    """|op~0|+|op~0|op~1|+|op~0|op~1|op~2|"""
    nodes = [[] for _ in range(NODES - 1)]
    for operation, (source, node) in zip(cell, EDGES):
        nodes[node - 1].append(f"{OPERATIONS[operation]}~{source}")
    return "+".join("|" + "|".join(node) + "|" for node in nodes)


def parse_cell(text):
    words = [word for node in text.split("+") for word in node.strip("|").split("|")]
    cell = tuple(OPERATIONS.index(word.split("~")[0]) for word in words)
    if write_cell(cell) != text:
        raise ValueError(f"'{text}' is no cell of NAS-Bench-201")
    return cell


class BatchStatistics(RunningStatistics):
    """Normalises by the batch, whatever the mode; it has no tensors."""

    def __init__(self):
        nn.Module.__init__(self)

    def forward(self, x):
        return F.batch_norm(x, None, None, None, None, True, 0.0, 1e-5)


class Convolution(nn.Module):
    """[ReLU, convolution, BN]"""

    def __init__(self, src, dst, size, stride, norm):
        super().__init__()
        convolution = nn.Conv2d(src, dst, size, stride, size // 2, bias=False)
        self.op = nn.Sequential(nn.ReLU(), convolution, norm)

    def forward(self, x):
        return self.op(x)


class AveragePool(nn.Module):
    def forward(self, x):
        return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def operation_on(channels, number, norm):
    if number in (NOR_CONV_1X1, NOR_CONV_3X3):
        return Convolution(channels, channels, 1 if number == NOR_CONV_1X1 else 3, 1, norm())
    return AveragePool() if number == AVG_POOL_3X3 else nn.Identity()


class Cell(nn.Module):
    """`operation(edge's number, its operation)` is the module on an edge."""

    def operation(self, edge, number):
        raise NotImplementedError

    def forward(self, x, cell, keep):
        nodes = [x]
        for node in range(1, NODES):
            total = torch.zeros_like(x)
            for edge, (source, target) in enumerate(EDGES):
                if target == node and cell[edge] != NONE:
                    total = total + drop_path(self.operation(edge, cell[edge])(nodes[source]), keep)
            nodes.append(total)
        return nodes[-1]


class SharedCell(Cell):
    def __init__(self, channels):
        super().__init__()
        self.edges = nn.ModuleDict(
            {
                f"{node}<-{source}": nn.ModuleList(
                    operation_on(channels, number, BatchStatistics) for number in range(len(OPERATIONS))
                )
                for source, node in EDGES
            }
        )

    def operation(self, edge, number):
        source, node = EDGES[edge]
        return self.edges[f"{node}<-{source}"][number]


class OwnCell(Cell):
    def __init__(self, channels, cell):
        super().__init__()
        self.layers = nn.ModuleList(operation_on(channels, number, lambda: BatchNorm(channels)) for number in cell)

    def operation(self, edge, number):
        return self.layers[edge]


class ResidualBlock(nn.Module):
    def __init__(self, src, dst):
        super().__init__()
        self.conv_a = Convolution(src, dst, 3, 2, BatchNorm(dst))
        self.conv_b = Convolution(dst, dst, 3, 1, BatchNorm(dst))
        self.downsample = nn.Sequential(nn.AvgPool2d(2, 2), conv1x1(src, dst))

    def forward(self, x, cell, keep):
        return self.downsample(x) + self.conv_b(self.conv_a(x))


class Network(nn.Module):
    def __init__(self, layers, channels, image_channels, classes, make_cell):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(image_channels, channels, 3, padding=1, bias=False), BatchNorm(channels))
        self.cells = nn.ModuleList()
        for stage in range(3):
            if stage:
                self.cells.append(ResidualBlock(channels, 2 * channels))
                channels *= 2
            self.cells.extend(make_cell(channels) for _ in range(layers))
        self.lastact = nn.Sequential(BatchNorm(channels), nn.ReLU())
        self.classifier = nn.Linear(channels, classes)

    def forward(self, images, cell, drop_path_keep=1.0, progress=1.0):
        """Logits, and None in place of an auxiliary head's."""
        x = self.stem(images)
        for index, module in enumerate(self.cells):
            x = module(x, cell, 1 - progress * (index + 1) / len(self.cells) * (1 - drop_path_keep))
        return self.classifier(self.lastact(x).mean(dim=(2, 3))), None


def supernet(layers, channels, image_channels=3, classes=10):
    return Network(layers, channels, image_channels, classes, SharedCell)


def standalone(cell, layers, channels, image_channels=3, classes=10):
    return Network(layers, channels, image_channels, classes, lambda width: OwnCell(width, cell))
