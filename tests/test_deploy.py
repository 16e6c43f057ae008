"""What is deployed: a container whose parts are named by their hashes, a service that gives up its rights."""

from __future__ import annotations

import re
from pathlib import Path

DEPLOY = Path(__file__).parents[1] / "deploy"


def test_the_container_takes_its_base_by_digest_and_its_packages_by_hash() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert re.findall(r"^FROM (\S+)", lines, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert re.search(r"^ARG BASE$", lines, re.MULTILINE)  # no default: without a digest the build stops
    assert "--require-hashes -r serve.lock" in lines
    assert re.search(r"^USER (?!root)\S+", lines, re.MULTILINE)


def test_the_service_runs_as_nobody_in_particular() -> None:
    said = (DEPLOY / "rechenmacht.service").read_text(encoding="utf-8").splitlines()
    assert {"DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(said)
    assert any(line.startswith("LoadCredential=") for line in said)
