"""Which number convention a table's column follows: one rule for all its cells, never a guess cell by cell.

`15,824` is fifteen thousand in English and not quite sixteen in German, `15.824` the other way round. A column follows
the convention that one of its cells proves (`1,234.5`, `12.75`, `1.234.567`); one whose cells can all be read both ways
is refused with both readings, unless the table says its convention in a first line `# numbers: en` or `# numbers: de`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from rechenmacht.errors import BadInput

Convention = Literal["en", "de"]
SAID = re.compile(r"\ufeff?#\s*numbers:\s*(en|de)\s*(?:\r?\n|$)", re.IGNORECASE)
_POWER = r"(?:[eE][+-]?\d+)?"
_BOTH = re.compile(rf"[+-]?[1-9]\d{{0,2}}[.,]\d{{3}}{_POWER}")
_PLAIN = re.compile(rf"[+-]?\d+{_POWER}")


def _form(mark: str, group: str) -> re.Pattern[str]:
    """Return the form of numbers with a decimal mark and marks between groups of three digits."""
    m, g = re.escape(mark), re.escape(group)
    return re.compile(rf"[+-]?(?:\d+|[1-9]\d{{0,2}}(?:{g}\d{{3}})+)?(?:{m}\d*)?{_POWER}")


_FORMS: dict[Convention, re.Pattern[str]] = {"en": _form(".", ","), "de": _form(",", ".")}


def said(text: str) -> tuple[Convention | None, str]:
    """Return the convention that a table's first line states, and the table with that line emptied."""
    found = SAID.match(text)
    if found is None:
        return None, text
    return ("de" if found[1].lower() == "de" else "en"), "\n" + text[found.end() :]


def plain(text: str, convention: Convention) -> str:
    """Return a number as Python writes it; a text that is none in the convention stays as it is."""
    if not text or not _FORMS[convention].fullmatch(text) or not any(c.isdigit() for c in text):
        return text
    return text.replace(",", "") if convention == "en" else text.replace(".", "").replace(",", ".")


def settled(rows: Sequence[dict[str, str]], numbers: Sequence[str], whole: Sequence[str], where: str,
            told: Convention | None = None) -> list[dict[str, str]]:  # fmt: skip
    """Return rows whose cells of numbers stand as Python writes them, so that a second reading changes nothing.

    Args:
        rows: cells by column.
        numbers: the columns of numbers.
        whole: those of them that count something: `1,024` can only be a thousand and more there.
        where: the table, for messages.
        told: what the table says of its convention.

    Raises:
        BadInput: if a column follows no one convention.
    """
    found = [dict(row) for row in rows]
    for column in numbers:
        cells = [(row.get(column) or "").strip() for row in rows]
        if not any("." in text or "," in text for text in cells):
            continue
        counts = column in whole and not any("." in text for text in cells)
        way = "en" if counts and told is None else convention(cells, f"{where}, column {column}", told)
        for row, text in zip(found, cells, strict=True):
            if "." in text or "," in text:
                row[column] = once(text, way)
    return found


def once(text: str, way: Convention) -> str:
    """Return a number of a convention in a form that can be read one way only: 15.824 as 15.8240."""
    made = plain(text, way)
    return made + "0" if _BOTH.fullmatch(made) and "e" not in made.lower() else made


def _fits(text: str) -> frozenset[Convention]:
    return frozenset(name for name, form in _FORMS.items() if form.fullmatch(text))


def proofs(cells: Sequence[str]) -> tuple[dict[Convention, list[str]], list[str]]:
    """Return the texts of a column that can be read in one convention only, by it, and those that can in both."""
    marked = [text for text in dict.fromkeys(cells) if ("." in text or "," in text) and not _PLAIN.fullmatch(text)]
    found: dict[Convention, list[str]] = {}
    for text in marked:
        fits = _fits(text)
        if len(fits) == 1:
            found.setdefault(next(iter(fits)), []).append(text)
    return found, [text for text in marked if _BOTH.fullmatch(text)]


def odd_ones(cells: Sequence[str]) -> tuple[Convention, dict[str, str]]:
    """Return the convention that a column's cells follow, and what is to be said of each text that must be refused.

    What most texts prove is the column's way; the others, and where nothing is proved or as many prove either what can
    be read both ways, are refused one by one, so that the rows beside them can be read.

    Args:
        cells: texts of the column.
    """
    proved, doubtful = proofs(cells)
    often = Counter(cells)
    counts = {way: sum(often[text] for text in texts) for way, texts in proved.items()}
    ways = sorted(counts, key=lambda way: -counts[way])
    if len(ways) == 2 and counts[ways[0]] == counts[ways[1]]:
        mixed = {text: "mixed" for texts in proved.values() for text in texts}
        return "en", mixed | dict.fromkeys(doubtful, "doubtful")
    if not ways:
        return "en", dict.fromkeys(doubtful, "doubtful")
    if len(ways) == 2:
        return ways[0], dict.fromkeys(proved[ways[1]], "mixed") | dict.fromkeys(doubtful, "doubtful")
    return ways[0], {}


def readings(text: str) -> tuple[str, str]:
    """Return both numbers that a text can be, in English and in German."""
    one, other = (f"{float(plain(text, way)):.10g}" for way in _FORMS)
    return one, other


def convention(cells: Sequence[str], where: str, told: Convention | None = None) -> Convention:
    """Return the convention of a column of numbers.

    Args:
        cells: its texts; what is no number in either convention says nothing and is refused where it is read.
        where: file and column, for messages.
        told: what the table says.

    Raises:
        BadInput: if cells follow different conventions, or all that have a mark can be read both ways.
    """
    if told is not None:
        return told
    proved, doubts = proofs(cells)
    if len(proved) == 2:
        raise BadInput(
            f"{where}: {proved['en'][0]} is written as in English, {proved['de'][0]} as in German; a column has one "
            "way (say it in a first line '# numbers: en' or '# numbers: de')"
        )
    if proved:
        return next(iter(proved))
    if not doubts:
        return "en"
    one, other = readings(doubts[0])
    raise BadInput(
        f"{where}: {doubts[0]} is {one} (en) or {other} (de), and no cell of the column says which; write a first line "
        "'# numbers: en' or '# numbers: de', or numbers without marks between thousands"
    )
