"""Charts with addresses of their own: for each a page, SVG, PNG, CSV, a picture for sharing, and metadata as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from rechenmacht import __version__
from rechenmacht.answers.answer import Answer, Ranges
from rechenmacht.dates import span
from rechenmacht.evidence.forms import OWN_CLASSES, Source
from rechenmacht.evidence.package import LICENCE
from rechenmacht.faces import charts as vega
from rechenmacht.faces import drawn, machine
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site import svg
from rechenmacht.outputs.site.frame import Page, Site, joined, place
from rechenmacht.outputs.site.look import linked_sources, table
from rechenmacht.outputs.site.png import smaller
from rechenmacht.outputs.site.subjects import EXPECTED

Picture = tuple[str, int, int]
MOST_LISTED = 15  # publications on a chart's page; all stand in its metadata


@dataclass(frozen=True)
class Chart:
    """A chart: what it is called and shows in words of a language, how it is drawn, its rows, what it rests on."""

    name: str
    title: Callable[[Words], str]
    about: Callable[[Words], str]
    alt: Callable[[Words], str]
    draw: Callable[[Words, int], Picture]
    table: Callable[[Words], Markup]
    csv: Callable[[], str]
    answer: Callable[[], Answer]
    data_to: Callable[[], str]


def sources(site: Site, answer: Answer) -> list[Source]:
    """Return the publications of an answer's claims, each once, those with most claims first, our own notes last."""
    counted: dict[str, int] = {}
    for claim in answer.claims:
        if claim in site.base.claims:
            name = site.base.claims[claim].source
            counted[name] = counted.get(name, 0) + 1
    ordered = [site.base.sources[name] for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    return sorted(ordered, key=lambda one: one.class_ in OWN_CLASSES)


def newest(site: Site, answer: Answer) -> str:
    """Return the last day that the facts behind an answer are about; what is expected, or stands in no publication of others, does not count."""
    known = (site.base.claims[name] for name in answer.claims if name in site.base.claims)
    days = (
        min(span(one.as_of)[1].isoformat(), site.day)
        for one in known
        if one.basis not in EXPECTED and site.base.sources[one.source].class_ not in OWN_CLASSES
    )
    return max(days, default="")


def ranges_chart(site: Site, name: str, ask: Callable[[], Answer], chart: str, unit: str = "") -> Chart:
    """Return an answer's chart of points with ranges, under a name of its own."""

    def one() -> Ranges:
        found = next(c for c in ask().charts if c.name == chart)
        assert isinstance(found, Ranges)  # noqa: S101 - charts of quarters are drawn as outcomes
        return found

    def bars(words: Words) -> tuple[list[svg.Bar], str]:
        answer, spec = ask(), one()
        source = next(t for t in answer.tables if t.name == spec.table)
        rows = drawn.rows_of(answer, spec)
        shown = unit or drawn._unit(spec, source.kinds[spec.band], rows[0]) if rows else unit
        rows = sorted(rows, key=lambda row: -abs(drawn._ends(row[spec.band])[1]))[: spec.most]
        found = []
        for row in rows:
            low, mid, high, _ = drawn._ends(row[spec.band])
            text = (
                words.language.estimate(low, mid, high, shown, 2)
                if low != high
                else words.language.amount(mid, shown, 2)
            )
            found.append(
                svg.Bar(words.cell(row[spec.label], source.kinds[spec.label], row), low, mid, high, text, "orange")
            )
        return found, shown

    def draw(words: Words, width: int) -> Picture:
        found, shown = bars(words)
        return svg.ranges(found, shown, words.language, width)

    def title(words: Words) -> str:
        return drawn.title(ask(), one(), words)

    def alt(words: Words) -> str:
        return f"{title(words)}. " + "; ".join(f"{bar.name}: {bar.text}" for bar in bars(words)[0]) + "."

    def rows(words: Words) -> Markup:
        heads = [words.text("site.what"), words.text("site.figure")]
        return table(heads, [[bar.name, bar.text] for bar in bars(words)[0]], numeric=[1], label=title(words))

    def csv() -> str:
        return machine.csv_text(next(t for t in ask().tables if t.name == one().table))

    return Chart(
        name, title, lambda words: words.text("site.ranges_about"), alt, draw, rows, csv, ask,
        lambda: str(ask().values.get("at") or newest(site, ask())),
    )  # fmt: skip


def figure(
    site: Site, chart: Chart, words: Words, level: str = "h2", *, small: bool = False, head: bool = True
) -> Markup:
    """Return a chart for a page, in a wide and a narrow drawing, with its files and what it rests on."""
    title, alt = chart.title(words), chart.alt(words)
    widths = (("wide", 520 if small else svg.WIDE), ("narrow", svg.NARROW))
    pictures = Markup('<div role="img" aria-label="{}">{}</div>').format(
        alt, joined(svg.inline(chart.draw(words, width), kind) for kind, width in widths)
    )
    name = (
        Markup('<{0}><a href="~/charts/{1}.html">{2}</a></{0}>').format(Markup(level), chart.name, title)  # noqa: S704 - `h2` or `h3`
        if head
        else ""
    )
    caption = Markup("<figcaption>{} {}</figcaption>").format(chart.about(words), credit(site, chart, words))
    return joined(["<figure>", name, pictures, caption, files(chart.name), "</figure>"])


def credit(site: Site, chart: Chart, words: Words) -> Markup:
    """Return how new a chart's data are and whose, with links."""
    answer = chart.answer()
    day = words.language.date(chart.data_to()) if chart.data_to() else words.text("date.unknown")
    return Markup('{} {}: {}. <a href="~/glossary.html">{}</a>').format(
        words.text("site.data_to", day=day), words.text("site.source"), linked_sources(sources(site, answer), words),
        words.text("site.words"),
    )  # fmt: skip


def files(name: str) -> Markup:
    """Return links to a chart's files."""
    return Markup(
        '<p class="files note"><a href="~/charts/{0}.svg">SVG</a> <a href="~/charts/{0}.png">PNG</a> '
        '<a href="~~/charts/{0}.csv">CSV</a> <a href="~~/charts/{0}.json">JSON</a></p>'
    ).format(name)


def _foot(site: Site, chart: Chart, words: Words) -> list[str]:
    publishers = list(dict.fromkeys(one.publisher for one in sources(site, chart.answer())))
    more = f" +{len(publishers) - 6}" if len(publishers) > 6 else ""
    address = site.whole(place(f"charts/{chart.name}.html", words.language.code))
    return [
        f"{words.text('site.source')}: {', '.join(publishers[:6]) or words.text('figure.own')}{more}; "
        f"{words.text('site.data_to', day=words.language.date(chart.data_to()))}",
        f"Rechenmacht {__version__}, {words.text('play.data')} {site.base.checksum[:12]}, "
        f"{words.language.date(site.day)}; {LICENCE['name']}; {address}",
    ]


def as_svg(site: Site, chart: Chart, words: Words, size: tuple[int, int] | None = None) -> str:
    """Return the chart as a file that says its title, definition, source, date, address and licence."""
    picture = chart.draw(words, svg.WIDE)
    return svg.standalone(picture, chart.title(words), [chart.about(words)], _foot(site, chart, words), size)


def svg_bytes(site: Site, chart: Chart, words: Words) -> bytes:
    """Return the chart's SVG file."""
    return as_svg(site, chart, words).encode()


def png_bytes(site: Site, chart: Chart, words: Words, size: tuple[int, int] | None = None) -> bytes:
    """Return the chart's PNG file: at one and a quarter of its size, or of twice the given one."""
    return smaller(vega.to_png(as_svg(site, chart, words, size), 2.0 if size else 1.25))


def metadata(site: Site, chart: Chart) -> bytes:
    """Return what a program needs to know of a chart."""
    answer = chart.answer()
    stem = f"charts/{chart.name}"
    found = {
        "name": chart.name,
        "title": {code: chart.title(words) for code, words in site.both.items()},
        "definition": {code: chart.about(words) for code, words in site.both.items()},
        "text": {code: chart.alt(words) for code, words in site.both.items()},
        "date": site.day, "data_to": chart.data_to(), "version": __version__, "data_checksum": site.base.checksum,
        "question": {"name": answer.question.name, "asked": answer.question.model_dump(mode="json")},
        "licence": {"name": LICENCE["name"], "url": LICENCE["path"]},
        "address": {code: site.whole(place(f"{stem}.html", code)) for code in site.both},
        "files": {"csv": f"{chart.name}.csv", "svg": f"{chart.name}.svg", "png": f"{chart.name}.png"},
        "claims": len(answer.claims),
        "sources": [
            {"id": one.id, "publisher": one.publisher, "date": one.published, "url": one.address}
            for one in sources(site, answer)
        ],
    }  # fmt: skip
    return (json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def page_of(site: Site, chart: Chart, words: Words) -> Page:
    """Return a chart's page: the picture, its numbers, how to embed it, and every source."""
    title = chart.title(words)
    address = site.whole(place(f"charts/{chart.name}-embed.html", words.language.code))
    _, wide, high = chart.draw(words, svg.WIDE)
    code = (
        f'<iframe src="{address}" title="{title}" style="width:100%;max-width:{wide + 32}px;'
        f'aspect-ratio:{wide + 32}/{high + 190};border:0" loading="lazy"></iframe>'
    )
    found = sources(site, chart.answer())
    body = joined([
        figure(site, chart, words, head=False),
        Markup("<p class=note>{}</p>").format(chart.alt(words)),
        Markup("<h2>{}</h2>{}").format(words.text("site.numbers"), chart.table(words)),
        Markup("<h2>{}</h2><pre tabindex=0 data-copy data-site>{}</pre>").format(words.text("site.embed"), code),
        Markup("<h2>{} ({})</h2>{}").format(words.text("site.sources"), len(found), listing(found, words, chart.name)),
    ])  # fmt: skip
    return Page(title, chart.alt(words)[:280], body, "charts", chart.name)


def listing(found: Sequence[Source], words: Words, name: str) -> Markup:
    """Return publications as a list; of many the first, and where all of them stand."""
    rows = Markup("").join(
        Markup('<li><span lang="en"><a href="{}">{}</a>, {}</span>, {}</li>').format(
            one.address, one.title or one.id, one.publisher, words.language.date(one.published)
        )
        if one.address.startswith("http")
        else Markup('<li lang="en">{}, {}</li>').format(one.title or one.id, one.publisher)
        for one in found[:MOST_LISTED]
    )
    more = Markup("")
    if len(found) > MOST_LISTED:
        more = Markup('<p class="note"><a href="~~/charts/{}.json">{}</a></p>').format(
            name, words.text("site.all_sources", count=len(found))
        )
    return Markup('<ul class="plain note">{}</ul>{}').format(rows, more)


def embedded(chart: Chart, words: Words) -> bytes:
    """Return a page that holds the chart alone, for frames."""
    code, title = words.language.code, Markup.escape(chart.title(words))
    top = "../" * (1 + (code != "en"))
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{title}</title><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{top}assets/site.css"></head><body class="embed">'
        f'<main><h1 class="skip">{title}</h1><a href="{chart.name}.html" target="_top"><img src="{chart.name}.svg" '
        f'alt="{Markup.escape(chart.alt(words))}"></a></main></body></html>'
    ).encode()


def register(site: Site, chart: Chart) -> Chart:
    """Give a chart its addresses."""
    site.charts[chart.name] = chart
    stem = f"charts/{chart.name}"
    site.page(f"{stem}.html", lambda words: page_of(site, chart, words))
    site.file(f"{stem}.csv", lambda: chart.csv().encode())
    site.file(f"{stem}.json", lambda: metadata(site, chart))
    for code, words in site.both.items():
        own = place(stem, code)
        site.file(f"{own}.svg", partial(svg_bytes, site, chart, words))
        site.file(f"{own}.png", partial(png_bytes, site, chart, words))
        site.file(f"{own}-embed.html", partial(embedded, chart, words))
    return chart


def shared_picture(site: Site, chart: Chart) -> None:
    """Give a chart a picture for sharing, 1200 by 630."""
    for code, words in site.both.items():
        path = f"{place(f'charts/{chart.name}', code)}.share.png"
        site.file(path, partial(png_bytes, site, chart, words, (600, 315)))


def index(site: Site, groups: Sequence[tuple[str, Sequence[Chart]]]) -> Callable[[Words], Page]:
    """Return the page that lists all charts, in groups by the key of their name in the locales."""

    def page(words: Words) -> Page:
        parts = [Markup("<p class=about>{}</p>").format(words.text("site.charts.about"))]
        for group, charts in groups:
            rows = Markup("").join(
                Markup('<li><a href="~/charts/{}.html">{}</a></li>').format(one.name, one.title(words))
                for one in charts
            )
            parts.append(Markup('<h2>{}</h2><ul class="plain columns">{}</ul>').format(words.text(group), rows))
        return Page(words.text("site.nav.charts"), words.text("site.charts.about"), joined(parts), "charts")

    return page
