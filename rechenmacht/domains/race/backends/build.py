"""Build the shipped kernel: `python -m rechenmacht.domains.race.backends.build` (`make kernel`).

Writes `kernel.wasm` and `kernel.json` (what must be known of it, with the checksums of the text, of the bytes, and of
the files that the model was traced from) beside this file, and `kernel.wasm.gz` for pages.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys

from rechenmacht.domains.race.backends.compiled import meta_of, meta_values
from rechenmacht.domains.race.backends.emit import emit
from rechenmacht.domains.race.backends.files import META, WASM, model_sha256, place
from rechenmacht.domains.race.backends.native import compile_c
from rechenmacht.domains.race.backends.trace import trace
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.step import NAMES
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, load

LANES = 8
FLAGS = (
    "-target", "wasm32-freestanding", "-nostdlib", "-Wl,--no-entry", "-O2", "-g0", "-fno-math-errno",
    "-ffp-contract=off", "-msimd128", "-mbulk-memory", f"-DLANES={LANES}",
)  # fmt: skip


def build(base: Base) -> None:
    """Trace the shipped model, compile it to WebAssembly and write the kernel's files.

    Raises:
        BadInput: if no compiler that can make WebAssembly is there.
    """
    names = tuple(name for name, one in base.parameters.items() if one.mechanism in NAMES)
    given = inputs(base)
    traced = trace(given, names, general=True)
    source = emit(traced)
    compile_c(source.text, WASM, FLAGS)
    content = WASM.read_bytes()
    meta = meta_values(meta_of(traced, given, source.rows, source.state, source.outputs, LANES))
    meta["text_sha256"] = hashlib.sha256(source.text.encode()).hexdigest()
    meta["wasm_sha256"] = hashlib.sha256(content).hexdigest()
    meta["model_sha256"] = model_sha256()
    place(WASM.with_suffix(".wasm.gz"), gzip.compress(content, 9, mtime=0))
    place(META, (json.dumps(meta, separators=(",", ":")) + "\n").encode())


def main() -> int:
    """Build the kernel and say what was made.

    Returns:
        Exit code: 0, or 2 where it cannot be built.
    """
    try:
        build(load())
    except BadInput as error:
        sys.stderr.write(f"no kernel: {error}; runs use NumPy\n")
        return 2
    sys.stdout.write(f"{WASM.name}: {WASM.stat().st_size / 1e3:.0f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
