"""Compiles the reader's typed modules with mypyc: it takes half the time, and answers the same, or it is not kept.

`python -m rechenmacht.domains.reader.compiling` takes a minute or two of a processor, once for each text of the reader.
It needs mypy, setuptools and a C compiler (`rechenmacht[fast]`). See `compiled` for how they are found.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rechenmacht.domains.reader import compiled, settling
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

TIMEOUT = 1800  # seconds
MISSING = "compiling the reader needs mypy and setuptools: pip install 'rechenmacht[fast]'"
# No contraction of products and sums: values are those of plain Python on every processor.
FLAGS = ("-g0", "-ffp-contract=off")
ZIG = ("-m", "ziglang", "cc", "-mcpu=baseline", "-fno-sanitize=all")  # the cache folder may be seen by other machines
_NEEDED = ("mypyc", "setuptools")
_BUILD = """
import sys
from mypyc.build import mypycify
from setuptools import setup
files, sys.argv = sys.argv[1:], ["setup.py", "build_ext", "--inplace"]
options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
setup(name="reader", ext_modules=mypycify([*options, *files], opt_level="2", debug_level="0"))
"""
_SAMPLE = 5  # one claim of so many is read
_SENTENCES = 8  # of a text


def make() -> Path:
    """Return the folder of the reader's compiled modules, made first where there is none.

    Raises:
        BadInput: if what compiles it is missing, refuses it, or makes of it what answers otherwise.
    """
    target = compiled.place()
    if (target / compiled.CHECKED).exists():
        return target
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise BadInput(MISSING)
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="rechenmacht-reader-") as folder:
        _build(Path(folder))
        _keep(Path(folder), target)
    plain, native = (_answers(how) for how in (compiled.PLAIN, compiled.UNCHECKED))
    if plain != native:
        shutil.rmtree(target, ignore_errors=True)
        raise BadInput("the compiled reader answers otherwise than the plain one, so that it is not kept")
    (target / compiled.CHECKED).touch()
    return target


def _build(folder: Path) -> None:
    """Compile a copy of the package's modules in place.

    Raises:
        BadInput: if the compiler refuses them, with its last words.
    """
    root = compiled.HERE.parents[1]
    shutil.copytree(root, folder / root.name, ignore=_only_code)
    files = [str(Path(root.name) / path.relative_to(root)) for path in compiled.sources().values()]
    for file in files:
        path = folder / file
        path.write_text(settling.settled(path.read_text(encoding="utf-8")), encoding="utf-8")
    env = {**os.environ, "CFLAGS": " ".join(FLAGS)}
    if "RECHENMACHT_CC" in os.environ:
        env["CC"] = os.environ["RECHENMACHT_CC"]
    elif importlib.util.find_spec("ziglang") is not None:
        env["CC"] = shlex.join([sys.executable, *ZIG])
        env["LDSHARED"] = f"{env['CC']} -shared"
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, *files],
        cwd=folder, env=env, capture_output=True, text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BadInput(f"the reader cannot be compiled: {(done.stderr or done.stdout).strip()[-300:]}")


def _only_code(folder: str, names: list[str]) -> list[str]:
    """Return what of a folder is no code and is not copied."""
    return [name for name in names if not name.endswith((".py", ".typed")) and not Path(folder, name).is_dir()]


def _keep(folder: Path, target: Path) -> None:
    """Put the compiled modules, each under its dotted name, where they are looked for: all of them or none."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    partial.mkdir(parents=True)
    for path in folder.rglob(f"*{compiled.SUFFIX}"):
        within = path.relative_to(folder)
        if within.parts[0] != "build":
            shutil.copyfile(path, partial / ".".join(within.parts))
    try:
        partial.replace(target)
    except OSError:  # another process was faster
        shutil.rmtree(partial, ignore_errors=True)


def _answers(how: str) -> bytes:
    """Return what the reader answers to the sample, plain or compiled.

    Raises:
        BadInput: if it fails.
    """
    env = {**os.environ, compiled.VARIABLE: how, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", f"{compiled.PACKAGE}.compiling", "sample"],
        env=env, capture_output=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BadInput(f"the reader cannot be compiled: {done.stderr.decode(errors='replace').strip()[-300:]}")
    return done.stdout


def sample() -> list[str]:
    """Return texts in both languages that state claims of the base, some of them doubled."""
    base, rows = load(), list[tuple[str, str]]()
    for claim in base.tables.claims[::_SAMPLE]:
        who, what = base.entities[claim.subject], base.quantities[claim.quantity]
        if claim.value is None:
            continue
        value = claim.value * (1 + len(rows) % 2)
        number, unit = (f"{value * 100:g}", "%") if claim.unit == "1" else (f"{value:,.6g}", claim.unit)
        german = number.translate(str.maketrans(",.", ".,"))
        rows.append(
            (
                f"In {claim.as_of}, {who.name_en} had a {what.name_en} of {number} {unit}.",
                f"{who.name_de} kam {claim.as_of} bei der {what.name_de} auf {german} {unit}.",
            )
        )
    pieces = [rows[begin : begin + _SENTENCES] for begin in range(0, len(rows), _SENTENCES)]
    return [" ".join(row[lang] for row in piece) for piece in pieces for lang in (0, 1)]


def main() -> int:
    """Compile the reader and print the folder of what was made; `sample` prints what it answers to the sample.

    Returns:
        0, or 2 where it cannot be compiled.
    """
    if sys.argv[1:] != ["sample"]:
        try:
            sys.stdout.write(f"{make()}\n")
        except BadInput as error:
            sys.stderr.write(f"{error}\n")
            return 2
        return 0
    from rechenmacht.domains.reader.reading import Reader

    reader = Reader(load())
    for text in sample():
        sys.stdout.write(f"{reader.read(text)!r}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
