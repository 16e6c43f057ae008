"""`rechenmacht facts ...` and `rechenmacht init`: read, check, query and extend the fact base."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base, gather
from rechenmacht.evidence.forms import Claim
from rechenmacht.faces.group import group
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import (
    Json,
    Lang,
    Language,
    band,
    base,
    emit,
    note,
    number,
    say,
    table,
    workspace,
)
from rechenmacht.outputs.cli.shown import show_any

app = typer.Typer(help="The fact base: every number with its source.", no_args_is_help=True, rich_markup_mode=None,
                  cls=group("facts"))  # fmt: skip


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option("--kind", help="Only entities of this kind: chip, system, org...")] = None,
    quantity: Annotated[str | None, typer.Option("--quantity", help="Only claims of this quantity.")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """List what the base knows something about, with the number of claims; with --quantity, the claims."""
    facts = base()
    if quantity is not None:
        _list_quantity(facts, quantity, kind, as_json, lang)
        return
    counts = Counter(claim.subject for claim in facts.tables.claims)
    kinds = sorted({entity.kind for entity in facts.entities.values()})
    if kind is not None and kind not in kinds:
        raise BadInput(f"no kind {kind!r}; known: {', '.join(kinds)}")
    rows = [e for e in facts.entities.values() if counts[e.id] and kind in {None, e.kind}]
    if as_json:
        emit([{"id": e.id, "name": _name(e, lang), "bloc": e.bloc, "claims": counts[e.id]} for e in rows])
        return
    say(
        table(
            ((e.id, str(counts[e.id]), e.bloc, _name(e, lang)) for e in rows),
            ("id", "claims", "bloc", "name"),
        )
    )


def _name(row: Any, lang: Lang) -> str:
    return str(row.name_de if lang == "de" else row.name_en)


def _list_quantity(facts: Base, quantity: str, kind: str | None, as_json: bool, lang: Lang) -> None:
    if quantity not in facts.quantities:
        raise BadInput(f"no quantity {quantity!r}{nearest(quantity, facts.quantities)}")
    claims = [
        c for c in facts.tables.claims if c.quantity == quantity and (not kind or c.subject.startswith(f"{kind}:"))
    ]
    if as_json:
        emit([asdict(claim) for claim in claims])
        return
    say(f"{_name(facts.quantities[quantity], lang)} [{facts.quantities[quantity].unit}]")
    rows = ((c.subject, band(c.low, c.value, c.high, lang), c.as_of, c.basis, c.grade, c.id) for c in claims)
    say(table(rows, ("subject", "value", "date", "basis", "grade", "claim")))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Entity (id, name or alias), claim, source, quantity or parameter.")],
    quantity: Annotated[str | None, typer.Argument(help="Only this quantity, resolved to one distribution.")] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Date that the quantity is asked for: 2025, 2025-Q3...")
    ] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Print every claim about something, each with its source; with a quantity, the resolved value too."""
    if at is not None and quantity is None:
        raise BadInput("--at needs a quantity: facts show NAME QUANTITY --at DATE")
    show_any(base(), name, quantity, at, as_json=as_json, lang=lang)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over claims, history, entities, sources, quantities...")],
    as_json: Json = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to print.")] = 1000,
) -> None:
    """Run one read-only SQL query over the base (DuckDB; no file or network access)."""
    from rechenmacht.evidence.query import run

    names, rows = run(base(), sql, limit + 1)
    if len(rows) > limit:
        note(f"only the first {limit} rows are shown (--limit)")
        rows = rows[:limit]
    if as_json:
        emit([dict(zip(names, row, strict=True)) for row in rows])
    else:
        say(table(([("" if cell is None else str(cell)) for cell in row] for row in rows), names))


