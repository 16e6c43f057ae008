"""One figure in all outlets: command line, JSON, Python, HTTP, site and report say the same digits in both languages."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from clients import TestClient

import rechenmacht as rm
from rechenmacht.evidence.base import Base
from rechenmacht.faces.console import plain
from rechenmacht.faces.language import Language, language
from rechenmacht.faces.words import Words
from rechenmacht.outputs.cli import main
from rechenmacht.outputs.report import capital_look, capital_tables
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Table
from rechenmacht.outputs.site import charts
from rechenmacht.outputs.site.frame import Site
from rechenmacht.outputs.site.systems import Money

DRAWS = 40
CODES = ("en", "de")
ENDS = ("low", "median", "high")
Row = dict[str, Any]
Figures = Callable[[Row, Language], list[str]]
"""What a question's JSON says, as people must read it, row by row."""


def billions(value: float, lang: Language) -> str:
    """Write an amount as tables do: billions, whole from 100 on."""
    size = abs(value) / 1e9
    return (
        lang.number(value / 1e9, 4)
        if size < 0.005
        else decimal(value / 1e9, 0 if size >= 100 else 1 if size >= 1 else 2, lang)
    )


def decimal(value: float, places: int, lang: Language) -> str:
    """Write a number with at most so many places; a zero at the end is left out."""
    text = f"{round(value, places) + 0.0:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if lang.code == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(value: float, lang: Language) -> str:
    """Write a share as tables do: one place below 10 %."""
    return decimal(value * 100, 1 if abs(value) < 0.0995 else 0, lang) + (" %" if lang.code == "de" else "%")


def three(write: Callable[[float, Language], str], row: Row, lang: Language) -> str:
    return " / ".join(write(row[end], lang) for end in ENDS)


def scenarios(found: Row, lang: Language) -> list[str]:
    return [three(billions, row["total_lost_revenue"], lang) for row in found["scenarios"]]


def cascade(found: Row, lang: Language) -> list[str]:
    lost = [row for row in found["outcomes"] if row["measure"] == "lost_revenue" and row["stressed"]["high"] >= 1e8]
    fails = [row for row in found["defaults"] if row["stressed"] >= 5e-4]
    return [
        *(three(billions, row["stressed"], lang) for row in lost),
        *(percent(row["stressed"], lang) for row in fails),
    ]


def exposure(found: Row, lang: Language) -> list[str]:
    return [billions(row["headline"], lang) for row in found["exposures"]]


def dependence(found: Row, lang: Language) -> list[str]:
    rows = [row for row in found["dependence"] if row["customer"] == "org:openai"]
    assert {row["part"] for row in rows} >= {"known", "disclosed"}
    return [three(percent, row["share"], lang) for row in rows]


def circles(found: Row, lang: Language) -> list[str]:
    return [text for row in found["circularity"]
            for text in (billions(row["gross"], lang), percent(row["max"], lang), three(percent, row["balanced_drawn"], lang))]  # fmt: skip


def wall(found: Row, lang: Language) -> list[str]:
    return [three(billions, row["falls_due"], lang) for row in found["years"]]


def failing(found: Row, lang: Language) -> list[str]:
    return [percent(row["default_probability"], lang) for row in found["firms"]]


def losses(found: Row, lang: Language) -> list[str]:
    return [three(billions, found["total_loss"], lang), three(billions, found["direct_loss"], lang),
            *(three(billions, row["loss"], lang) for row in found["losses"])]  # fmt: skip


ASKED: list[tuple[str, str, Row, tuple[Figures, ...], str]] = [
    ("capital stress", "stress", {}, (scenarios,), ""),
    ("capital stress funding_stop", "stress", {"scenario": "funding_stop"}, (cascade,), "capital/funding_stop.html"),
    ("capital exposure NVIDIA", "exposure", {"org": "NVIDIA"}, (exposure, dependence), "capital/index.html"),
    ("capital circularity", "circularity", {}, (circles,), "capital/index.html"),
    ("capital path", "path", {}, (failing, wall, losses), "capital/index.html"),
    ("capital path --set revenue.openai=0.5", "path", {"set": ["revenue.openai=0.5"]}, (failing, losses), ""),
]


def read(text: str) -> str:
    """Return the words of a page or a terminal, with plain spaces."""
    text = re.sub(r"<(style|svg|script)\b.*?</\1>", " ", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</(td|th|p|li|tr)>", " ", text))).split())


@pytest.fixture(scope="module")
def pages(base: Base) -> Iterator[Callable[[str, str], str]]:
    site = Site(base, "2026-11-30", "", "", DRAWS)
    site.charts = {"promised": None}
    money, made = Money(site), {}

    def page(path: str, code: str) -> str:
        if (path, code) not in made:
            words = Words(language(code), base)
            found = money.index(words) if path.endswith("index.html") else money.page(Path(path).stem, words)
            made[path, code] = read(str(found.body))
        return made[path, code]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "figure", lambda *_: "")  # pictures are other tests' matter
        yield page


