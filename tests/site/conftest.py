from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "web"))
from tabs import chromium

from rechenmacht.evidence.base import Base
from rechenmacht.outputs.site.assemble import assembled
from rechenmacht.outputs.site.frame import Site

SAMPLE = re.compile(
    r"^(de/)?(index|about|glossary|404|sources|scenarios|(facts|places|rules|charts|data|docs)/index|"
    r"facts/(chip/h100-sxm|org/nvidia|site/colossus-2|bloc/(cn|us))|places/(DE|CN|MY|US)|rules/h20|claims/backtest|"
    r"capital/funding_stop|charts/(installed-h100e-8bit|taiwan-blockade|reach|four-worlds|chips-huawei)(-embed)?|docs/(GLOSSARY|method-race))\.html$"
    r"|^assets/|^(feed|rules|rules\.de)\.atom$|^sitemap|^robots|^data/(outcomes|levers|scenarios|chips|rules)\.csv$"
    r"|^(de/)?charts/reach\.(svg|png|csv|json|share\.png)$"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="session")
def site(base: Base) -> Site:
    """A site whose answers are made of few draws."""
    return assembled(base, "2026-11-30", "https://example.org/ai", draws=100)


@pytest.fixture(scope="session")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of each kind in both languages, and files."""
    out = tmp_path_factory.mktemp("site")
    for path in (*site.paths(), *site.files):
        if SAMPLE.match(path):
            content = site.made(path)
            assert content is not None
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(content)
    return out