@app.command()
def conflicts(
    topic: Annotated[str | None, typer.Option("--topic", help="Only this quantity, family or subject.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most conflicts to print.")] = 50,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """List where sources disagree by more than their stated spread, and why, largest factor first."""
    from rechenmacht.evidence.conflicts import conflicts as find

    facts = base()
    found = [
        c
        for c in find(facts)
        if topic is None or topic in {c.topic, c.subject} or topic in {k.quantity for k in c.claims}
    ]
    if as_json:
        emit([{**asdict(c), "claims": [asdict(k) for k in c.claims]} for c in found[:limit]])
        return
    t = language(lang).text
    heads = tuple(t(f"conflict.head.{name}") for name in ("value", "date", "definition", "basis", "source"))
    for c in found[:limit]:
        factor = "" if c.factor == float("inf") else f" x{number(round(c.factor, 2), lang)}"
        subject = f"{_name(facts.entities[c.subject], lang)} ({c.subject})"
        say(f"{subject}: {c.topic} [{c.unit}]{factor}, {', '.join(t(f'conflict.{one}') for one in c.reasons)}")
        rows = [_conflict_row(facts, claim, lang) for claim in c.claims]
        say("  " + table(rows, heads).replace("\n", "\n  "))
    if len(found) > limit:
        note(t("conflict.more", n=len(found) - limit))


def _conflict_row(facts: Base, claim: Claim, lang: Lang) -> tuple[str, ...]:
    source = facts.sources[claim.source]
    t = language(lang).text
    basis = t(f"basis.{claim.basis}") + (f", {t('grade.unverified')}" if claim.grade == "unverified" else "")
    return (
        band(claim.low, claim.value, claim.high, lang),
        claim.as_of,
        claim.quantity,
        basis,
        f"{source.publisher} ({source.id})",
    )


@app.command()
def validate(as_json: Json = False) -> None:
    """Check the whole base (and the workspace); exit code 1 if anything is wrong."""
    from rechenmacht.evidence.conflicts import conflicts as find

    tables, problems = gather(workspace())
    facts = Base(tables, workspace())
    counts = {
        "claims": len(tables.claims),
        "sources": len(tables.sources),
        "conflicts": len(find(facts)) if not problems else 0,
        "judgements": sum(c.basis == "judgement" for c in tables.claims)
        + sum(p.basis == "judgement" for p in tables.parameters),
        "unverified": sum(c.grade == "unverified" for c in tables.claims),
        "sources_dated": round(sum(bool(s.published) for s in tables.sources) / max(len(tables.sources), 1), 4),
        "origins": len({s.first for s in tables.sources}),
        "errors": len(problems),
    }
    for problem in problems:
        note(f"error: {problem}")
    if as_json:
        emit(counts)
    else:
        say("\n".join(f"{name:14}{count}" for name, count in counts.items()))
    if problems:
        raise typer.Exit(1)


def _mine() -> Path:
    folder = workspace()
    if folder is None:
        raise BadInput("no workspace here: make one with rechenmacht init DIR, or name one with --workspace")
    return folder


@app.command()
def add(
    subject: Annotated[str, typer.Option("--subject", help="Entity id, such as chip:h100-sxm.")],
    quantity: Annotated[str, typer.Option("--quantity", help="Quantity id.")],
    unit: Annotated[str, typer.Option("--unit", help="Unit of the numbers; converted to the quantity's.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Date that the number is about.")],
    source: Annotated[str, typer.Option("--source", help="Source id (in the base or the workspace's sources.csv).")],
    basis: Annotated[
        str, typer.Option("--basis", help="measured, reported, specified, estimated, target, forecast...")
    ],
    grade: Annotated[str, typer.Option("--grade", help="primary, secondary or unverified.")],
    value: Annotated[float | None, typer.Option("--value")] = None,
    low: Annotated[float | None, typer.Option("--low")] = None,
    high: Annotated[float | None, typer.Option("--high")] = None,
    locator: Annotated[str, typer.Option("--locator", help="Page, table or sentence in the source.")] = "",
    text: Annotated[str, typer.Option("--note", help="Caveats.")] = "",
    replaces: Annotated[str | None, typer.Option("--replaces", help="Claim that this one sets aside.")] = None,
    as_json: Json = False,
) -> None:
    """Add one claim to the workspace, after all checks."""
    from rechenmacht.evidence.workspace import add_claim

    claim = add_claim(
        _mine(),
        subject=subject, quantity=quantity, low=low, value=value, high=high, unit=unit, as_of=as_of, source=source,
        locator=locator, basis=basis, grade=grade, note=text, replaces=replaces,
    )  # fmt: skip
    if as_json:
        emit(asdict(claim))
    else:
        say(f"added {claim.id} to {_mine()}")


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help="Importer; facts import list names them.")],
    file: Annotated[Path | None, typer.Argument(help="The file or folder as its publisher ships it.")] = None,
    vintage: Annotated[
        str, typer.Option("--vintage", help="Date of the copy, 2026-05-23, where it is not the usual one.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Read a public data set into the workspace."""
    from rechenmacht.evidence.importers import IMPORTERS

    if name == "list":
        if as_json:
            emit([{"name": i.name, "title": i.title, "wants": i.wants} for i in IMPORTERS.values()])
        else:
            say(table(((i.name, i.wants, i.title) for i in IMPORTERS.values()), ("name", "wants", "title")))
        return
    if name not in IMPORTERS:
        raise BadInput(f"no importer {name!r}{nearest(name, IMPORTERS)}; known: {', '.join(IMPORTERS)}")
    if file is None:
        raise BadInput(f"name the file or folder to import: {IMPORTERS[name].wants}")
    from rechenmacht.evidence.workspace import write_imported

    mine, facts = _mine(), base()
    imported = IMPORTERS[name].read(file, facts.tables.corrections, vintage)
    copy = imported.sources[0].id if imported.sources else name  # each vintage has a file of its own
    written = asdict(write_imported(mine, imported, copy))
    if as_json:
        emit(written)
    else:
        say(f"{name}: " + ", ".join(f"{count} {what}" for what, count in written.items()) + f" -> {mine}")


@app.command()
def update(
    names: Annotated[list[str] | None, typer.Argument(help="Importers to fetch and run; all if none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch the pinned public data sets (needs a network) and import them into the workspace."""
    from rechenmacht.evidence.update import update as fetch

    results = fetch(names or [], _mine(), tell=note)
    if as_json:
        emit({name: asdict(written) for name, written in results.items()})
    else:
        rows = ((name, str(w.claims), str(w.history), str(w.known)) for name, w in results.items())
        say(table(rows, ("data set", "claims", "history", "known already")))


def init(folder: Annotated[Path, typer.Argument(help="Folder to make.")] = Path(), as_json: Json = False) -> None:
    """Make a workspace: a folder whose claims, parameters and scenarios overlay the shipped ones."""
    from rechenmacht.evidence.workspace import init as make

    make(folder)
    if as_json:
        emit({"workspace": str(folder.resolve())})
    else:
        say(f"workspace made in {folder.resolve()}")
