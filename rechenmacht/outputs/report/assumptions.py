"""Section 7: what the reference run assumes, which mechanisms act, and what the model does not cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rechenmacht.faces.labels import parameter_label
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.origins import links
from rechenmacht.outputs.report.view import Num, Section, Words
from rechenmacht.domains.race.step import NAMES


@dataclass(frozen=True, slots=True)
class Assumption:
    """A parameter as the page shows it."""

    name: str
    label: str
    note: str | Words
    mid: str
    band: str
    distribution: str
    basis: str
    claims: tuple[Num, ...]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A mechanism and whether it acts in the reference run."""

    name: str
    text: str
    on: str


def _unit(parameter: dict[str, Any]) -> str:
    return str(parameter["unit"])


def _by_publisher(context: Context, claims: list[str]) -> tuple[Num, ...]:
    """Return links to claims, grouped by publisher: `NVIDIA`, or `NVIDIA 1`, `2`, `3` where it made several."""
    groups: dict[str, list[str]] = {}
    for claim in claims:
        groups.setdefault(context.base.sources[context.base.claims[claim].source].publisher, []).append(claim)
    return links(context, groups.items())


def _assumption(context: Context, parameter: dict[str, Any]) -> Assumption:
    lang, unit = context.language, _unit(parameter)
    fixed = parameter["distribution"] == "fixed"
    known = [claim for claim in parameter["claims"] if claim in context.base.claims]
    return Assumption(
        parameter["name"],
        parameter_label(context.base, context.language, parameter["name"]),
        context.note(f"parameter.{parameter['name']}", parameter["note"]),
        lang.amount(parameter["mid"], unit),
        "" if fixed else lang.band(parameter["low"], parameter["high"], unit),
        context.t(f"distribution.{parameter['distribution']}"),
        context.t(f"basis.{parameter['basis']}"),
        _by_publisher(context, known),
    )


def _mechanisms(context: Context) -> list[Mechanism]:
    off = context.reference.meta["scenario"]["off"]
    found = []
    for name in NAMES:
        words = context.language.maybe(f"mechanism.{name}.name") or name
        text = context.language.maybe(f"mechanism.{name}.text") or ""
        found.append(Mechanism(words, text, context.t("assumptions.off" if name in off else "assumptions.on")))
    return found


def section(context: Context) -> Section:
    """Return the section: judgements first, then what rests on claims."""
    parameters = context.reference.meta["parameters"]
    shown = [_assumption(context, parameter) for parameter in parameters]
    judged = [a for a, p in zip(shown, parameters, strict=True) if not p["claims"]]
    backed = [a for a, p in zip(shown, parameters, strict=True) if p["claims"]]
    numbers = {"n": len(shown), "judged": len(judged), "backed": len(backed)}
    view: dict[str, object] = {
        "intro": [context.t("assumptions.intro", **numbers)],
        "groups": [
            (context.t("assumptions.judged", n=len(judged)), judged),
            (context.t("assumptions.backed", n=len(backed)), backed),
        ],
        "mechanisms": _mechanisms(context),
        "limits": [text for key, text in context.language.texts.items() if key.startswith("limits.")],
    }
    return Section("assumptions", context.t("assumptions.title"), "assumptions.html.j2", view)
