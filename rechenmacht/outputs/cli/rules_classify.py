"""`rechenmacht rules classify`: what the rules say of one chip or system, or of a table of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli import rules_options as options
from rechenmacht.outputs.cli.common import Json, Lang, Language, emit, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rechenmacht.domains.rules.chips import RuledChip
    from rechenmacht.domains.rules.parties import Listed
    from rechenmacht.domains.rules.ruleset import RuleSet
    from rechenmacht.evidence.base import Base


def classify(
    chip: Annotated[str | None, typer.Argument(help="Chip or system: id, name or alias; any name with --tpp.")] = None,
    to: options.To = "",
    hq: options.Hq = "",
    on: options.On = None,
    market: options.Market = None,
    role: options.Role = None,
    tpp: options.Tpp = None,
    die: options.Die = None,
    pd: options.Density = None,
    io_bw: options.IoRate = None,
    dram_bw: options.DramRate = None,
    vendor: options.Vendor = "",
    state_funded: options.StateFunded = None,
    party: options.Parties = None,
    listed: options.Lists = None,
    use: options.Uses = None,
    owned: options.Owned = None,
    approved: options.Approved = False,
    origin: options.Origin = "US",
    file: options.CaseTable = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Say whether a chip is controlled, to whom, since when and why; or answer a whole table of cases."""
    facts, rules = options.opened()
    if file is not None:
        if chip is not None:
            raise BadInput("give either a chip or --table")
        from rechenmacht.outputs.rules_table import classify_table

        classify_table(rules, file, as_json=as_json, lang=lang)
        return
    if chip is None or not to:
        raise BadInput("name a chip and a destination (--to CN), or a table of cases (--table FILE.csv)")
    given = {"tpp": tpp, "die_mm2": die, "pd": pd, "io_bw": io_bw, "dram_bw": dram_bw}
    one = _chip(facts, chip, vendor, {name: value for name, value in given.items() if value is not None})
    place, seat, day = options.place_of(rules, to, "--to"), options.place_of(rules, hq, "--hq"), options.day_of(on)
    from rechenmacht.domains.rules.chips import is_system, row_of
    from rechenmacht.domains.rules.parties import look_up

    row = row_of(one, day, place, seat, role or "", market or "")
    if state_funded is not None:
        row["state_funded_dc"] = "1" if state_funded else "0"
    row["subject"] = "system" if is_system(facts, chip) else "chip"
    found = [look_up(rules.parties, name, day) for name in party or ()]
    told = _known(listed, _LISTS, "--listed") | _known(use, _USES, "--use")
    row |= _stated(told | ({"approved_recipient"} if approved else set()), owned, found)
    leaves = rules.places.code(origin, "--from")
    _answer((facts, rules), one, row, (market or one.market, leaves, found), as_json=as_json, lang=lang)


_LISTS = {
    "EL": "entity_listed", "FN1": "footnote_1", "FN4": "footnote_4", "FN5": "footnote_5", "MEU": "military",
    "DPL": "denied_party",
}  # fmt: skip
_USES = {
    "supercomputer": "supercomputer_use", "fab": "advanced_fab_use", "tools": "tool_making_use", "military": "military",
    "remote": "remote_access",
}  # fmt: skip


def _known(names: list[str] | None, table: dict[str, str], option: str) -> set[str]:
    strange = [name for name in names or () if name not in table]
    if strange:
        raise BadInput(f"{option}: {strange[0]!r} is none of {', '.join(table)}")
    return {table[name] for name in names or ()}


def _stated(flags: set[str], owned: float | None, parties: Iterable[Listed]) -> dict[str, str]:
    """Return what the user states of parties and purposes, and what follows from the parties named, as cells."""
    cells = dict.fromkeys(sorted(flags), "1")
    if owned is not None:
        if not 0 <= owned <= 1:
            raise BadInput(f"--owned-by-listed {owned:g} is no share of 0 to 1")
        cells["owner_listed_share"] = repr(owned)
    for one in parties:
        cells |= one.properties
    return cells


def _answer(
    known: tuple[Base, RuleSet],
    one: RuledChip,
    row: dict[str, str],
    asked_of: tuple[str, str, list[Listed]],
    *,
    as_json: bool,
    lang: Lang,
) -> None:
    """Print what the rules say about one chip; `asked_of`: its market, the country it leaves, the parties looked up."""
    from rechenmacht.domains.rules.chips import cases_of
    from rechenmacht.domains.rules.explain import explain
    from rechenmacht.domains.rules.scope import scope_of, would_change
    from rechenmacht.outputs import rules_scope
    from rechenmacht.outputs.rules_text import (
        explanation_json,
        explanation_lines,
        outcome,
        remark,
        specification_lines,
        word,
    )

    facts, rules = known
    market, origin, parties = asked_of
    place, seat, day, role = row["dest"], row["hq"] or row["dest"], row["date"], row["role"]
    cases = cases_of([one], [row], rules)
    found, scope, change = explain(rules, cases, origin=origin), scope_of(rules, cases), would_change(rules, cases)
    if as_json:
        specifications = {
            name: {"value": d.value, "how": d.how, "claims": list(d.claims), "unverified": d.unverified}
            for name, d in one.known.items()
        }
        asked: dict[str, Any] = {
            "chip": one.id,
            "name": one.name,
            "to": place,
            "hq": seat,
            "on": day,
            "role": role,
            "market": market,
        }
        asked["subject"], asked["from"] = row["subject"], origin
        asked["parties"] = [rules_scope.party_json(found_party) for found_party in parties]
        asked["scope"] = rules_scope.as_json(scope, change)
        emit({**asked, "known": specifications, "notes": list(one.notes), **explanation_json(facts, found, lang)})
        return
    say(f"{one.name} {word('to', lang)} {place} {word('on', lang)} {day}: {outcome(found.outcome, lang)}")
    who = f"{word('hq', lang)}: {seat}; {word(role, lang)}; {word(market or 'unknown', lang)}"
    say("\n".join([f"{word('known', lang)} ({who}):", *specification_lines(dict(one.known), lang)]))
    say("\n".join([*(f"  {remark(text, lang)}" for text in one.notes), *explanation_lines(facts, found, lang)]))
    for found_party in parties:
        say("\n".join(rules_scope.party_lines(found_party, lang)))
    say("\n".join(rules_scope.lines(rules, scope, day, change, lang)))


def _chip(facts: Base, name: str, vendor: str, given: dict[str, float]) -> RuledChip:
    """Return a catalogue chip, or one of the user's own, with the specifications that the user gives."""
    from dataclasses import replace

    from rechenmacht.domains.rules import chips

    try:
        one = chips.chip(facts, name)
    except BadInput:
        if not given:
            raise
        names = frozenset({" ".join(name.casefold().split())})
        one = chips.RuledChip(name, name, names, vendor, "", "", "", {}, ())
    known = dict(one.known)
    if given.keys() & {"tpp", "die_mm2"}:
        known.pop("pd", None)
    for key, value in given.items():
        if not 0 <= value <= 1e12 or (key == "die_mm2" and value == 0):
            raise BadInput(f"{key} {value:g} cannot be")
        known[key] = chips.Derived(value, "given", (), unverified=False)
    if "pd" not in known and {"tpp", "die_mm2"} <= known.keys():
        tpp, die = known["tpp"], known["die_mm2"]
        ratio = float(f"{tpp.value / die.value:.6g}")
        known["pd"] = chips.Derived(
            ratio, f"{tpp.value:g} / {die.value:g}", (*tpp.claims, *die.claims), unverified=False
        )
    return replace(one, known=known, vendor=vendor or one.vendor)
