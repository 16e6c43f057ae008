"""Which commit of the code runs."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit() -> str:
    """Return the commit of the code that runs, with `+changes` if its files differ from it, or `unknown`."""
    here = Path(__file__).resolve().parent

    def git(*words: str) -> str:
        ask = ["git", "-C", str(here), *words]
        return subprocess.run(ask, capture_output=True, text=True, check=True, timeout=5).stdout.strip()

    try:
        name = git("rev-parse", "--short=12", "HEAD")
        return name + ("+changes" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"
