"""Which backend runs a model: the shipped kernel where it serves, native code where it is asked for, else NumPy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from rechenmacht.domains.race.backends.compiled import Compiled, Unserved, meta_from, meta_of
from rechenmacht.domains.race.backends.files import META, WASM, model_sha256
from rechenmacht.domains.race.inputs import Inputs

Backend = Literal["kernel", "numpy", "native"]
BACKENDS: tuple[Backend, ...] = ("kernel", "numpy", "native")


@cache
def _shipped() -> dict[str, Any]:
    """Return the description of the shipped kernel.

    Raises:
        Unserved: if there is none, or it was made from other equations.
    """
    if not (META.exists() and WASM.exists()):
        raise Unserved("the kernel has not been built (make kernel)")
    found: dict[str, Any] = json.loads(META.read_text(encoding="utf-8"))
    if found["model_sha256"] != model_sha256():
        raise Unserved("the kernel was built from other equations than these (make kernel)")
    return found


@cache
def _machine() -> Any:
    from rechenmacht.domains.race.backends.wasm import Wasm

    return Wasm(WASM)


def kernel(given: Inputs, names: Sequence[str], off: tuple[str, ...] = ()) -> Compiled:
    """Return the shipped kernel for a run.

    Raises:
        Unserved: if it does not hold the run's equations, with the reason.
    """
    if off:
        raise Unserved("the kernel has every mechanism on")
    if given.added:
        raise Unserved("the kernel holds no plug-ins (backend native compiles them)")
    described = meta_from(_shipped())
    return Compiled(_machine(), described, given, names)


def native(
    given: Inputs, names: Sequence[str], off: tuple[str, ...] = (), series: Sequence[int] | None = None
) -> Compiled:
    """Return native code for a run, compiled first if it is new.

    Args:
        given: the dated arrays of the run.
        names: the parameters' names, in the order in which values will be given.
        off: mechanisms that are switched off.
        series: places of the outcomes wanted; what does not reach them is not computed. All if None.

    Raises:
        BadInput: if there is no C compiler.
    """
    from rechenmacht.domains.race.backends.emit import emit
    from rechenmacht.domains.race.backends.native import Native, made
    from rechenmacht.domains.race.backends.trace import trace

    traced = trace(given, names, off, general=True)
    source = emit(traced, series)
    machine = Native(made(source.text))
    meta = meta_of(traced, given, source.rows, source.state, source.outputs, machine.lanes)
    return Compiled(machine, meta, given, names)


def chosen(given: Inputs, names: Sequence[str], off: tuple[str, ...], backend: Backend) -> tuple[Compiled | None, str]:
    """Return the compiled model that runs, or None for NumPy, and why the kernel does not serve ("" if it does).

    Raises:
        BadInput: if native code is asked for and there is no C compiler.
    """
    if backend == "numpy":
        return None, ""
    if backend == "native":
        return native(given, names, off), ""
    try:
        return kernel(given, names, off), ""
    except Unserved as why:
        return None, str(why)


def provenance() -> dict[str, str]:
    """Return the checksums of the shipped kernel and of what it was made from; empty without one."""
    try:
        found = _shipped()
    except Unserved:
        return {}
    return {name: found[name] for name in ("wasm_sha256", "text_sha256", "model_sha256")}
