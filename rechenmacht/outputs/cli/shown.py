"""`rechenmacht facts show`: one thing of the fact base, whatever kind it is, with the way to its origin."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim
from rechenmacht.evidence.resolve import Resolved, resolve
from rechenmacht.evidence.tables import as_columns
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang, band, emit, number, say


def claim_lines(base: Base, claim: Claim, lang: Lang) -> list[str]:
    """Return a claim and its source as two or three lines."""
    source = base.sources[claim.source]
    number_ = f"{band(claim.low, claim.value, claim.high, lang)} {claim.unit}"
    published = f", {source.published}" if source.published else ""
    where = f"; {claim.locator}" if claim.locator else ""
    lines = [
        f"    {number_}  ({claim.as_of}, {claim.basis}, {claim.grade})  [{claim.id}]",
        f"        {source.publisher}: {source.title}{published}{where}  <{source.address or source.id}>",
    ]
    return [*lines, f"        {claim.note}"] if claim.note else lines


def _name(row: Any, lang: Lang) -> str:
    return str(row.name_de if lang == "de" else row.name_en)


def _with_source(base: Base, claim: Claim) -> dict[str, Any]:
    return {**asdict(claim), "source": as_columns(base.sources[claim.source])}


def _resolved(result: Resolved) -> dict[str, Any]:
    return {
        "low": result.low, "median": result.median, "high": result.high, "unit": result.unit, "at": result.at,
        "used": [{"claim": claim.id, "weight": round(weight, 4)} for claim, weight in result.used],
        "set_aside": [{"claim": claim.id, "reason": reason} for claim, reason in result.set_aside],
    }  # fmt: skip


def _one_quantity(base: Base, subject: str, quantity: str, at: str | None, as_json: bool, lang: Lang) -> None:
    result = resolve(base, subject, quantity, at)
    if as_json:
        claims = [_with_source(base, claim) for claim in base.about[subject, quantity]]
        emit({"subject": subject, "quantity": quantity, "resolved": _resolved(result), "claims": claims})
        return
    definition = base.quantities[quantity]
    meaning = definition.meaning_de if lang == "de" else definition.meaning_en
    say(f"{_name(definition, lang)} [{definition.unit}]: {meaning}")
    when = f", {result.at}" if result.at else ""
    words = language(lang)
    word = words.text("value.facts.fact.estimate")
    low, median, high = (number(_digits(x), lang) for x in (result.low, result.median, result.high))
    say(f"  {word}{when}: {median} {result.unit} (5-95 %: {low} - {high})")
    for claim, weight in result.used:
        say(f"  {words.text('column.facts.fact.claims_pooled.weight')} {weight:.2f}")
        say("\n".join(claim_lines(base, claim, lang)))
    for claim, reason in result.set_aside:
        say(f"  {words.text('column.facts.fact.claims_pooled.why')}: {reason}")
        say("\n".join(claim_lines(base, claim, lang)))


def _digits(value: float) -> float:
    return float(f"{value:.4g}")


def _entity(base: Base, subject: str, as_json: bool, lang: Lang) -> None:
    entity = base.entities[subject]
    claims = [claim for claim in base.tables.claims if claim.subject == subject]
    if as_json:
        emit({"entity": asdict(entity), "claims": [_with_source(base, claim) for claim in claims]})
        return
    name, aliases = (entity.name_de, entity.aliases_de) if lang == "de" else (entity.name_en, entity.aliases_en)
    say(f"{name}  ({entity.id})")
    facts = (
        ("also", ", ".join(aliases)),
        ("by", entity.parent),
        ("bloc", entity.bloc),
        ("since", entity.start),
        ("note", entity.note),
    )
    say("\n".join(f"  {label}: {text}" for label, text in facts if text) or "  -")
    if not claims:
        say("  no claims")
    for quantity in dict.fromkeys(claim.quantity for claim in claims):
        definition = base.quantities[quantity]
        say(f"  {_name(definition, lang)}  ({quantity})")
        for claim in sorted(base.about[subject, quantity], key=lambda c: c.as_of):
            say("\n".join(claim_lines(base, claim, lang)))


def _other(base: Base, name: str, as_json: bool, lang: Lang) -> bool:
    """Show a claim, source, quantity or parameter of that id; return whether there is one."""
    if name in base.claims:
        claim = base.claims[name]
        users = [p.name for p in base.tables.parameters if name in p.claims]
        if as_json:
            emit({"claim": _with_source(base, claim), "used_by": users})
        else:
            say(f"{claim.subject} {claim.quantity}")
            say("\n".join(claim_lines(base, claim, lang)))
            say(f"    used by: {', '.join(users)}" if users else "    used by no parameter")
        return True
    if name in base.parameters:
        parameter = base.parameters[name]
        if as_json:
            emit(
                {
                    "parameter": asdict(parameter),
                    "claims": [_with_source(base, base.claims[c]) for c in parameter.claims],
                }
            )
        else:
            ends = " / ".join(number(x, lang) for x in (parameter.low, parameter.mid, parameter.high))
            say(f"{parameter.name} [{parameter.unit}]: {ends} ({parameter.distribution}, {parameter.basis})")
            say(f"    {parameter.note}")
            for claim_id in parameter.claims:
                say("\n".join(claim_lines(base, base.claims[claim_id], lang)))
        return True
    for group, label in ((base.sources, "source"), (base.quantities, "quantity")):
        row = group.get(name)
        if row is not None:
            uses = [c.id for c in base.tables.claims if getattr(c, label) == name]
            if as_json:
                emit({label: as_columns(row), "claims": uses})
            else:
                say("\n".join(f"{key}: {text}" for key, text in as_columns(row).items() if text not in {"", ()}))
                say(f"claims: {len(uses)}")
            return True
    return False


def show_any(base: Base, name: str, quantity: str | None, at: str | None, *, as_json: bool, lang: Lang) -> None:
    """Print what the base holds under a name: entity (by id, name or alias), claim, source, quantity or parameter.

    Raises:
        BadInput: if nothing is called that, naming the nearest.
    """
    found = base.names.get(name.lower())
    if found is None:
        if quantity is None and _other(base, name, as_json, lang):
            return
        known = [*base.names, *base.claims, *base.parameters, *base.sources, *base.quantities]
        near = nearest(name, known)
        raise BadInput.of("error.facts.no_name", f"nothing is called {name!r}{near}", name=name, near=near)
    if quantity is None:
        _entity(base, found, as_json, lang)
    else:
        _one_quantity(base, found, quantity, at, as_json, lang)
