"""Every shipped claim with a machine-readable place, found again in its file: no difference.

The files are those of the collection beside the repository (`../shared/data`, or the folder that RECHENMACHT_DATA
names); a public clone does not have them and skips this. `tests/evidence/test_places.py` runs the same code there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rechenmacht.evidence.base import load
from rechenmacht.evidence.places import Files, misses

HERE = Path(__file__).resolve()
PLACES = [Path(os.environ["RECHENMACHT_DATA"])] if os.environ.get("RECHENMACHT_DATA") else [
    parent / "shared" / "data" for parent in HERE.parents
]  # fmt: skip
pytestmark = pytest.mark.validation
ROOT = next((place for place in PLACES if place.is_dir()), PLACES[0])
needs_files = pytest.mark.skipif(not ROOT.is_dir(), reason=f"the data sets' files are not here ({ROOT})")


@needs_files
def test_every_claim_is_what_its_file_says() -> None:
    base = load()
    compared, found = misses(base.tables.claims, base.sources, Files(ROOT), base.tables.corrections)
    assert found == []
    assert compared > 2400


@needs_files
def test_every_file_is_the_one_recorded() -> None:
    base, files = load(), Files(ROOT)
    assert {source.id: changed for source in base.tables.sources if (changed := files.changed(source))} == {}
    recorded = [part.partition("=")[0] for source in base.tables.sources for part in source.sha256 if "=" in part]
    assert sum((ROOT / name).is_file() for name in recorded) > 80
