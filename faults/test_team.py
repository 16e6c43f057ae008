"""The documented installation for a team, as another user than root: unit, settings, token file."""

from __future__ import annotations

import os
import re
import shutil
import site
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from rechenmacht.outputs.web.tokens import add

ROOT = Path(__file__).parents[1]
NOBODY = 65534


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (ROOT / "deploy" / "rechenmacht.service").read_text().splitlines():
        if re.match(r"[A-Za-z]+=", line):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def interpreter() -> str:
    """Return a Python of this version that others than root may run; the tests' own may lie in root's home."""
    version = "import sys; print(sys.version_info[:2])"
    for one in (sys.executable, "/usr/bin/python3", f"/usr/bin/python3.{sys.version_info[1]}"):
        try:
            said = subprocess.run(
                [one, "-c", version], user=NOBODY, group=NOBODY, capture_output=True, text=True, check=True, cwd="/"
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        if said.stdout.strip() == str(sys.version_info[:2]):
            return one
    pytest.skip("no interpreter that others than root may run")


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that others may enter; those of a test run are closed again by every other run that begins."""
    with tempfile.TemporaryDirectory(prefix="rechenmacht-team-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give it up")
def test_the_service_starts_as_written_and_lets_in_who_has_a_token(open_place: Path) -> None:
    python = interpreter()
    told, etc = unit(), open_place / "etc"
    etc.mkdir(mode=0o755)
    token = add(etc / "tokens", "alice")  # as `rechenmacht serve-token` makes it: root's alone
    assert (etc / "tokens").stat().st_mode & 0o777 == 0o600
    shutil.copy(ROOT / "deploy" / "serve.toml", etc / "serve.toml")
    # What systemd does: a copy of the credential that the service alone can read, and folders of its own.
    credentials, state, cache = (open_place / name for name in ("credentials", "state", "cache"))
    for folder in (credentials, state, cache):
        folder.mkdir(mode=0o700)
    (source,) = told["LoadCredential"]
    name, _, place = source.partition(":")
    assert place == "/etc/rechenmacht/tokens"
    shutil.copy(etc / "tokens", credentials / name)
    for path in (credentials, credentials / name, state, cache):
        os.chown(path, NOBODY, NOBODY)
    (credentials / name).chmod(0o400)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT), *site.getsitepackages()]),
        "HOME": "/nonexistent",
    }
    for line in told["Environment"]:
        environment |= dict(pair.split("=", 1) for pair in line.split())
    moved = {"/var/lib/rechenmacht": str(state), "/var/cache/rechenmacht": str(cache), "%d": str(credentials)}
    for old, new in moved.items():
        environment = {key: value.replace(old, new) for key, value in environment.items()}
    text = (etc / "serve.toml").read_text()
    (etc / "serve.toml").write_text(text.replace("/var/lib/rechenmacht", str(state)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [python, "-m", "rechenmacht", "serve", "--config", str(etc / "serve.toml"), "--port", str(port)]
    (start,) = told["ExecStart"]
    assert start.split()[1:3] == ["serve", "--config"]
    log = (open_place / "log").open("wb")
    service = subprocess.Popen(
        words, env=environment, user=NOBODY, group=NOBODY, extra_groups=[], umask=0o077, cwd="/", stdout=log, stderr=log
    )
    try:
        home = f"http://127.0.0.1:{port}/api/v1/workspaces"
        until = time.monotonic() + 120
        while True:
            request = urllib.request.Request(home, headers={"Authorization": f"Bearer {token}"})
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    assert answer.status == 200
                break
            except urllib.error.URLError as error:
                if service.poll() is not None or time.monotonic() > until or isinstance(error, urllib.error.HTTPError):
                    pytest.fail((open_place / "log").read_text())
                time.sleep(0.2)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(home, timeout=10)
        assert (state / "rechenmacht" / "serve.sqlite").stat().st_mode & 0o777 == 0o600
    finally:
        service.terminate()
        service.wait(20)
        log.close()
