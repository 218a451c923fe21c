"""@DESCRIPTION@

Only PyTorch is needed. Use it so:

    from @MODULE@ import CLASSES, MEAN, DEVIATION, load
    network = load()
    logits = network(images)  # float [batch, @CHANNELS@, @HEIGHT@, @WIDTH@], normalised with MEAN and DEVIATION

As a program it compares its logits with nao's on a few images.
"""

import json
import pathlib
import struct
import sys

import torch
from torch.nn import functional

CLASSES = @CLASSES@
MEAN = @MEAN@
DEVIATION = @DEVIATION@
WEIGHTS = pathlib.Path(__file__).with_suffix(".safetensors")
CHECK = pathlib.Path(__file__).with_suffix(".check.safetensors")
TOLERANCE = 1e-4


def read_safetensors(path):
    """All tensors of a file by name."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    types = {"F32": torch.float32, "I64": torch.int64}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            values = bytearray(data[8 + length + start : 8 + length + end])
            tensors[name] = torch.frombuffer(values, dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


class Network(torch.nn.Module):
    """Its state dict has the names of the file of weights."""

    def __init__(self, tensors):
        super().__init__()
        for name, tensor in tensors.items():
            *path, leaf = name.split(".")
            module = self
            for part in path:
                if part not in module._modules:
                    module.add_module(part, torch.nn.Module())
                module = module._modules[part]
            if leaf.startswith("running_"):
                module.register_buffer(leaf, tensor)
            else:
                module.register_parameter(leaf, torch.nn.Parameter(tensor))

    def tensor(self, name):
        *path, leaf = name.split(".")
        return getattr(self.get_submodule(".".join(path)), leaf)

    def conv(self, x, *names, stride=1, padding=0, dilation=1, groups=1):
        """A convolution; several weights are those of concatenated states."""
        weight = torch.cat([self.tensor(name) for name in names], dim=1)
        return functional.conv2d(x, weight, None, stride, padding, dilation, groups)

    def norm(self, x, path):
        """A batch normalisation; some neither scale nor shift."""
        norm = self.get_submodule(path)
        return functional.batch_norm(
            x,
            norm.running_mean,
            norm.running_var,
            getattr(norm, "weight", None),
            getattr(norm, "bias", None),
            training=self.training,
            eps=1e-5,
        )

    def linear(self, x, weight, bias=None):
        return functional.linear(x, self.tensor(weight), None if bias is None else self.tensor(bias))

    def forward(self, v0):
@FORWARD@


def load(weights=WEIGHTS):
    """The trained network, ready to classify."""
    return Network(read_safetensors(pathlib.Path(weights))).eval()


def main():
    check = read_safetensors(CHECK)
    with torch.no_grad():
        logits = load()(check["images"])
    difference = (logits - check["logits"]).abs().max().item()
    same = (logits.argmax(1) == check["logits"].argmax(1)).all().item()
    print(f"largest difference of {len(logits)} images' logits: {difference:.2e}; classes", "agree" if same else "differ")
    return 0 if difference <= TOLERANCE * max(1.0, check["logits"].abs().max().item()) else 1


if __name__ == "__main__":
    sys.exit(main())
