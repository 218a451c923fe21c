"""Where nao, the device tests and the tools are: in a bundle, in a build tree, or emulated."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NATIVE = ROOT / "java" / "target" / "native" / "tests"


class SetupError(Exception):
    """A sentence for the user."""


class Setup:
    """emulated: nao's CUDA part is the library that target nao_cuda_emulated of the native build makes."""

    def __init__(self, emulated):
        self.emulated = emulated
        self.bundle = (ROOT / "runtime" / "bin" / "java").exists()
        self.nao = [str(ROOT / "nao")]
        self.folder = tempfile.TemporaryDirectory()
        self.signal_at = self._signal_at(Path(self.folder.name))
        if emulated:
            library = NATIVE / "cuda" / "emulated" / "libnao_cuda.so"
            app = ROOT / "java" / "target" / "app"
            for needed in (library, app / "nao.jar"):
                if not needed.exists():
                    raise SetupError(f"{needed} is missing; mvn package builds it.")
            self.nao = self._emulated_command(Path(self.folder.name), app, library)
            self.tests = {
                "kernels": [NATIVE / "add_test_cuda", NATIVE / "pool_test_cuda", NATIVE / "cuda" / "cores_test_plain"],
                "fragments": [NATIVE / "emulation" / "shim_test_plain"],
                "networks": [NATIVE / "cuda" / "cuda_network_test_plain"],
            }
        else:
            device, shim = (ROOT / "device-tests",) * 2 if self.bundle else (NATIVE / "device", NATIVE / "emulation")
            self.tests = {
                "kernels": [device / "device_kernel_test", device / "device_cores_test"],
                "fragments": [shim / "shim_test_device"],
                "networks": [device / "device_network_test"],
            }
        self.default_out = ROOT / "java" / "target" / "gpu-check" if emulated else ROOT / "benchmarks" / "results"
        self.gpu = {} if emulated else self._gpu()
        self.name = "emulated" if emulated else re.sub(r"[^a-z0-9]+", "-", self.gpu.get("name", "unknown").lower())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def _signal_at(self, folder):
        """The library that sends a process a signal at a counted file operation."""
        if self.bundle:
            return ROOT / "device-tests" / "signal_at.so"
        library = folder / "signal_at.so"
        try:
            subprocess.run([ROOT / "tests" / "signal_at" / "build", library], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as failure:
            output = getattr(failure, "stderr", None) or failure
            raise SetupError(f"tests/signal_at/build: {output}") from failure
        return library

    @staticmethod
    def _emulated_command(folder, app, library):
        """nao as a copy of the build whose CUDA part is the emulated one."""
        binding = folder / "app" / "org" / "nao" / "binding" / "linux-x86_64"
        binding.mkdir(parents=True)
        shutil.copy(app / "nao.jar", folder / "app")
        for name in ("libjniNao.so", "libnao.so"):
            shutil.copy(app / "org" / "nao" / "binding" / "linux-x86_64" / name, binding)
        shutil.copy(library, binding)
        (folder / "lib").symlink_to(app.parent / "lib")
        return [str(app / "jvm" / "bin" / "java"), "-cp", f"{folder}/app:{folder}/app/nao.jar", "org.nao.cli.Main"]

    @staticmethod
    def _gpu():
        """What nvidia-smi says of the first GPU; empty without it."""
        names = ("name", "driver_version", "memory.total", "clocks.max.sm", "clocks.max.memory", "power.limit")
        try:
            output = subprocess.run(
                ["nvidia-smi", f"--query-gpu={','.join(names)}", "--format=csv,noheader", "--id=0"],
                check=True, capture_output=True, text=True, timeout=30,
            ).stdout
        except (OSError, subprocess.SubprocessError):
            return {}
        return dict(zip(names, (value.strip() for value in output.strip().split(","))))


def tool(name):
    """The path of a program, also where CUDA puts its own; None if it is not there."""
    places = [os.environ.get("PATH", ""), "/usr/local/cuda/bin", "/opt/nvidia/nsight-compute"]
    return shutil.which(name, path=os.pathsep.join(places))
