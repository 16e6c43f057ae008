"""Writes docs/claims.md and docs/claims.de.md: `python -m rechenmacht.outputs.claims_page docs`."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rechenmacht import __version__, runs, scenario
from rechenmacht.domains.uncertainty.debate import Answered, answer, read, scenarios
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.evidence.base import Base, load, once
from rechenmacht.faces.language import LANGUAGES, Language, language

DRAWS, SEED = 1000, 1
SMALLEST = 0.01  # share of draws below which, and above one less of which, no more is said
DECIMAL = re.compile(r"(?<=[0-9])\.(?=[0-9])")
PAGES = {"en": "claims.md", "de": "claims.de.md"}


@once
def answers(base: Base, draws: int = DRAWS) -> list[Answered]:
    """Return all statements with what runs say of them, on the same draws."""
    found = read()
    outcomes = {
        name: whole(runs.model_of(base, scenario.find(base, name)), draws, SEED) for name in scenarios(found)
    }  # fmt: skip
    return [answer(one, outcomes) for one in found]


def tally(found: Iterable[Answered]) -> dict[str, int]:
    """Return how many statements have each verdict; `shown` are those of which the figure alone is given."""
    seen = Counter(one.verdict for one in found)
    return {**{name: seen[name] for name in ("agrees", "disagrees", "open", "untold")},
            "shown": seen["chance"] + seen["figure"]}  # fmt: skip


def band(one: Answered, lang: Language) -> str:
    """Return the run's figure with its 90 % range; empty where there is none."""
    if one.band is None:
        return ""
    low, mid, high = (lang.number(value, 3) for value in one.band)
    unit = one.statement.unit[lang.code]
    if one.verdict == "chance":
        return lang.percent(one.share or 0.0, 2)
    return f"{mid} {unit} ({low} {lang.text('claims.to')} {high})"


def _share(share: float, lang: Language) -> str:
    """Return a share of draws in words; nothing is said to be certain."""
    if share < SMALLEST:
        return lang.text("claims.under", share=lang.percent(SMALLEST, 1))
    if share > 1 - SMALLEST:
        return lang.text("claims.over", share=lang.percent(1 - SMALLEST, 2))
    return lang.percent(share, 2)


def verdict(one: Answered, lang: Language) -> str:
    """Return what the run says of the statement, as a sentence."""
    share = "" if one.share is None else _share(one.share, lang)
    holds = DECIMAL.sub(lang.text("stage.step.decimal"), one.statement.holds)
    return lang.text(f"claims.{one.verdict}", share=share, holds=holds)


def _side(base: Base, said: str, who: str, when: str, source: str, lang: Language) -> str:
    known = base.sources.get(source)
    link = (
        f"[{who}]({known.address})"
        if known and known.address.startswith("http")
        else f"{who} ({lang.text('claims.no_address')})"
    )
    return f"{said} ({link}{', ' + when if when else ''})"


def entry(base: Base, one: Answered, lang: Language) -> str:
    """Return a statement's part of the page."""
    told, code = one.statement, lang.code
    lines = [
        f"### {told.id} {told.said[code]}\n",
        f"- **{lang.text('claims.for')}** "
        + _side(base, told.said[code], told.said_by, told.said_on, told.source, lang),
        f"- **{lang.text('claims.against')}** "
        + _side(base, told.against[code], told.against_by, told.against_on, told.against_source, lang),
    ]
    if told.command:
        lines.append(f"- **{lang.text('claims.command' if told.scenario else 'claims.nearest')}** `{told.command}`")
    if one.band is None:
        lines.append(f"- **{lang.text('claims.answer')}** {verdict(one, lang)}: {told.untold[code]}.")
    else:
        lines.append(f"- **{lang.text('claims.answer')}** {told.label[code]}: {band(one, lang)}. {verdict(one, lang)}")
        lines.append(f"- **{lang.text('claims.reckoned')}** `{told.expression}` ({told.scenario})")
    lines.append(f"- **{lang.text('claims.changes')}** {told.changes[code]}.")
    return "\n".join(lines) + "\n"


def text(base: Base, found: Sequence[Answered], lang: Language) -> str:
    """Return the page in one language."""
    counts = tally(found)
    head = lang.text("claims.head", n=len(found), version=__version__, draws=lang.number(DRAWS, 4), **counts)
    parts = [f"# {lang.text('claims.title')}\n", head + "\n"]
    for kind in dict.fromkeys(one.statement.kind for one in found):
        parts.append(f"## {lang.text(f'claims.kind.{kind}')}\n")
        parts += [entry(base, one, lang) for one in found if one.statement.kind == kind]
    return "\n".join(parts)


def main(folder: Path) -> None:
    """Write both pages into a folder."""
    base = load()
    found = answers(base)
    for code in LANGUAGES:
        (folder / PAGES[code]).write_text(text(base, found, language(code)), encoding="utf-8", newline="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
