"""Small parts of pages: tables that scroll by keyboard, names with links, publishers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from rechenmacht.answers.answer import Answer
from rechenmacht.evidence.forms import OWN_CLASSES, Source
from rechenmacht.faces.html import Link, html
from rechenmacht.faces.words import Words

KEPT = re.compile(
    r"<(svg|pre|code|script|title)\b.*?</\1>|<td class=\"?n\"?>[^<]*|<[^>]*>|((?:[\d.,−]*\d(?:[ \u00a0]?%)? (?=\())?\(?[\d.,−]*\d(?:[ \u00a0]?%)?–[\d.,−]*\d(?:[ \u00a0]?%)?\)?)|(\d)[ \u00a0]%",
    re.DOTALL,
)
"""What stands in a page: pictures, literal text, cells that do not break, tags; ranges of numbers; percentages."""


SIGNED = re.compile("[ \u00a0]%")
SIGNS = {"en": "%", "de": "\u00a0%"}
"""How each language writes the sign after a number: 82%, 82 %."""


def unbroken(page: str, code: str = "de") -> str:
    """Return a page whose ranges and percentages do not break over two lines; the sign as its language has it."""

    def kept(found: re.Match[str]) -> str:
        if found[2]:
            return f"<span class=nb>{SIGNED.sub(SIGNS[code], found[2])}</span>"
        return f"{found[3]}{SIGNS[code]}" if found[3] else found[0]

    return KEPT.sub(kept, page)


def table(
    heads: Sequence[Any], rows: Iterable[Sequence[Any]], numeric: Container[int] = (), label: str = "", *,
    stacks: bool = False,
) -> Markup:  # fmt: skip
    """Return a table in a box that scrolls sideways; the first cell of a row names it.

    With `stacks` a narrow screen shows each row as a block, every cell with its head before it.
    """
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="n"') if place in numeric else "", one)
        for place, one in enumerate(heads)
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<th scope="row">{}</th>').format(cell)
                if place == 0
                else Markup("<td{}{}>{}</td>").format(
                    Markup(' class="n"') if place in numeric else "",
                    Markup(' data-head="{}"').format(heads[place]) if stacks else "",
                    cell,
                )
                for place, cell in enumerate(row)
            )
        )
        for row in rows
    )
    return Markup(
        '<div class="wide{}" tabindex="0" role="group" aria-label="{}"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(" stacks" if stacks else "", label, head, body)


def answer(found: Answer, words: Words, link: Link, label: str) -> Markup:
    """Return an answer's values, tables and notes, as every face shows them."""
    return Markup('<div class="wide" tabindex="0" role="group" aria-label="{}">{}</div>').format(
        label, html(found, words, link)
    )


def linked_sources(found: Sequence[Source], words: Words, most: int = 3) -> Markup:
    """Return the first publishers with links, the project's own notes last, and how many more there are."""
    names: dict[str, Source] = {}
    for one in sorted(found, key=lambda source: source.class_ in OWN_CLASSES):
        names.setdefault(one.publisher or one.id, one)
    shown = [
        Markup('<a href="{}" lang="en">{}</a>').format(one.address, name)
        if one.address.startswith("http")
        else Markup('<span lang="en">{}</span>').format(name)
        for name, one in list(names.items())[:most]
    ]
    if len(names) > most:
        shown.append(Markup("{}").format(words.text("site.and_more", count=len(names) - most, all=len(found))))
    return Markup(", ").join(shown) if shown else Markup("{}").format(words.text("figure.own"))


def a(href: str, said: str | Markup) -> Markup:
    """Return a link."""
    return Markup('<a href="{}">{}</a>').format(href, said)


def listed(rows: Iterable[Any], kind: str = "plain columns") -> Markup:
    """Return a list."""
    return Markup('<ul class="{}">{}</ul>').format(
        kind, Markup("").join(Markup("<li>{}</li>").format(row) for row in rows)
    )
