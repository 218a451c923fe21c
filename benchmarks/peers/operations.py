"""The candidate operations of the nao-small space and their building blocks, in plain PyTorch.

Tensors are N,C,H,W. Two forms exist: stand-alone operations own one set of weights, supernet operations own one set
per possible input of their node (`source`), sharing only the running statistics.
"""

import torch
import torch.nn.functional as F
from torch import nn

EPSILON = 1e-5
MOMENTUM = 0.1

SEP_CONV_3X3, SEP_CONV_5X5, AVG_POOL_3X3, MAX_POOL_3X3, IDENTITY = range(5)
OPERATIONS = 5
KERNEL_SIZES = {SEP_CONV_3X3: 3, SEP_CONV_5X5: 5}


class RunningStatistics(nn.Module):
    """The part of batch normalisation that every form shares.

    `mode` is "train" (batch statistics, running ones updated), "eval-batch" (batch statistics, running ones left alone)
    or "eval-running". nn.BatchNorm2d would add a num_batches_tracked entry and has no "eval-batch".
    """

    def __init__(self, channels):
        super().__init__()
        self.mode = "train"
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def normalise(self, x, weight, bias):
        if self.mode == "eval-batch":
            return F.batch_norm(x, None, None, weight, bias, True, 0.0, EPSILON)
        training = self.mode == "train"
        return F.batch_norm(x, self.running_mean, self.running_var, weight, bias, training, MOMENTUM, EPSILON)


class BatchNorm(RunningStatistics):
    def __init__(self, channels):
        super().__init__(channels)
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return self.normalise(x, self.weight, self.bias)


class BatchNormPerSource(RunningStatistics):
    """Scale and shift per possible input, running statistics shared over inputs."""

    def __init__(self, channels, sources):
        super().__init__(channels)
        self.weight = nn.ParameterList(torch.ones(channels) for _ in range(sources))
        self.bias = nn.ParameterList(torch.zeros(channels) for _ in range(sources))

    def forward(self, x, source):
        return self.normalise(x, self.weight[source], self.bias[source])


def set_statistics(network, mode):
    for module in network.modules():
        if isinstance(module, RunningStatistics):
            module.mode = mode


def conv1x1(src, dst, stride=1):
    return nn.Conv2d(src, dst, 1, stride=stride, bias=False)


class ReluConvBn(nn.Module):
    def __init__(self, src, dst):
        super().__init__()
        self.conv = conv1x1(src, dst)
        self.bn = BatchNorm(dst)

    def forward(self, x):
        return self.bn(self.conv(F.relu(x)))


class ShiftByOnePixel(nn.Module):
    """The image moved up and left by one pixel, zeros entering at the right and bottom."""

    def forward(self, x):
        return F.pad(x, (-1, 1, -1, 1))


class FactorizedReduce(nn.Module):
    """Halves height and width: 1x1 convolutions of the even and of the odd pixels, concatenated, then BN."""

    def __init__(self, src, dst, relu=False):
        super().__init__()
        self.relu = relu
        self.path1 = nn.Sequential(nn.Identity(), conv1x1(src, dst // 2, stride=2))
        self.path2 = nn.Sequential(ShiftByOnePixel(), conv1x1(src, dst // 2, stride=2))
        self.bn = BatchNorm(dst)

    def forward(self, x):
        if self.relu:
            x = F.relu(x)
        return self.bn(torch.cat([self.path1(x), self.path2(x)], dim=1))


def pool(op, x, stride):
    if op == MAX_POOL_3X3:
        return F.max_pool2d(x, 3, stride, 1)
    return F.avg_pool2d(x, 3, stride, 1, count_include_pad=False)


class Pool(nn.Module):
    def __init__(self, op, stride):
        super().__init__()
        self.op = op
        self.stride = stride

    def forward(self, x):
        return pool(self.op, x, self.stride)


class SepConv(nn.Module):
    def __init__(self, channels, size, stride):
        super().__init__()

        def depthwise(step):
            return nn.Conv2d(channels, channels, size, step, size // 2, groups=channels, bias=False)

        self.op = nn.Sequential(
            nn.ReLU(),
            depthwise(stride),
            conv1x1(channels, channels),
            BatchNorm(channels),
            nn.ReLU(inplace=True),
            depthwise(1),
            conv1x1(channels, channels),
            BatchNorm(channels),
        )

    def forward(self, x):
        return self.op(x)


def standalone_operation(op, channels, stride):
    if op in KERNEL_SIZES:
        return SepConv(channels, KERNEL_SIZES[op], stride)
    if op == IDENTITY:
        return nn.Identity() if stride == 1 else FactorizedReduce(channels, channels)
    return Pool(op, stride)


class SepConvPerSource(nn.Module):
    def __init__(self, channels, size, sources):
        super().__init__()
        self.padding = size // 2

        def weights(*shape):
            return nn.ParameterList(torch.zeros(shape) for _ in range(sources))

        self.W1_depthwise = weights(channels, 1, size, size)
        self.W1_pointwise = weights(channels, channels, 1, 1)
        self.bn1 = BatchNormPerSource(channels, sources)
        self.W2_depthwise = weights(channels, 1, size, size)
        self.W2_pointwise = weights(channels, channels, 1, 1)
        self.bn2 = BatchNormPerSource(channels, sources)

    def forward(self, x, source, stride):
        groups = x.shape[1]
        x = F.conv2d(F.relu(x), self.W1_depthwise[source], None, stride, self.padding, groups=groups)
        x = self.bn1(F.conv2d(x, self.W1_pointwise[source]), source)
        x = F.conv2d(F.relu_(x), self.W2_depthwise[source], None, 1, self.padding, groups=groups)
        return self.bn2(F.conv2d(x, self.W2_pointwise[source]), source)


class PoolPerSource(nn.Module):
    def __init__(self, op):
        super().__init__()
        self.op = op

    def forward(self, x, source, stride):
        return pool(self.op, x, stride)


class IdentityPerSource(nn.Module):
    """Identity; in a reduction cell a factorized reduce for inputs 0 and 1."""

    def __init__(self, channels, reduction):
        super().__init__()
        if reduction:
            self.reduce = nn.ModuleList(FactorizedReduce(channels, channels) for _ in range(2))

    def forward(self, x, source, stride):
        return x if stride == 1 else self.reduce[source](x)


def supernet_operations(channels, sources, reduction):
    """All operations of one side of a node, by operation number."""

    def make(op):
        if op in KERNEL_SIZES:
            return SepConvPerSource(channels, KERNEL_SIZES[op], sources)
        return IdentityPerSource(channels, reduction) if op == IDENTITY else PoolPerSource(op)

    return nn.ModuleList(make(op) for op in range(OPERATIONS))


def drop_path(x, keep):
    """Drops whole samples of an operation's output with probability 1 - keep and scales the others."""
    if keep >= 1:
        return x
    mask = torch.empty((x.shape[0], 1, 1, 1), dtype=x.dtype, device=x.device).bernoulli_(keep)
    return x * mask.div_(keep)