@pytest.mark.parametrize(("command", "name", "given", "figures", "path"), ASKED)
def test_every_outlet_says_the_same_digits(
    client: TestClient, capsys: pytest.CaptureFixture[str], pages: Callable[[str, str], str],
    command: str, name: str, given: Row, figures: tuple[Figures, ...], path: str,
) -> None:  # fmt: skip
    words = [*command.split(), "--draws", str(DRAWS)]
    assert main([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    keys = [key for key in printed if key not in {"asked", "claims", "sources"}]
    answered = client.post(f"/api/v1/answers/capital/{name}", json={**given, "draws": DRAWS}).json()
    assert {key: answered[key] for key in keys} == {key: printed[key] for key in keys}
    in_python = plain(getattr(rm.capital, name)(**given, draws=DRAWS).json())
    assert {key: in_python[key] for key in keys} == {key: printed[key] for key in keys}
    for code in CODES:
        assert main([*words, "--lang", code]) == 0
        texts = [read(capsys.readouterr().out), *([pages(path, code)] if path else [])]
        for text in texts:
            for said in (said for one in figures for said in one(printed, language(code))):
                assert said in text, said


SCALES = {
    "m": 1e6,
    "tn": 1e12,
    "": 1.0,
    "%": 0.01,
    "million": 1e6,
    "bn": 1e9,
    "billion": 1e9,
    "trillion": 1e12,
    "Mio.": 1e6,
    "Mrd.": 1e9,
    "Bio.": 1e12,
}
WRITTEN = re.compile(r"([−-]?[\d.,]*\d) ?(%|m|bn|tn|Mio\.|Mrd\.|Bio\.|)")


def first(cell: Any, lang: Language) -> tuple[float, float]:
    """Return the first number of a cell, and half a unit of its last digit."""
    text = read(getattr(cell, "text", str(cell)))
    written, scale = WRITTEN.search(text).groups()  # type: ignore[union-attr]
    digits = written.replace("−", "-").replace("," if lang.code == "en" else ".", "").replace(",", ".")
    return float(digits) * SCALES[scale], 0.5 * 10.0 ** -len(digits.partition(".")[2]) * SCALES[scale]


def same(table: Table, column: int, values: list[float], lang: Language, digits: int = 3) -> None:
    """Hold that a column of a report's table says these values, in order."""
    found = [first(row[column], lang) for row in table.rows]
    assert len(found) == len(values)
    for (said, half), value in zip(found, values, strict=True):
        coarse = 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits) if value else 0.0
        assert said == pytest.approx(value, abs=max(half, coarse) * 1.001), (said, value)


@pytest.mark.parametrize("code", CODES)
def test_the_report_says_the_digits_of_the_answers(base: Base, tmp_path: Path, code: str) -> None:
    def asked(name: str, **given: Any) -> Row:
        found: Row = plain(getattr(rm.capital, name)(**given, draws=DRAWS).json())
        return found

    lang, view = language(code), capital_look.look(base, 1, DRAWS)
    context = Context(base, [], lang, tmp_path, ThreadPoolExecutor(1))
    path = asked("path", stresses=True)
    fails = capital_tables.failing(context, view)
    same(fails, 1, [row["default_probability"] for row in path["firms"]], lang)
    worst = [max(row["default_probability"] for row in path["stresses"] if row["org"] == firm["org"])
             for firm in path["firms"]]  # fmt: skip
    same(fails, 6, worst, lang)
    hangs = asked("exposure", org="NVIDIA")["dependence"]
    same(capital_tables.hangs(context, view), 2, [row["share"]["median"] for row in hangs], lang)
    same(capital_tables.hangs(context, view), 4, [row["amount"]["median"] for row in hangs], lang)
    circles = [row for row in asked("circularity")["circularity"] if row["max"] > 0]
    told = capital_tables.circularity(context, view)
    same(Table(told.head, told.rows[-len(circles) :], told.numeric), 3, [row["max"] for row in circles], lang)
    due = [row for row in asked("coverage")["maturities"] if row["due"]["high"] >= capital_tables.LEAST]
    same(capital_tables.due(context, view), 3, [row["due"]["median"] for row in due], lang)
    stressed = asked("stress")
    one = next(row for row in view.stressed if row.id == capital_look.CASCADE)
    mine = [row for row in asked("stress", scenario=one.id)["outcomes"]
            if row["measure"] == "lost_revenue" and row["stressed"]["high"] >= capital_tables.LEAST]  # fmt: skip
    same(capital_tables.lost(context, one), 1, [row["stressed"]["median"] for row in mine], lang)
    same(capital_tables.change(context, view), 2, [row["amount"]["median"] for row in stressed["scenarios"]], lang, 2)
