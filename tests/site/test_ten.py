"""The ten questions: every figure of a sentence is what the command line answers to the same question."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rechenmacht.faces.language import Language, language
from rechenmacht.outputs.cli.app import app

DRAWS = "100"  # as the site of the tests
PARTS = ("q05", "q50", "q95")
NOW, BEFORE, AFTER, LATER = "2026-Q2", "2025-Q2", "2027-Q2", "2030-Q4"
STOCK, USABLE = "installed|h100e_8bit", "accessible|h100e_8bit"
VARIABLES = (
    STOCK, "runs_share|legal", "runs_share|with_smuggled", "runs_share|with_rented",
    "power_connected", "electricity_ai", "smuggled|h100e_8bit", "smuggled|chips", "runs|with_smuggled", "runs|legal",
    "swarm_run", "training_run",
)  # fmt: skip
Said = list[str]


@cache
def told(*words: str) -> Any:
    """Return what a command prints for machines."""
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@cache
def _run() -> dict[tuple[str, str, str], dict[str, Any]]:
    found = told("run", "--draws", DRAWS, *(word for one in VARIABLES for word in ("--outcome", one)))
    return {(row["variable"], row["region"], row["quarter"]): row for row in found["quantiles"]}


def _ends(lang: Language, variable: str, region: str, quarter: str, digits: int = 2) -> str:
    row = _run()[variable, region, quarter]
    scale, unit = (1e24, "FLOP") if row["unit"] == "1e24 FLOP" else (1.0, row["unit"])
    low, mid, high = (row["value"][part] * scale for part in PARTS)
    return lang.estimate(low, mid, high, unit, digits)


def _mid(lang: Language, variable: str, region: str, quarter: str) -> str:
    row = _run()[variable, region, quarter]
    scale, unit = (1e24, "FLOP") if row["unit"] == "1e24 FLOP" else (1.0, row["unit"])
    return lang.amount(row["value"]["q50"] * scale, unit, 2)


def _have(lang: Language) -> Said:
    us, china, world = (_run()[STOCK, region, NOW]["value"]["q50"] for region in ("United States", "China", "World"))
    return [
        *(_ends(lang, STOCK, region, NOW, 3) for region in ("United States", "China", "World")),
        lang.percent(us / world, 2),
        lang.percent(china / world, 2),
    ]


def _fast(lang: Language) -> Said:
    return [_ends(lang, STOCK, "World", quarter) for quarter in (BEFORE, NOW, AFTER)]


def _china(lang: Language) -> Said:
    return [_ends(lang, f"runs_share|{way}", "China", NOW) for way in ("legal", "with_smuggled", "with_rented")]


def _power(lang: Language) -> Said:
    return [
        _ends(lang, "power_connected", "World", NOW), _ends(lang, "power_connected", "World", LATER),
        _ends(lang, "power_connected", "United States", LATER), _ends(lang, "electricity_ai", "World", LATER),
    ]  # fmt: skip


def _smuggling(lang: Language) -> Said:
    return [
        _ends(lang, "smuggled|chips", "China", NOW), _ends(lang, "smuggled|h100e_8bit", "China", NOW),
        _mid(lang, "runs|with_smuggled", "China", NOW), _mid(lang, "runs|legal", "China", NOW),
    ]  # fmt: skip


def _pays(lang: Language) -> Said:
    found = told("capital", "circularity", "--draws", DRAWS)
    total = next(row for row in found["waterfall"] if row["layer"] == "total")
    return [
        lang.number(total["contracts"], 6),
        *(lang.amount(total[key], "USD") for key in ("headline", "firm", "paid")),
    ]


def _blockade(lang: Language) -> Said:
    found: Said = []
    for row in told("compare", "reference", "taiwan_blockade", "--draws", DRAWS)["outcomes"]:
        if row["outcome"] in {f"{STOCK}@United States@{LATER}", f"{USABLE}@China@{LATER}"}:
            low, mid, high = (row["difference"][part] for part in PARTS)
            found += [lang.estimate(low, mid, high, row["unit"], 2), lang.percent(row["relative"], 2).replace("-", "−"),
                      lang.percent(row["lower"], 2)]  # fmt: skip
    assert len(found) == 6
    return found


def _swarm(lang: Language) -> Said:
    found = told("engine", "reach", "--model", "llama3-70b", "--chip", "h100", "--chips", "1024")
    steps = {row["name"]: row for row in found["steps"]}
    per = [lang.estimate(one["low"] / one["chips"], one["per_chip"], one["high"] / one["chips"], "1", 2) for one in
           (steps["hall"], steps["homes"])]  # fmt: skip
    return [*per, lang.number(steps["homes"]["uplink_gbit"] * 1000, 3), _ends(lang, "swarm_run", "World", NOW),
            _mid(lang, "training_run", "United States", NOW)]  # fmt: skip


def _wrong(lang: Language) -> Said:
    found = told("backtest", "--draws", DRAWS)
    pooled = found["pooled"]
    return [
        lang.number(pooled["n"], 6), lang.number(len(found["targets"]), 3), lang.percent(pooled["coverage50"], 2),
        lang.percent(pooled["coverage90"], 2), *(lang.number(pooled[key], 2) for key in ("skill", "skill_low", "skill_high")),
    ]  # fmt: skip


def _changes(lang: Language) -> Said:
    rows = told("sensitivity", "--draws", DRAWS)["outcomes"]
    one = next(row for row in rows if row["outcome"] == f"{USABLE}@China@{LATER}")
    ends = (one["parameters"][0]["low_end"], one["parameters"][0]["high_end"])
    return [lang.amount(end, one["unit"], 2) for end in sorted(ends)]


ASKED: dict[str, Callable[[Language], Said]] = {
    "have": _have, "fast": _fast, "china": _china, "power": _power, "smuggling": _smuggling, "pays": _pays,
    "blockade": _blockade, "swarm": _swarm, "wrong": _wrong, "changes": _changes,
}  # fmt: skip
# Digits that a sentence holds besides its figures: dates, names of chips, formats and bands.
BESIDE = re.compile(
    r"H100e?s?|1[.,]024|Llama 3 70B|20\d\d|\bQ2\b|2\. Quartal|20\. November|20 November|[59]0[- ]?(?:Prozent|%)|8[- ][Bb]it|“[^”]*”|„[^“]*“"
)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text)).replace("\xa0", " "))


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("name", ASKED)
def test_every_digit_of_a_sentence_is_the_command_line_s(folder: Path, name: str, code: str) -> None:
    page = (folder / ("de/index.html" if code == "de" else "index.html")).read_text(encoding="utf-8")
    section = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    assert section is not None
    said = re.search(r'<p class="says">(.*?)</p>', section[0], re.DOTALL)
    assert said is not None
    rest = _plain(said[1])
    for figure in sorted(map(_plain, ASKED[name](language(code))), key=len, reverse=True):
        assert figure in rest, (figure, rest)
        rest = rest.replace(figure, "#", 1)
    assert not re.search(r"\d", BESIDE.sub("", rest)), rest


@pytest.mark.parametrize("code", ["en", "de"])
def test_every_question_has_a_date_a_range_sources_and_a_link(folder: Path, code: str) -> None:
    page = (folder / ("de/index.html" if code == "de" else "index.html")).read_text(encoding="utf-8")
    words = language(code)
    for name in ASKED:
        section = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
        assert section is not None
        text = _plain(section[0])
        assert words.text("site.data_to", day="").rstrip(" .") in text, name
        assert f"{words.text('site.source')}: " in text, name
        assert words.text("site.more") in text, name
        assert re.search(r"\d–[\d−]|\(.*? (to|bis) .*?\)", text) or name == "pays", (
            name
        )  # amounts of contracts are as published
