"""Section 8: how each number was computed, every claim that the page uses, and every source."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.evidence.forms import OWN_CLASSES, Source
from rechenmacht.outputs.report import origins
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Num, Section, Words

METHODS = (
    "installed", "race", "ahead", "parts", "backtest", "deciding", "delivered", "bought", "share", "ratio", "h100e",
    "h100e_16bit", "h100e_bandwidth", "power", "chips",
    "difference", "band", "pool", "capital_contracts", "capital_value", "capital_circularity", "capital_vendors",
    "capital_dependence", "capital_stress", "capital_coverage", "capital_path", "capital_drivers", "capital_history",
)  # fmt: skip
FROM_HISTORY = frozenset(
    {
        "installed",
        "race",
        "ahead",
        "parts",
        "backtest",
        "deciding",
        "delivered",
        "bought",
        "share",
        "ratio",
        "h100e_16bit",
        "h100e_bandwidth",
        "power",
        "chips",
    }
)

CONVERTED = frozenset({"installed", "bought", "share", "ratio", "h100e_16bit", "h100e_bandwidth"})


@dataclass(frozen=True, slots=True)
class Method:
    """How a kind of number was computed and from what.

    `sources` are the published series; `converted` tells that 8-bit datasheets convert chip lines; `datasheets` are
    the claims of datasheets that it uses besides. `contracts` are the claims of deals; `counted` tells that it takes all
    contracts that count.
    """

    id: str
    name: str
    text: str
    sources: tuple[Num, ...]
    converted: bool
    datasheets: tuple[Num, ...]
    contracts: tuple[Num, ...] = ()
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim in the appendix."""

    id: str
    value: str
    subject: str
    quantity: str
    meaning: str
    about: str
    facts: str
    locator: str | Words
    note: str | Words
    source: Num
    anchor: str
    publisher: str
    published: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A source in the appendix; `address` is empty where none can be opened."""

    id: str
    title: str
    language: str
    publisher: str
    published: str
    accessed: str
    address: str
    licence: str
    kind: str
    note: str | Words


def _address(source: Source) -> str:
    return source.address if source.address.startswith(("https://", "http://")) else ""


def _title(context: Context, source_id: str) -> str:
    source = context.base.sources[source_id]
    own = source.class_ in OWN_CLASSES
    return context.t(f"source_class.{source.class_}") if own else source.title


def _contracts(context: Context) -> tuple[Num, ...]:
    """Return the deals whose amounts the page has cited."""
    cited = [claim for claim in context.cited_claims if context.base.claims[claim].subject in context.deals]
    return tuple(Num(context.base.claims[c].subject.removeprefix("deal:"), f"#c-{c}") for c in sorted(cited))


def _methods(context: Context) -> list[Method]:
    history = tuple(Num(_title(context, s), context.source(s)) for s in context.history_sources())
    return [
        Method(
            m,
            context.t(f"method.{m}.name"),
            context.t(f"method.{m}.text"),
            history if m in FROM_HISTORY else (),
            m in CONVERTED,
            origins.datasheets(context, m),
            _contracts(context) if m == "capital_contracts" else (),
            m.startswith("capital_") and m != "capital_contracts",
        )
        for m in METHODS
    ]


def _statement(context: Context, claim_id: str) -> Statement:
    base, lang = context.base, context.language
    claim = base.claims[claim_id]
    quantity, source = base.quantities[claim.quantity], base.sources[claim.source]
    static = quantity.period == "static"
    return Statement(
        claim.id,
        context.claim_text(claim),
        context.name(claim.subject),
        lang.pick(quantity, "name"),
        lang.pick(quantity, "meaning"),
        context.t("appendix.stated" if static else "appendix.about", date=lang.date(claim.as_of)),
        f"{lang.text(f'basis.{claim.basis}')}, {lang.text(f'grade.{claim.grade}')}",
        context.english(claim.locator),
        context.english(claim.note),
        Num(source.title, _address(source) or f"#s-{source.id}"),
        f"#s-{source.id}",
        source.publisher,
        lang.date(source.published),
    )


def _publication(context: Context, source_id: str) -> Publication:
    source, lang = context.base.sources[source_id], context.language
    return Publication(
        source.id,
        source.title,
        source.language,
        source.publisher,
        lang.date(source.published),
        lang.date(source.accessed),
        _address(source),
        context.t("appendix.licence_unknown") if source.licence in {"", "unknown"} else source.licence,
        context.t(f"source_class.{source.class_}"),
        context.english(source.note),
    )


def section(context: Context) -> Section:
    """Return the appendix. Call it last: it shows what the other sections have cited."""
    methods = _methods(context)
    claims = [_statement(context, claim) for claim in sorted(context.cited_claims)]
    sources = [_publication(context, source) for source in sorted(context.cited_sources)]
    view: dict[str, object] = {
        "intro": [context.t("appendix.intro", claims=len(claims), sources=len(sources))],
        "methods": methods,
        "claims": claims,
        "sources": sources,
    }
    return Section("appendix", context.t("appendix.title"), "appendix.html.j2", view)
