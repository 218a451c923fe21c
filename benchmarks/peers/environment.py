"""The part of nao's environment that decides how fast PyTorch is too: its allocator keeps the pages of a step, its OpenMP
threads sleep while they wait. Each is read when a process starts or loads its OpenMP."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In the sources, or in a bundle.
FILES = (ROOT / "java" / "src" / "main" / "jvm" / "environment", ROOT / "app" / "jvm" / "environment")
SHARED = ("MALLOC_", "OMP_")


def shared_environment():
    """The variables by name."""
    lines = next(file for file in FILES if file.exists()).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line.startswith(SHARED))


def sleeping_threads():
    """Before PyTorch is imported: threads that wait would take the processor from others' work."""
    for name, value in shared_environment().items():
        if name.startswith("OMP_"):
            os.environ.setdefault(name, value)
