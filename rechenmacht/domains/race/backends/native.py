"""The kernel as native code: C, compiled once by zig or the system's compiler, kept under the text's hash."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.backends.compiled import Array, Job, Whole
from rechenmacht.domains.race.backends.files import cache_folder
from rechenmacht.errors import BadInput

LANES = 16  # outcomes of a row fill a cache line
# No contraction into fused multiply-add: results do not depend on the processor.
FLAGS = (
    "-O2", "-g0", "-fno-trapping-math", "-fno-math-errno", "-ffp-contract=off", "-march=native", "-shared", "-fPIC",
)  # fmt: skip
WIDE = {"x86_64": ("-mprefer-vector-width=512",), "AMD64": ("-mprefer-vector-width=512",)}
MISSING = "the native backend needs a C compiler: pip install 'rechenmacht[fast]', or put cc on the path"
TIMEOUT = 600  # seconds


def compiler() -> list[str]:
    """Return the command of a C compiler: RECHENMACHT_CC, the ziglang wheel, or cc.

    Raises:
        BadInput: if there is none.
    """
    named = os.environ.get("RECHENMACHT_CC")
    if named:
        return named.split()
    if importlib.util.find_spec("ziglang") is not None:
        return [sys.executable, "-m", "ziglang", "cc"]
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        raise BadInput(MISSING)
    return [found]


def compile_c(text: str, target: Path, flags: tuple[str, ...]) -> None:
    """Compile C into `target`, whole or not at all.

    Raises:
        BadInput: if the compiler refuses the text, with its first words.
    """
    with tempfile.TemporaryDirectory(prefix="rechenmacht-cc-") as folder:
        source, made = Path(folder) / "kernel.c", Path(folder) / target.name
        source.write_text(text, encoding="utf-8")
        zig = str(cache_folder() / "zig")
        env = {"ZIG_GLOBAL_CACHE_DIR": zig, "ZIG_LOCAL_CACHE_DIR": zig} | os.environ
        done = subprocess.run(
            [*compiler(), *flags, "-o", str(made), str(source)],
            capture_output=True, text=True, env=env, timeout=TIMEOUT, check=False,
        )  # fmt: skip
        if done.returncode:
            raise BadInput(f"the C compiler refused the kernel: {done.stderr.strip()[:300]}")
        partial = target.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(made, partial)
        partial.replace(target)


@cache
def processor() -> str:
    """Return what code for this processor may use, as a text; a cache folder can be seen by several machines."""
    found = [platform.machine(), platform.processor()]
    with contextlib.suppress(OSError, ValueError):
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines()
        found += [line for line in told if line.startswith(("model name", "flags", "Features", "CPU part"))]
    return "\n".join(found)


def flags() -> tuple[str, ...]:
    """Return the compiler's options on this machine."""
    return (*FLAGS, *WIDE.get(platform.machine(), ()), f"-DLANES={LANES}")


def made(text: str) -> Path:
    """Return the place of a text's library, compiled first where it is not in the cache.

    Raises:
        BadInput: if there is no compiler or it refuses the text.
    """
    made_of = "\0".join((text, *flags(), processor(), *compiler()))
    path = cache_folder() / ("race-" + hashlib.sha256(made_of.encode()).hexdigest()[:20] + ".so")
    if not path.exists():
        compile_c(text, path, flags())
    return path


@cache
def library(path: Path) -> ctypes.CDLL:
    """Return a loaded library."""
    return ctypes.CDLL(str(path))


def _at(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


class Native:
    """A machine that runs a kernel compiled for this processor; calls hold no lock."""

    name = "native"

    def __init__(self, path: Path) -> None:
        self.code = library(path)
        self.lanes = int(self.code.lanes())
        self.words = int(self.code.workspace())

    def run(self, job: Job, first: int, last: int) -> None:
        """Run blocks of draws and fill `job.out`."""
        raw = np.empty(self.words + 8)
        w = raw[(-raw.ctypes.data // 8) % 8 :]  # on a cache line
        series, periods = job.out.shape[:2]
        integer = ctypes.c_int32
        self.code.run(
            _at(job.p), integer(job.p.shape[0]), integer(job.p.shape[1]), _at(job.dated), integer(job.dated.shape[1]),
            _at(job.phase), _at(job.keep), integer(len(job.phase)), _at(job.outputs), integer(series), integer(periods),
            _at(job.out), integer(job.out.dtype == np.float64), integer(first), integer(last), _at(job.levers),
            _at(job.values), integer(len(job.levers)), _at(w), _at(job.parked), integer(job.cut), integer(job.resume),
        )  # fmt: skip

    def sample(self, keys: NDArray[np.uint64], kinds: Whole, ends: Array, draws: int, bits: int, part: range) -> Array:
        """Return draws of parameters, shape (name, draw)."""
        out = np.empty((len(kinds), len(part)))
        integer = ctypes.c_int32
        self.code.sample(
            _at(keys), _at(kinds), _at(ends), integer(len(kinds)), integer(draws), integer(bits), integer(part.start),
            integer(len(part)), _at(out),
        )  # fmt: skip
        return out
