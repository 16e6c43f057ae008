"""Updates from a server on loopback: no test here needs a network."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rechenmacht.errors import BadInput
from rechenmacht.evidence import workspace as ws
from rechenmacht.evidence.base import load
from rechenmacht.evidence.importers import IMPORTERS
from rechenmacht.evidence.update import Address, addresses, update

GDP = "Country Name,Country Code,Year,Value\nGermany,DEU,2020,3.9e12\n"  # made up
QUANTITIES = """id,unit,low,high,period,family,compute_basis,name_en,name_de,meaning_en,meaning_de
gdp,USD,0,1e15,year,,,GDP,BIP,x,x
"""
ENTITIES = """id,kind,name_en,name_de,aliases_en,aliases_de,bloc,parent,start,end,note
country:de,country,Germany,Deutschland,,,,,,,
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "gdp.csv").write_text(GDP, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()
        thread.join()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "quantities.csv").write_text(QUANTITIES, encoding="utf-8")
    (folder / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    return folder


def pin(address: str, content: str = GDP) -> list[Address]:
    return [Address("worldbank-gdp", "gdp.csv", "gdp.csv", address, hashlib.sha256(content.encode()).hexdigest())]


def test_update_downloads_checks_and_imports(tmp_path: Path, server: str, shipped: Path) -> None:
    mine, told = ws.init(tmp_path / "mine"), []
    cache = tmp_path / "cache"
    done = update([], mine, cache=cache, pinned=pin(f"{server}/gdp.csv"), shipped=shipped, tell=told.append)
    assert done["worldbank-gdp"].history == 1
    assert told == ["worldbank-gdp: gdp.csv"]
    assert load(mine, shipped).series("country:de", "gdp")[0].value == 3.9e12
    gone = pin("http://127.0.0.1:9/gdp.csv")  # nobody listens, but the file is in the cache and right
    assert update(["worldbank-gdp"], mine, cache=cache, pinned=gone, shipped=shipped)["worldbank-gdp"].history == 1


@pytest.mark.parametrize(
    ("names", "address", "content", "reason"),
    [
        (["worldbank-gpd"], "", GDP, "no data set called 'worldbank-gpd'; did you mean worldbank-gdp"),
        (["mlperf-training"], "", GDP, "no pinned address"),
        ([], "{}/gdp.csv", "other", "not the pinned one"),
        ([], "{}/none.csv", GDP, "the server answered 404"),
        ([], "http://127.0.0.1:9/gdp.csv", GDP, "cannot be reached"),
    ],
)
def test_update_refuses(
    tmp_path: Path, server: str, shipped: Path, names: list[str], address: str, content: str, reason: str
) -> None:
    mine = ws.init(tmp_path / "mine")
    pinned = pin(address.format(server), content)
    with pytest.raises(BadInput, match=reason):
        update(names, mine, cache=tmp_path / "cache", pinned=pinned, shipped=shipped)
    assert not (mine / "history").exists()


def test_every_address_is_pinned_to_a_commit_and_a_checksum() -> None:
    pinned = addresses()
    assert {item.importer for item in pinned} < set(IMPORTERS)
    for item in pinned:
        commit = item.address.removeprefix("https://raw.githubusercontent.com/").split("/")[2]
        assert len(commit) == 40
        assert int(commit, 16)
        assert len(item.sha256) == 64
        assert " " not in item.address
    assert len({(item.importer, item.file) for item in pinned}) == len(pinned)
