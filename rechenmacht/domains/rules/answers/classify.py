"""The answer to the question classify."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import BothLanguages, Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import chips, contradictions, questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, place_of, scoped
from rechenmacht.domains.rules.answers.said import (
    fields_of,
    labels,
    looked,
    party_notes,
    rule_table,
    said,
    scope_notes,
    scope_row,
    scoped_row,
)
from rechenmacht.domains.rules.answers.tabled import tabled
from rechenmacht.domains.rules.cases import Cases
from rechenmacht.domains.rules.classify import classify as outcomes
from rechenmacht.domains.rules.contradictions import contradicted
from rechenmacht.domains.rules.explain import Explanation, explain
from rechenmacht.domains.rules.parties import Listed, look_up
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import scope_of, would_change
from rechenmacht.domains.rules.specifications import SPECIFICATIONS
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

_LISTS = {
    "EL": "entity_listed", "FN1": "footnote_1", "FN4": "footnote_4", "FN5": "footnote_5", "MEU": "military",
    "DPL": "denied_party",
}  # fmt: skip
_USES = {
    "supercomputer": "supercomputer_use", "fab": "advanced_fab_use", "tools": "tool_making_use", "military": "military",
    "remote": "remote_access",
}  # fmt: skip
_GIVEN = {"tpp": "tpp", "die": "die_mm2", "pd": "pd", "io_bw": "io_bw", "dram_bw": "dram_bw"}
_TEXT, _WORDS = Kind("text"), Kind("words")


def classify(asked: questions.Classify, base: Base, told: Told) -> Answer:
    """Say what the rules say of one chip or system and why, or of every row of a table.

    Raises:
        BadInput: if neither or both are named, or something of it is not known.
    """
    rules = ruleset.load(base)
    if asked.table is not None:
        if asked.chip is not None:
            raise BadInput.of("error.rules.either", "give either a chip or a table of cases, not both")
        return tabled(asked, base, rules)
    if asked.chip is None or not asked.to:
        raise BadInput.of("error.rules.neither", "name a chip and a destination (to CN), or a table of cases")
    one, against = _chip(asked, base)
    row, found = _row(asked, base, rules, one)
    cases = chips.cases_of([one], [row], rules)
    origin = place_of(rules, asked.origin, "origin")
    explained = explain(rules, cases, origin=origin)
    answer = _answer(asked, base, rules, one, row, cases, explained, found, origin)
    table = Table("contradicted", rows.Contradicted, against, people=())
    return replace(answer, tables=(*answer.tables, table), warnings=contradictions.notes(against))


def _row(
    asked: questions.Classify, base: Base, rules: RuleSet, one: chips.RuledChip
) -> tuple[dict[str, str], list[Listed]]:
    """Return the case that is asked about, and the parties looked up."""
    place, day = place_of(rules, asked.to, "to"), day_of(asked.on)
    seat = place_of(rules, asked.hq, "hq", unknown=True)
    row = chips.row_of(one, day, place, seat, asked.role or "", asked.market or "")
    if asked.state_funded is not None:
        row["state_funded_dc"] = "1" if asked.state_funded else "0"
    row["subject"] = "system" if chips.is_system(base, asked.chip or "") else "chip"
    flags = {_LISTS[name] for name in asked.listed} | {_USES[name] for name in asked.use}
    flags |= {"approved_recipient"} if asked.approved_recipient else set()
    row |= dict.fromkeys(sorted(flags), "1")
    if asked.owned_by_listed is not None:
        row["owner_listed_share"] = repr(asked.owned_by_listed)
    found = [look_up(rules.parties, name, day) for name in asked.party]
    for party in found:
        row |= party.properties
    return row, found


def _chip(asked: questions.Classify, base: Base) -> tuple[chips.RuledChip, list[rows.Contradicted]]:
    """Return a catalogue chip, or one of the user's own, with the specifications that the user gives.

    Beside it, which of them the base's claims contradict.
    """
    given = {name: getattr(asked, key) for key, name in _GIVEN.items() if getattr(asked, key) is not None}
    name = asked.chip or ""
    try:
        one = chips.chip(base, name)
    except BadInput:
        if not given:
            raise
        own = frozenset({" ".join(name.casefold().split())})
        one = chips.RuledChip(name, name, own, asked.vendor, "", "", "", {}, ())
    against, known = contradicted(one, given, one.id), dict(one.known)
    if given.keys() & {"tpp", "die_mm2"}:
        known.pop("pd", None)
    for key, value in given.items():
        known[key] = chips.Derived(value, "given", (), unverified=False)
    if "pd" not in known and {"tpp", "die_mm2"} <= known.keys():
        tpp, die = known["tpp"], known["die_mm2"]
        ratio = float(f"{tpp.value / die.value:.6g}")
        known["pd"] = chips.Derived(
            ratio, f"{tpp.value:g} / {die.value:g}", (*tpp.claims, *die.claims), unverified=False
        )
    return replace(one, known=known, vendor=asked.vendor or one.vendor), against


def _answer(
    asked: questions.Classify, base: Base, rules: RuleSet, one: chips.RuledChip, row: dict[str, str], cases: Cases,
    found: Explanation, parties: list[Listed], origin: str,
) -> Answer:  # fmt: skip
    scope, change, day = scope_of(rules, cases), would_change(rules, cases), row["date"]
    known = {
        name: rows.Known(value=d.value, how=d.how, claims=list(d.claims), unverified=d.unverified)
        for name, d in one.known.items()
    }
    values: dict[str, Any] = {
        "chip": one.id, "name": one.name, "to": row["dest"], "hq": row["hq"] or row["dest"], "on": day,
        "role": row["role"], "market": asked.market or one.market, "subject": row["subject"], "from": origin,
        "known_to": scope.known_to, "scope": scope_row(scope, change), "parties": [looked(party) for party in parties],
        "known": known, "notes": list(one.notes), "outcome": found.outcome, "exception": found.exception,
        "buyer": found.buyer, "missing": list(found.missing), "open": list(found.unsettled),
        "certificates": list(found.certificates),
    }  # fmt: skip
    groups = {
        "fired": found.fired, "near_misses": found.near, "relaxations": found.relaxations, "fees": found.fees,
        "guidance": found.guidance, "buyer_rules": found.buyer_rules, "on_the_books": found.on_the_books,
        "licences": found.licences, "elsewhere": found.elsewhere,
    }  # fmt: skip
    beside = scoped_row(rules, day)
    case = rows.Case(
        case_id=one.id, outcome=found.outcome, fired=list(outcomes(rules, cases).fired(0)),
        missing=list(found.missing), open=list(found.unsettled),
        buyer=found.buyer, **beside,
    )  # fmt: skip
    several = [rule_table(name, [said(base, x, beside) for x in some]) for name, some in groups.items()]
    shown = (_specifications(one), *several, fields_of(rules))
    claims = tuple(sorted({claim for d in one.known.values() for claim in d.claims}))
    return Answer(asked, values, (Table("cases", rows.Case, [case], people=()), *shown),
                  (*_notes(one, found, parties), *scope_notes(scope, change), *scoped(rules, day)[1],
                   Note("rules.scope.never")), claims, heads=_heads(one, row, found, values["market"]))  # fmt: skip


def _heads(one: chips.RuledChip, row: dict[str, str], found: Explanation, market: str) -> tuple[Note, ...]:
    """Return the verdict: may it be sold, may it be bought, and what was asked."""
    status = Kind("term", group="rule_outcome")
    heads = [
        Note("rules.head.verdict", {"chip": (one.name, _TEXT), "to": (row["dest"], _TEXT), "on": (row["date"], _TEXT),
                                    "outcome": (found.outcome, status)}),
        Note("rules.head.asked", {"hq": (row["hq"] or row["dest"], _TEXT),
                                  "role": (row["role"], Kind("term", group="rule_role")),
                                  "market": (market or "?", Kind("term", group="rule_market"))}),
    ]  # fmt: skip
    if found.buyer_rules or found.buyer != "NO_RULE":
        heads.append(Note("rules.head.buyer", {"outcome": (found.buyer, status)}))
    return tuple(heads)


def _notes(one: chips.RuledChip, found: Explanation, parties: list[Listed]) -> list[Note]:
    notes = [note for party in parties for note in party_notes(party)]
    for remark in one.notes:
        which = remark.partition("not known at ")[2]
        notes.append(Note("note.rules.tpp_not_at", {"which": (which, _TEXT)}) if which else Note("note.rules.no_peak"))
    if found.exception:
        notes.append(Note("note.rules.exception", {"which": (found.exception, _TEXT)}))
    for key, keys in (("certificates", found.certificates), ("missing", found.missing), ("open", found.unsettled)):
        if keys:
            notes.append(Note(f"note.rules.{key}", {"what": (labels(keys), _WORDS)}))
    return notes


def _specifications(one: chips.RuledChip) -> Table:
    """Return what is known of a chip, and what is not, for people."""
    found = []
    for name in ("tpp", "die_mm2", "pd", "io_bw", "dram_bw"):
        derived, spec = one.known.get(name), SPECIFICATIONS[name]
        found.append(
            rows.Specified(
                specification=BothLanguages(en=spec.name_en, de=spec.name_de), key=name,
                value=derived.value if derived else None, unit=spec.unit, how=derived.how if derived else "unknown",
                unverified=bool(derived and derived.unverified), claims=list(derived.claims) if derived else [],
            )
        )  # fmt: skip
    return Table("specifications", rows.Specified, found, machine=False, title="rules.part.specifications")
