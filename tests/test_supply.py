"""What looks at the dependencies from outside: a bill that names them all, and no clearance that nobody gave."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))
import licences  # noqa: E402
import supply  # noqa: E402

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the tools are played by shell scripts")
LOCK = "one==1.0 \\\n    --hash=sha256:aa\nTwo_b==2.0 ; python_version < '4' \\\n    --hash=sha256:bb\n"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def played(folder: Path, name: str, says: str = "", grumbles: str = "", code: int = 0) -> Path:
    """A tool that says what it is told to say; a bill goes to the file named last."""
    bin_ = folder / "bin"
    bin_.mkdir(exist_ok=True)
    (bin_ / "said").write_text(says)
    out = '"$6"' if name == "cyclonedx-py" else "/dev/stdout"
    (bin_ / name).write_text(f"#!/bin/sh\ncat '{bin_}/said' > {out}\necho '{grumbles}' >&2\nexit {code}\n")
    (bin_ / name).chmod(0o755)
    return bin_


def bill(*names: str) -> str:
    return json.dumps({"components": [{"name": name, "externalReferences": [{"hashes": ["x"]}]} for name in names]})


def test_a_bill_names_every_package_with_its_hash(tmp_path: Path, lock: Path) -> None:
    out = tmp_path / "dist" / "sbom.json"
    assert supply.sbom(out, played(tmp_path, "cyclonedx-py", bill("one", "two-b")), lock).endswith("2 packages")
    assert len(json.loads(out.read_text())["components"]) == 2
    for said in (bill("one"), json.dumps({"components": [{"name": "one"}, {"name": "two-b"}]}), "no JSON", "[]"):
        with pytest.raises(supply.Failed) as told:
            supply.sbom(out, played(tmp_path, "cyclonedx-py", said), lock)
        assert "\n" not in str(told.value)
    assert [path.name for path in out.parent.iterdir()] == ["sbom.json"]  # the good one of before


def test_no_answer_is_no_clearance(tmp_path: Path, lock: Path) -> None:
    good = [{"name": "one", "version": "1.0", "vulns": []}, {"name": "two-b", "version": "2.0", "vulns": []}]
    assert supply.audit(played(tmp_path, "pip-audit", json.dumps({"dependencies": good})), lock) == []
    bad = [good[0], {**good[1], "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}]
    found = supply.audit(played(tmp_path, "pip-audit", json.dumps({"dependencies": bad}), code=1), lock)
    assert found == ["two-b 2.0: CVE-1, mended in 2.1"]
    skipped = [good[0], {"name": "two-b", "skip_reason": "not found on PyPI"}]
    for rows in (skipped, good[:1]):
        with pytest.raises(supply.Failed, match="for 1 of 2 packages, not for two-b"):
            supply.audit(played(tmp_path, "pip-audit", json.dumps({"dependencies": rows})), lock)
    for code in (0, 1, 3):
        with pytest.raises(supply.Failed, match=r"no vulnerability database was asked: .*ConnectionError") as told:
            supply.audit(played(tmp_path, "pip-audit", "", "Traceback\nrequests.ConnectionError: no route", code), lock)
        assert "\n" not in str(told.value)


def test_without_a_package_index_the_tools_are_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(home: Path, **_: object) -> None:
        home.mkdir(exist_ok=True)
        played(home, "python", "", "ERROR: Could not find a version that satisfies the requirement", 1)

    monkeypatch.setattr(supply.venv, "create", none)
    monkeypatch.setattr(supply, "tools", lambda: tools(tmp_path / "env"))
    for words in (["audit"], ["sbom", str(tmp_path / "sbom.json")]):
        assert supply.main(words) == 2
        told = capsys.readouterr().err
        assert told.startswith("error: the tools cannot be installed (is a package index reached?)")
        assert told.count("\n") == 1
    assert supply.main(["what"]) == 2


tools = supply.tools


def test_licences_are_listed_and_what_is_unknown_is_said(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lock.write_text(LOCK + "pytest==1.0 \\\n")
    monkeypatch.setattr(sys, "argv", ["licences.py", str(tmp_path / "a.csv"), str(lock)])
    assert licences.main() == 0
    assert "not installed here, not looked at: one, Two_b" in capsys.readouterr().out
    rows = (tmp_path / "a.csv").read_text().splitlines()
    assert rows[2:] == ["Two_b,2.0,not installed here,python_version < '4'", "pytest,1.0,MIT,"]
    monkeypatch.setattr(licences, "licence", {"one": "AGPL-3.0-only", "Two_b": "", "pytest": "MIT"}.get)
    assert licences.main() == 1
    assert capsys.readouterr().err.splitlines() == ["look at one: AGPL-3.0-only", "look at Two_b: says no licence"]


def test_every_command_of_the_makefile_is_there() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in text.split():
        if word.startswith(("bench/", "docs/")) and word.endswith(".py"):
            assert (ROOT / word).is_file(), word
