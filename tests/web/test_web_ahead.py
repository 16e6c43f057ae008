"""What a server has made ready while it serves: only what is missing, of its own data, and never longer than it lives."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rechenmacht.evidence.base import Base

pytest.importorskip("fastapi")
from rechenmacht.outputs.site.frame import Site
from rechenmacht.outputs.web import ahead
from rechenmacht.outputs.web.service import Service
from rechenmacht.outputs.web.settings import Settings


@pytest.fixture
def service(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("RECHENMACHT_CACHE", str(tmp_path / "cache"))
    return Service(base, Settings(compiled=False))


def test_only_what_is_missing_is_ordered(service: Service) -> None:
    order = ahead.missing(service)
    assert order.pages == ["openapi.json", "index.html", "de/index.html"]
    assert (order.native, order.checksum, order.day) == (False, service.base.checksum, service.day)
    for name in order.pages:
        service.kept.put(name, b"made")
    with ahead.making(service) as process:
        assert process is None  # nothing to do: no process


def test_it_stands_behind_the_server_not_beside_it(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Niceness counts within a session only: one of its own would get as much of the processors as the server."""
    monkeypatch.setattr(ahead, "missing", lambda _: ahead.Order("/none", "", "", False, ["index.html"]))
    with ahead.making(service) as process:
        assert process is not None
        assert os.getsid(process.pid) == os.getsid(0)
        assert os.getpgid(process.pid) == process.pid != os.getpgrp()  # what it begins ends with it


def test_what_is_ordered_is_kept_where_the_server_looks(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "made", lambda _, path: f"page {path}".encode())
    monkeypatch.setattr("rechenmacht.outputs.stage.page.Stage.found", None)
    ahead.make(ahead.missing(service)._replace(pages=["de/index.html"]))
    assert service.kept.get("de/index.html") == b"page de/index.html"
    assert ahead.missing(service).pages == ["openapi.json", "index.html"]


def test_nothing_is_made_of_other_data_than_the_servers(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "made", lambda *_: pytest.fail("made"))
    ahead.make(ahead.missing(service)._replace(checksum="other"))
    assert ahead.missing(service).pages == ["openapi.json", "index.html", "de/index.html"]


def test_a_workspace_that_is_gone_is_told_and_nothing_hangs(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ahead.missing(service)._replace(workspace=str(tmp_path / "gone"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(order) + "\n"))
    monkeypatch.setattr(ahead, "_end_with_the_server", lambda: None)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    assert ahead.main() == 2
    assert "is no workspace" in capsys.readouterr().err


def test_it_ends_with_its_server_and_leaves_nothing_behind(service: Service, tmp_path: Path) -> None:
    rest = tmp_path / "rest"
    rest.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "rechenmacht.outputs.web.ahead"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        env=os.environ | {"TMPDIR": str(rest)},
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(ahead.missing(service)) + "\n")
    process.stdin.flush()
    until = time.monotonic() + 60
    while not list(rest.iterdir()) and time.monotonic() < until:  # it has begun
        time.sleep(0.05)
    assert list(rest.iterdir())
    process.stdin.close()
    assert process.wait(ahead.LEAVE + 5) in {1, -2}
    assert list(rest.iterdir()) == []
