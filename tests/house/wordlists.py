"""Word lists of the reader: lists of German or English words stand in data, never in its Python."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

READER = Path("rechenmacht/domains/reader")
# Not words of a language: kinds of thing, number and claim, verdicts, hedges, roles, units, and the parts of a text.
CODES = frozenset(
    [
        "about",
        "almost",
        "article",
        "basis",
        "bit",
        "bits",
        "bloc",
        "byte",
        "bytes",
        "chip",
        "city",
        "claim",
        "claims",
        "code",
        "count",
        "country",
        "date",
        "day",
        "de",
        "en",
        "end",
        "equity",
        "exact",
        "expected",
        "facts",
        "few",
        "file",
        "flops",
        "forecast",
        "fraction",
        "from",
        "given",
        "half",
        "id",
        "input",
        "kind",
        "last",
        "level",
        "limit",
        "low",
        "measured",
        "min",
        "model",
        "money",
        "month",
        "name",
        "none",
        "number",
        "numbers",
        "one",
        "opinion",
        "order",
        "org",
        "other",
        "output",
        "past",
        "payee",
        "payer",
        "people",
        "percent",
        "period",
        "place",
        "planned",
        "power",
        "product",
        "quarter",
        "range",
        "rank",
        "ratio",
        "region",
        "reported",
        "role",
        "rule",
        "single",
        "site",
        "source",
        "specified",
        "start",
        "state",
        "stated",
        "static",
        "sum",
        "system",
        "target",
        "text",
        "time",
        "token",
        "type",
        "unit",
        "units",
        "vague",
        "value",
        "verdict",
        "warrant",
        "week",
        "what",
        "word",
        "year",
    ]
)
_WORD = re.compile(r"['’]?[^\W\d_A-Z]['’a-zäöüß.-]+")
_OTHERS = (
    "writing",
    "answers",
    "sources.py",
    "wording.py",
    "questions.py",
    "units.py",
)  # what is written, marks of web pages, symbols of units


def _strings(node: ast.AST) -> list[str]:
    """Return the strings that stand side by side in a set, list, tuple or split text, or are the keys of a table."""
    if isinstance(node, ast.Set | ast.List | ast.Tuple):
        inside: list[Any] = list(node.elts)
    elif isinstance(node, ast.Dict):
        inside = list(node.keys)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        whole = node.func.value
        return whole.value.split() if isinstance(whole, ast.Constant) and isinstance(whole.value, str) else []
    else:
        return []
    return [one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _words(found: Any) -> Iterator[str]:
    """Yield the words of a file of lists: its texts, and the keys of its tables."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from _words(value)
    elif isinstance(found, list):
        for value in found:
            yield from _words(value)
    elif isinstance(found, str):
        yield from found.split()


def known(root: Path) -> frozenset[str]:
    """Return all words of the reader's lists that are no codes."""
    files = [*(root / READER / "lists").glob("*.toml"), *(root / "rechenmacht/data/reader").glob("*.toml")]
    return frozenset(word for file in files for word in _words(tomllib.loads(file.read_text("utf-8")))) - CODES


def lists(source: str, words: frozenset[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield line and words of each list of at least two words of a language in a module's text."""
    for node in ast.walk(ast.parse(source)):
        said = [one for one in _strings(node) if _WORD.fullmatch(one) and (one in words or not one.isascii())]
        if len(set(said) - CODES) > 1 and isinstance(node, ast.expr):
            yield node.lineno, said


def in_code(root: Path) -> list[str]:
    """Find lists of words of a language in the reader's Python; they stand in lists/*.toml."""
    words, folder = known(root), root / READER
    files = [path for path in sorted(folder.rglob("*.py")) if path.relative_to(folder).parts[0] not in _OTHERS]
    return [
        f"{path.relative_to(root).as_posix()}:{line}: {' '.join(said)}"
        for path in files for line, said in lists(path.read_text("utf-8"), words)
    ]  # fmt: skip
