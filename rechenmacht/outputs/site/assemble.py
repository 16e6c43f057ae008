"""All pages and files of the site in one place, by path: what `rechenmacht site` writes and `rechenmacht serve` answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from rechenmacht.answers.question import DRAWS
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.conflicts import conflicts
from rechenmacht.faces import charts as vega
from rechenmacht.faces.language import LANGUAGES
from rechenmacht.outputs.rules_feed import atom
from rechenmacht.outputs.site import charts, svg
from rechenmacht.outputs.site.data import Data
from rechenmacht.outputs.site.debate import Debate
from rechenmacht.outputs.site.docs import Docs
from rechenmacht.outputs.site.explained import about, glossary, lost
from rechenmacht.outputs.site.feeds import facts_feed, robots, sitemap
from rechenmacht.outputs.site.frame import HERE, PICTURE, Site, stylesheet
from rechenmacht.outputs.site.makers import Makers
from rechenmacht.outputs.site.outcomes import outcome_chart, shown, slug
from rechenmacht.outputs.site.places import Places
from rechenmacht.outputs.site.png import smaller
from rechenmacht.outputs.site.rulings import Rulings, link_of
from rechenmacht.outputs.site.subjects import Facts, sources_page
from rechenmacht.outputs.site.systems import Money, Systems
from rechenmacht.outputs.site.ten import front, ten
from rechenmacht.outputs.site.worlds import Worlds

SCRIPTS = ("site.js", "search.js", "rules.js")


def contradicted(base: Base) -> dict[str, tuple[str, ...]]:
    """Return the claims that contradict each claim."""
    found: dict[str, tuple[str, ...]] = {}
    for one in conflicts(base):
        ids = [claim.id for claim in one.claims]
        found |= {name: tuple(other for other in ids if other != name) for name in ids}
    return found


def picture(site: Site) -> bytes:
    """Return the picture that stands for pages without a chart of their own."""
    words = site.both["en"]
    text = svg.text(40, 150, "Rechenmacht", 64, more=' font-weight="700"') + svg.text(
        40, 200, words.text("site.front.title"), 22, "muted"
    )
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="315" viewBox="0 0 600 315" style="{svg.FONT}">'
        f'<rect width="600" height="315" fill="{svg.colour("paper")}"/>{text}</svg>'
    )
    return smaller(vega.to_png(svg.plain(whole)))


def assembled(
    base: Base, day: str, address: str = "", race: str = "race/index.html", docs: bool = True, draws: int = DRAWS
) -> Site:
    """Return the site; nothing is computed yet but what the list of pages needs.

    Args:
        base: the fact base.
        day: the day it is made, ISO.
        address: where it will lie, if that is known.
        race: where the interactive page lies; empty: there is none.
        docs: whether the project's documents are pages of it.
        draws: of every answer that draws.
    """
    site = Site(base, day, address, race, draws)
    known = {one.id: charts.register(site, outcome_chart(site, one)) for one in shown()}
    asked = ten(site, known)
    site.page("index.html", front(site, asked))
    for one in asked:
        charts.shared_picture(site, one.chart)
    facts = Facts(site, contradicted(base))
    facts.register()
    rulings = Rulings(site)
    rulings.register()
    makers = Makers(site, rulings.chips)
    families = makers.register()
    facts.more |= {one.id: link_of(one, makers) for one in rulings.chips}
    worlds = Worlds(site)
    compared = worlds.charts()
    worlds.register()
    Places(site, rulings, facts).register()
    Systems(site).register()
    money = Money(site)
    money.register()
    Debate(site).register()
    data = Data(site)
    data.register()
    site.release = data  # type: ignore[attr-defined]
    own = [one.chart for one in asked if one.chart.name not in {slug(name) for name in known}]
    site.page(
        "charts/index.html",
        charts.index(site, [
            ("site.charts.worlds", compared), *grouped(known), ("site.charts.chips", families),
            ("site.charts.own", [*own, *money.charts()]),
        ]),
    )  # fmt: skip
    site.page("sources.html", sources_page(site))
    site.page("about.html", about(site))
    site.page("glossary.html", glossary(site))
    site.page("404.html", lost(site))
    if docs:
        Docs(site).register()
    _files(site)
    return site


def grouped(known: Mapping[str, charts.Chart]) -> list[tuple[str, list[charts.Chart]]]:
    """Return the charts of outcomes by the groups of the interactive page."""
    found: dict[str, list[charts.Chart]] = {}
    for one in shown():
        found.setdefault(one.group, []).append(known[one.id])
    return [(f"stage.group.{group}", some) for group, some in found.items()]


def _rules_feed(site: Site, code: str) -> bytes:
    return atom(site.base, code, site.day).encode()  # type: ignore[arg-type]


def _files(site: Site) -> None:
    site.file("assets/site.css", stylesheet)
    for name in SCRIPTS:
        site.file(f"assets/{name}", (HERE / name).read_bytes)
    site.file(PICTURE, lambda: picture(site))
    for code in LANGUAGES:
        name = "rules.atom" if code == "en" else f"rules.{code}.atom"
        site.file(name, partial(_rules_feed, site, code))
    site.file("feed.atom", lambda: facts_feed(site))
    site.file("sitemap.xml", lambda: sitemap(site))
    site.file("robots.txt", lambda: robots(site))
