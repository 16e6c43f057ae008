"""Killed at every write: what was there before, or what was to come, never half of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from killing import killed

FILE = """
from rechenmacht import files
path = folder / "kept.csv"
def before():
    files.write(path, "old" * 1000)
def work():
    files.write(path, "new" * 1000)
def look(moment):
    assert path.read_text() in ("old" * 1000, "new" * 1000), moment
"""
TOKENS = """
from rechenmacht.outputs.web import tokens
path = folder / "tokens"
def before():
    path.unlink(missing_ok=True)
    tokens.add(path, "alice")
def work():
    tokens.add(path, "bob")
def look(moment):
    assert sorted(tokens.read(path).values()) in (["alice"], ["alice", "bob"]), moment
"""
CLAIMS = """
from rechenmacht.evidence import workspace as ws
from rechenmacht.evidence.base import load
mine = folder / "mine"
ws.init(mine)
years = iter(range(1950, 2020))
base = load()
source = next(iter(base.sources))
def before():
    pass
def work():
    ws.add_claim(mine, "chip:h20", "tdp", "W", str(1950 + moment), source, value=400)
def look(moment):
    assert all(claim.value == 400 for claim in ws.gather(mine)[0].claims if claim.file.endswith("mine.csv"))
"""
CHUNK = """
import numpy as np
from rechenmacht import files, sweeps
path = folder / ("a" * 32 + ".npy")
import io
out = io.BytesIO()
np.save(out, np.ones((2, 3), np.float32))
def before():
    path.unlink(missing_ok=True)
def work():
    files.write(path, out.getvalue() + sweeps._seal(path, out.getvalue()))
def look(moment):
    found = sweeps.held(path)
    assert (found is None and not path.exists()) or found.shape == (2, 3), moment
"""


@pytest.mark.parametrize("prepare", [FILE, TOKENS, CHUNK, CLAIMS], ids=["file", "tokens", "chunk", "claims"])
def test_killed_at_every_write(tmp_path: Path, prepare: str) -> None:
    assert killed(prepare, tmp_path) >= 3
    assert not [
        path for path in tmp_path.iterdir() if ".rechenmacht-write-" in path.name and path.stat().st_mode & 0o111
    ]
