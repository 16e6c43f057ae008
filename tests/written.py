"""What README, guide and docs show: their blocks of code, read by what reads them for the site."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {"cli.md", "parameters.md", "quantities.md", "scenarios.md", "coupling.md", "CHANGELOG.md"}
PAGES = [
    path
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
    if path.name not in GENERATED and path.name != "planner.md"  # its commands are tried in tests/engine
]


class Block(NamedTuple):
    """A block of code: the page, its line, its text."""

    page: Path
    line: int
    text: str


@cache
def blocks() -> tuple[Block, ...]:
    """Return the code blocks of all pages, in order; read once, for every worker's collection waits for it."""
    read = MarkdownIt()
    read.core.ruler.disable("inline")  # what stands within a line is of no account here
    return tuple(
        Block(page, (token.map or [0])[0] + 1, token.content)
        for page in PAGES
        for token in read.parse(page.read_text(encoding="utf-8"))
        if token.type in ("fence", "code_block")
    )


def commands(text: str) -> list[list[str]]:
    """Return the words of each line of a block that runs `rechenmacht` or changes the folder (`cd`)."""
    lines = text.replace("\\\n", " ").splitlines()
    found = [re.match(r"(?:(?:\.venv/bin/)?rechenmacht|(?=cd)) ?(.+)", line) for line in lines]
    return [shlex.split(one[1], comments=True) for one in found if one and not one[1].startswith("[")]


def addresses() -> list[str]:
    """Return the addresses of our own pages and routes that stand alone on a line of a block."""
    return [line for block in blocks() for line in block.text.splitlines() if re.match(r"/\S*\?\S+$", line)]


def curl(text: str) -> list[list[str]]:
    whole = re.sub(r"\\\n\s*", " ", text)
    return [shlex.split(one) for one in re.findall(r"^curl (?:[^'\n]|'[^']*')+", whole, re.M)]


def calls() -> list[str]:
    """Return the calls that the table of the library's page lists, in order; one that begins with a dot goes on the last."""
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    return [one.replace("\\|", "|") for one in re.findall(r"^\| `((?:rm)?\..+?\))` \|", page, re.M)]
