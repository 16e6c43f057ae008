"""What the project depends on, looked at from outside: a bill of materials (CycloneDX), and whether anything is known.

python bench/supply.py sbom OUT.json | audit. The tools have an environment of their own (requirements-supply.lock); what
they need would slow every other process. Standard library only: nothing of this project is needed to look at its lock.
Ends with 0; with 1 where something is known against a package; with 2 and one line where it could not be looked at.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HOME, WANTED, LOCK = ROOT / ".venv-supply", ROOT / "requirements-supply.lock", ROOT / "requirements.lock"
NAMED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
LONG = 900.0  # seconds


class Failed(Exception):
    """It could not be looked at; the text says why, in one line."""


def _run(words: list[str], doing: str, fine: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=LONG, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{doing}: {error}") from None
    if done.returncode not in fine:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise Failed(f"{doing}: {said[-1][:300] if said else f'exit code {done.returncode}'}")
    return done


def tools(home: Path = HOME, wanted: Path = WANTED) -> Path:
    """Return the folder of the tools, installed first where they are missing or older than their lock.

    Raises:
        Failed: if they cannot be installed, as without a network.
    """
    found, stamp = home / ("Scripts" if sys.platform == "win32" else "bin"), home / ".stamp"
    if stamp.exists() and stamp.stat().st_mtime >= wanted.stat().st_mtime:
        return found
    try:
        venv.create(home, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(f"no environment for the tools: {error}") from None
    words = [str(found / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    _run([*words, "--require-hashes", "-r", str(wanted)], "the tools cannot be installed (is a package index reached?)")
    stamp.touch()
    return found


def packages(lock: Path) -> set[str]:
    """Return the packages of a lock."""
    return {name.lower().replace("_", "-") for name in NAMED.findall(lock.read_text(encoding="utf-8"))}


def sbom(out: Path, found: Path, lock: Path = LOCK) -> str:
    """Write the bill of materials, and say how many packages it names.

    Raises:
        Failed: if it cannot be made, or does not name every package of the lock with a hash.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_suffix(".part")
    try:
        _run([str(found / "cyclonedx-py"), "requirements", str(lock), "--of", "JSON", "-o", str(partial)], "no bill")
        listed = json.loads(partial.read_text(encoding="utf-8"))["components"]
        hashed = {one["name"].lower().replace("_", "-") for one in listed if "hashes" in json.dumps(one)}
        if missing := sorted(packages(lock) - hashed):
            raise Failed(f"the bill names no hash of {len(missing)} packages of {lock.name}, such as {missing[0]}")
        partial.replace(out)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failed(f"no bill: {error}") from None
    finally:
        partial.unlink(missing_ok=True)
    return f"{out}: {len(listed)} packages"


def audit(found: Path, lock: Path = LOCK) -> list[str]:
    """Return what is known against packages of the lock, one line each.

    Raises:
        Failed: if no database answers, or it does not know some of the packages: that is no clearance.
    """
    words = [str(found / "pip-audit"), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    done = _run([*words, "--format", "json", "-r", str(lock)], "no vulnerability database was asked", (0, 1))
    try:
        rows: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["it gave no list"]
        raise Failed(f"no vulnerability database was asked: {said[-1][:300]}") from None
    known = [
        f"{row['name']} {row['version']}: {one['id']}, mended in {', '.join(one.get('fix_versions') or ['no version'])}"
        for row in rows
        for one in row.get("vulns", [])
    ]
    asked = {row["name"].lower().replace("_", "-") for row in rows if "vulns" in row}
    if missing := sorted(packages(lock) - asked):
        told = f"; of the others: {'; '.join(known)}" if known else ""
        raise Failed(
            f"the database answered for {len(packages(lock)) - len(missing)} of {len(packages(lock))} packages, not for "
            f"{missing[0]} and {len(missing) - 1} others: nothing is known of those{told}"
        )
    return known


def main(told: list[str]) -> int:
    """Do what is asked, and return the exit code."""
    if not (told[:1] == ["audit"] or (told[:1] == ["sbom"] and len(told) == 2)):
        print("sbom OUT.json, or audit", file=sys.stderr)
        return 2
    try:
        if told[0] == "sbom":
            print(sbom(Path(told[1]), tools()))
            return 0
        known = audit(tools())
    except Failed as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print("\n".join(known) if known else f"nothing is known against the {len(packages(LOCK))} packages of {LOCK.name}")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
