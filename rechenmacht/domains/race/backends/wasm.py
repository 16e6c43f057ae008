"""The kernel as WebAssembly, run by wasmtime: no compiler, and the same bytes on every machine and in the browser."""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import wasmtime
from numpy.typing import NDArray

from rechenmacht.domains.race.backends.compiled import Array, Job, Whole
from rechenmacht.domains.race.backends.files import cache_folder, place

PAGE = 65_536
AT_ONCE = 256  # draws whose outcomes lie in the engine's memory at once
ALIGN = 64


@cache
def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.wasm_simd = True
    config.cranelift_opt_level = "speed"
    return wasmtime.Engine(config)


@cache
def _module(path: Path) -> wasmtime.Module:
    """Return a compiled module; its machine code is kept in the cache folder under the hash of the bytes."""
    content = path.read_bytes()
    version = getattr(wasmtime, "__version__", "")
    name = hashlib.sha256(content + version.encode()).hexdigest()[:20]
    kept = cache_folder() / f"kernel-{name}.cwasm"
    if kept.exists():
        try:
            return wasmtime.Module.deserialize(_engine(), kept.read_bytes())
        except wasmtime.WasmtimeError:  # made by another build of the engine, or damaged: made anew
            kept.unlink(missing_ok=True)
    module = wasmtime.Module(_engine(), content)
    place(kept, bytes(module.serialize()))
    return module


class _Instance:
    """One instance of the kernel with a memory of its own; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.store = wasmtime.Store(_engine())
        exports: Any = wasmtime.Instance(self.store, _module(path), []).exports(self.store)
        self.call: Any = {name: exports[name] for name in ("run", "sample", "workspace", "lanes", "elementary")}
        self.memory: Any = exports["memory"]
        self.base = self.memory.data_len(self.store)
        self.top = self.base

    def reset(self) -> None:
        """Forget what was laid out."""
        self.top = self.base

    def room(self, size: int) -> int:
        """Return the address of so many bytes; memory grows as it must and never shrinks."""
        at: int = -(-self.top // ALIGN) * ALIGN
        self.top = at + size
        missing = self.top - self.memory.data_len(self.store)
        if missing > 0:
            self.memory.grow(self.store, -(-missing // PAGE))
        return at

    def put(self, array: NDArray[Any]) -> int:
        """Copy an array into the memory and return its address."""
        at = self.room(max(array.nbytes, 8))
        if array.nbytes:
            self.view(at, array.shape, array.dtype)[...] = array
        return at

    def view(self, at: int, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        """Return memory as an array; it must not be kept while anything is laid out, since memory may move."""
        kind = np.dtype(dtype)
        count = int(np.prod(shape))
        start = ctypes.addressof(self.memory.data_ptr(self.store).contents) + at
        raw = (ctypes.c_ubyte * (count * kind.itemsize)).from_address(start)
        return np.frombuffer(raw, dtype=kind).reshape(shape)


class Wasm:
    """A machine that runs the kernel in instances of WebAssembly, one a thread."""

    name = "kernel"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = threading.local()
        atexit.register(self.close)
        instance = self._instance()
        self.lanes = int(instance.call["lanes"](instance.store))
        self.words = int(instance.call["workspace"](instance.store))

    def _instance(self) -> _Instance:
        found = getattr(self._kept, "instance", None)
        if found is None:
            found = self._kept.instance = _Instance(self.path)
        return found

    def close(self) -> None:
        """Give the engine back while there is an interpreter to do it."""
        self._kept = threading.local()
        _module.cache_clear()
        _engine.cache_clear()

    def run(self, job: Job, first: int, last: int) -> None:
        """Run blocks of draws and fill `job.out`, a few hundred draws at a time."""
        step = AT_ONCE // self.lanes
        for block in range(first, last, step):
            self._part(job, block, min(block + step, last))

    def _part(self, job: Job, first: int, last: int) -> None:
        one = self._instance()
        one.reset()
        draws = slice(first * self.lanes, min(last * self.lanes, job.p.shape[1]))
        count, blocks = draws.stop - draws.start, last - first
        series, periods = job.out.shape[:2]
        p, dated, phase = one.put(job.p[:, draws]), one.put(job.dated), one.put(job.phase)
        keep, outputs = one.put(job.keep), one.put(job.outputs)
        levers, values = one.put(job.levers), one.put(job.values[:, draws])
        w = one.room(8 * self.words)
        parked = one.put(job.parked[first:last]) if job.cut >= 0 else 0
        shape = (series, periods, count)
        out = one.room(series * periods * count * job.out.itemsize)
        # Where a run resumes, periods before the cut stay as they are: only later ones are copied back.
        early = (job.keep >= 0) & (np.arange(len(job.keep)) < job.cut)
        kept = int(early.sum()) if job.resume else 0
        one.call["run"](
            one.store, p, job.p.shape[0], count, dated, job.dated.shape[1], phase, keep, len(job.phase), outputs,
            series, periods, out, int(job.out.dtype == np.float64), 0, blocks, levers, values, len(job.levers), w,
            parked, job.cut, int(job.resume),
        )  # fmt: skip
        job.out[:, kept:, draws] = one.view(out, shape, job.out.dtype)[:, kept:]
        if job.cut >= 0 and not job.resume:
            job.parked[first:last] = one.view(parked, job.parked[first:last].shape, np.float64)

    def sample(self, keys: NDArray[np.uint64], kinds: Whole, ends: Array, draws: int, bits: int, part: range) -> Array:
        """Return draws of parameters, shape (name, draw)."""
        one = self._instance()
        found = np.empty((len(kinds), len(part)))
        for first in range(part.start, part.stop, 16_384):
            count = min(16_384, part.stop - first)
            one.reset()
            places = one.put(keys), one.put(kinds), one.put(ends)
            out = one.room(8 * len(kinds) * count)
            one.call["sample"](one.store, *places, len(kinds), draws, bits, first, count, out)
            found[:, first - part.start : first - part.start + count] = one.view(out, (len(kinds), count), np.float64)
        return found
