"""README, guide and docs say what is so: every command and every block of Python in them runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from written import PAGES, ROOT, Block, blocks, calls, commands

import rechenmacht as rm
from rechenmacht.faces import registry
from rechenmacht.outputs.cli import main

FILES = {
    "article.txt": "tests/cases/reader/article.txt",
    "cases.csv": "tests/rules/status_cases.csv",
    "mine.csv": "tests/cases/rules/proposal.csv",
    "docs/examples": "docs/examples",
}
"""What the commands read: a page's name of it, and where it lies."""
ELSEWHERE = {"serve", "site", "report", "serve-token", "facts diff"}
"""Commands that serve, write for minutes or need an edition: their own tests try them (web, site, outputs, evidence)."""
RUN = {
    str(page.relative_to(ROOT)): [words for block in blocks() if block.page == page for words in commands(block.text)]
    for page in PAGES
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files that the pages speak of, as the working folder."""
    for name, origin in FILES.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / origin).is_dir() else shutil.copy)(ROOT / origin, target)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def few(words: list[str]) -> list[str]:
    """Return the words with few draws, where a question draws: pages show the usual number, which takes seconds."""
    name = {"capital": "capital.", "run": "race."}.get(words[0], "uncertainty.") + words[words[0] == "capital"]
    question = registry.everything().get(name)
    return [*words, "--draws", "100"] if question and "draws" in question.model_fields else words


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", [name for name, found in RUN.items() if found])
def test_every_command_of_a_page_runs(
    page: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in RUN[page]:
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
        elif words[0] not in ELSEWHERE and " ".join(words[:2]) not in ELSEWHERE:
            assert main(few(words)) == 0, (words, capsys.readouterr().err)
            said = capsys.readouterr()
            assert said.out.strip() or said.err.strip(), words


PYTHON = [block for block in blocks() if re.match(r"(import|from) \w", block.text)]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("block", PYTHON, ids=lambda block: f"{block.page.name}:{block.line}")
def test_every_block_of_python_runs(block: Block) -> None:
    for words in RUN[str(block.page.relative_to(ROOT))]:
        if words[0] == "run":  # what the block reads, the page has run before
            assert main(few(words)) == 0
    exec(compile(block.text, f"{block.page.name}:{block.line}", "exec"), {})  # noqa: S102


def test_every_call_of_the_library_answers(folder: Path) -> None:
    pytest.importorskip("duckdb")
    assert main(["init", str(folder / "my-workspace")]) == 0
    last = None
    for call in calls():
        draws = "draws" not in call and re.match(r"rm\.(run|compare|sensitivity|capital)", call)
        text = call[:-1] + ", draws=100)" if draws else call
        answer = eval(f"last{text}" if text.startswith(".") else text, {"rm": rm, "last": last})  # noqa: S307
        assert answer is not None
        last = answer if call.startswith("rm.run") else last
    assert len(calls()) >= 10
