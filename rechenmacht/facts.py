"""Questions of the domain facts. Written by `python -m rechenmacht.faces.python`."""

from typing import Any

from rechenmacht.faces.python import Given, ask


def sources(*, weak: bool = False, lang: str = "en") -> Given:
    """List the publications; with --weak, what rests on weak ones alone.

    Args:
        weak: only what rests on weak sources alone: headline numbers, parameters, claims.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.sources", locals())


def stale(*, on: str | None = None, lang: str = "en") -> Given:
    """Show how old the newest outside observation of each topic and headline number is, and when the next is due.

    Args:
        on: the day from which age is counted, 2026-11-30; today, if none is named.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.stale", locals())


def diff(
    before: str | None = None, after: str | None = None, *, old: Any = None, new: Any = None, lang: str = "en"
) -> Given:
    """Show which claims were added, corrected, withdrawn between two editions of the fact base.

    Args:
        before: the earlier edition: a folder with claims/*.csv or a release's .zip.
        after: the later edition; the shipped one, if none is named.
        old: the earlier edition's version and claims.
        new: the later edition's version and claims.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.diff", locals())


def fact(subject: str, quantity: str, *, at: str | None = None, lang: str = "en") -> Given:
    """Say one number of a subject: all claims about it pooled by the stated rule.

    Args:
        subject: id, name or alias, such as H100.
        quantity: quantity, such as tdp; docs/quantities.md lists them.
        at: the date asked for: 2025, 2025-Q3, 2025-06-30.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.fact", locals())


def claims(
    subject: str, quantity: str | None = None, *, offset: int = 0, limit: int | None = None, lang: str = "en"
) -> Given:
    """List the claims about a subject, of all quantities or of one.

    Args:
        subject: id, name or alias, such as H100.
        quantity: only this quantity.
        offset: how many rows of the list to pass over.
        limit: how many rows of the list to give; all, if none is said.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.claims", locals())


def listing(
    *, offset: int = 0, limit: int | None = None, kind: str | None = None, quantity: str | None = None, lang: str = "en"
) -> Given:
    """List what the base knows something about, with the number of claims; with --quantity, the claims.

    Args:
        offset: how many rows of the list to pass over.
        limit: how many rows of the list to give; all, if none is said.
        kind: only entities of this kind: chip, system, org...
        quantity: only claims of this quantity.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.listing", locals())


def show(thing: str, quantity: str | None = None, *, at: str | None = None, lang: str = "en") -> Given:
    """Print every claim about something, each with its source; with a quantity, the pooled value too.

    Args:
        thing: entity (id, name or alias), claim, source, quantity or parameter.
        quantity: only this quantity, pooled to one distribution.
        at: the date asked for: 2025, 2025-Q3, 2025-06-30.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.show", locals())


def conflicts(*, offset: int = 0, limit: int | None = 50, topic: str | None = None, lang: str = "en") -> Given:
    """List where sources disagree by more than their stated spread, and why, largest factor first.

    Args:
        offset: how many rows of the list to pass over.
        limit: how many rows of the list to give; all, if none is said.
        topic: only this quantity, family or subject.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.conflicts", locals())


def query(sql: str, *, limit: int = 1000, lang: str = "en") -> Given:
    """Run one read-only SQL query over the base (DuckDB; no file or network access).

    Args:
        sql: one SELECT over claims, history, entities, sources, quantities...
        limit: most rows to print.
        lang: Language of names and texts: en or de.
    """
    return ask("facts.query", locals())


def validate(*, lang: str = "en") -> Given:
    """Check the whole base (and the workspace); exit code 1 if anything is wrong.

    Args:
        lang: Language of names and texts: en or de.
    """
    return ask("facts.validate", locals())
