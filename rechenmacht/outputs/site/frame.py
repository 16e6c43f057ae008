"""What a site is made of: pages and files by path, answers asked once, words of both languages, links from page to page.

A page is known by its path without language, `facts/chip/h100-sxm.html`; the German page lies under `de/`. In a page,
`~/` stands for the folder of its language and `~~/` for the site's; both become relative paths, so that the folder works
at any address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rechenmacht import __version__
from rechenmacht.answers.answer import Answer, Row
from rechenmacht.answers.question import DRAWS
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.package import LICENCE
from rechenmacht.faces import theme
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.faces.registry import everything
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site.alike import alike
from rechenmacht.outputs.site.look import unbroken
from rechenmacht.outputs.site.said import PageWords

HERE = Path(__file__).parent
NAV = {
    "front": "index.html", "race": "~race", "facts": "facts/index.html", "places": "places/index.html",
    "rules": "rules/index.html", "systems": "systems/index.html", "capital": "capital/index.html",
    "claims": "claims/index.html", "charts": "charts/index.html", "data": "data/index.html", "docs": "docs/index.html",
}  # fmt: skip
"""The parts of the site, in reading order; `~race` is where the interactive page lies."""
PICTURE = "assets/share.png"
OTHERWISE = "docs/index.html"  # where the other language of a page in English only leads
TOGETHER = frozenset({"run", "deal", "rule", "case", "chipline"})
"""Kinds whose things share one page."""


@dataclass(frozen=True)
class Page:
    """A page in one language: its title, a sentence about it, what it shows, and the chart that stands for it."""

    title: str
    summary: str
    body: Markup
    part: str = ""
    chart: str = ""
    script: str = ""


Maker = Callable[[Words], Page]


class Site:
    """A site to be written or served.

    Args:
        base: the fact base.
        day: the day it is made, ISO.
        address: where it will lie, if that is known; feeds, share pictures and the site map name whole addresses then.
        race: the path of the interactive page in English; the German one lies in `de/` beside it.
        draws: of every answer that draws.
    """

    def __init__(
        self, base: Base, day: str, address: str = "", race: str = "race/index.html", draws: int = DRAWS
    ) -> None:
        self.base, self.day, self.address, self.race, self.draws = base, day, address.rstrip("/"), race, draws
        self.pages: dict[str, Maker] = {}
        self.english: set[str] = set()
        self.files: dict[str, Callable[[], bytes]] = {}
        self.charts: dict[str, Any] = {}
        self.answers: dict[str, Answer] = {}
        self.report = True  # whether the report lies beside the pages
        self.series: dict[str, dict[str, list[Row]]] = {}
        self.missing: list[str] = []

    @cached_property
    def both(self) -> dict[str, Words]:
        """The words of each language."""
        return {code: PageWords(language(code), self.base) for code in LANGUAGES}

    @cached_property
    def alike(self) -> dict[str, int]:
        """Claims that a source states for several countries alike, with their number."""
        return alike(self.base.tables.claims)

    def ask(self, name: str, **given: Any) -> Answer:
        """Return the answer to a question, asked once."""
        key = json.dumps([name, given], sort_keys=True)
        if key not in self.answers:
            if "draws" in everything()[name].model_fields:
                given = {"draws": self.draws, **given}
            self.answers[key] = answered(settled(everything()[name], given, self.base), self.base)
        return self.answers[key]

    def page(self, path: str, maker: Maker, *, english: bool = False) -> None:
        """Add a page in both languages, or one that there is in English only."""
        self.pages[path] = maker
        if english:
            self.english.add(path)

    def file(self, path: str, maker: Callable[[], bytes]) -> None:
        """Add a file."""
        self.files[path] = maker

    def languages(self, path: str) -> tuple[str, ...]:
        """Return the languages that a page is written in."""
        return LANGUAGES if path not in self.english else LANGUAGES[:1]

    def paths(self) -> list[str]:
        """Return the paths of all pages, with language."""
        return [place(path, code) for path in self.pages for code in self.languages(path)]

    def made(self, path: str) -> bytes | None:
        """Return the page or file at a path of the site; None where there is none."""
        if path in self.files:
            return self.files[path]()
        code, bare = ("de", path.removeprefix("de/")) if path.startswith("de/") else ("en", path)
        maker = self.pages.get(bare) if code in self.languages(bare) else None
        return None if maker is None else rendered(self, bare, code, maker(self.both[code])).encode()

    @cached_property
    def names(self) -> dict[str, str]:
        """The path of the page of each thing that has claims, by its id."""
        subjects = dict.fromkeys(claim.subject for claim in self.base.tables.claims)
        return {one: subject_path(one) for one in subjects if one in self.base.entities}

    def claim_link(self, claim: str) -> str | None:
        """Return where a claim is shown."""
        found = self.base.claims.get(claim)
        return f"~/{self.names[found.subject]}#{claim}" if found and found.subject in self.names else None

    def link(self, kind: str, name: str) -> str | None:
        """Return where a claim or a publication is shown."""
        if kind == "claim":
            return self.claim_link(name)
        return f"~/sources.html#{name}" if kind == "source" and name in self.base.sources else None

    def whole(self, path: str) -> str:
        """Return the whole address of a path, or the path where the site's address is not known."""
        return f"{self.address}/{path}" if self.address else path


def subject_path(subject: str) -> str:
    """Return the path of the page of a thing; a country's is that of its place."""
    kind, _, name = subject.partition(":")
    if kind == "country" and len(name) == 2:
        return f"places/{name.upper()}.html"
    if kind in TOGETHER:
        return f"facts/{kind}.html"
    return f"facts/{kind}/{name.replace(':', '-').replace('/', '-')}.html"


def place(path: str, code: str) -> str:
    """Return a page's path with its language."""
    return path if code == "en" else f"{code}/{path}"


def race_path(race: str, code: str) -> str:
    """Return where the interactive page lies in a language."""
    folder, _, name = race.rpartition("/")
    return race if code == "en" else f"{folder}/{code}/{name}"


def linked(text: str, path: str, code: str) -> str:
    """Return a page's text with its links made relative to where it lies."""
    depth = path.count("/")
    own = "../" * depth
    top = "../" * (depth + (code != "en"))
    return text.replace("~~/", top).replace("~/", own)


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)  # fmt: skip


def bibtex(title: str, path: str, site: Site) -> str:
    """Return a page's entry for BibTeX."""
    key = "rechenmacht-" + path.removesuffix(".html").replace("/index", "").replace("/", "-").lower()
    where = f",\n  url = {{{site.whole(path)}}}" if site.address else ""
    return (
        f"@misc{{{key},\n  title = {{{{{title}}}}},\n  author = {{{{The Rechenmacht developers}}}},\n"
        f"  year = {{{site.day[:4]}}},\n  month = {{{int(site.day[5:7])}}},\n"
        f"  note = {{Rechenmacht {__version__}, data {site.base.checksum[:12]}, {site.day}}}{where}\n}}"
    )


def shown_when_shared(site: Site, chart: str, code: str) -> str:
    """Return the path of the picture that stands for a page where it is shared: its chart's, or the site's."""
    stem = place(f"charts/{chart}", code)
    return next((path for path in (f"{stem}.share.png", f"{stem}.png") if path in site.files), PICTURE)


def rendered(site: Site, path: str, code: str, page: Page) -> str:
    """Return a page as HTML."""
    words = site.both[code]
    other = next(one for one in LANGUAGES if one != code)
    full = place(path, code)
    race = f"~~/{race_path(site.race, code)}" if site.race else ""
    nav = [
        (part, race if target == "~race" else f"~/{target}", words.text(f"site.nav.{part}"))
        for part, target in NAV.items()
        if (target != "~race" or race) and (target in site.pages or target == "~race")
    ]  # fmt: skip
    picture = shown_when_shared(site, page.chart, code)
    text = _environment().get_template("frame.html.j2").render(
        t=words.text, lang=code, page=page, path=path, nav=nav, other=f"~~/{place(path if path not in site.english else OTHERWISE, other)}", other_code=other,
        other_name=language(other).text("page.language"), day=site.day, day_said=words.language.date(site.day),
        version=__version__, checksum=site.base.checksum[:12], address=site.whole(full), full=full, report=site.report, known=bool(site.address),
        picture=site.whole(picture), bibtex=bibtex(page.title, full, site), licence=LICENCE,
    )  # fmt: skip
    return linked(unbroken(text, code), path, code)


def footer(site: Site, code: str) -> str:
    """Return what the footers of all pages say, for the interactive page, which lies at `race/` and `race/de/`."""
    text = (
        _environment()
        .get_template("footer.html.j2")
        .render(t=site.both[code].text, lang=code, licence=LICENCE, report=site.report)
    )
    top = "../" if code == "en" else "../../"
    return text.replace("~~/", top).replace("~/", top + ("" if code == "en" else f"{code}/"))


def stylesheet() -> bytes:
    """Return the site's styles: the roles' colours in both themes, then the sheet."""
    light, dark = (f"color-scheme:{one};{theme.css_variables(one)}" for one in ("light", "dark"))
    head = (
        f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f":root[data-theme=light]{{{light}}}\n:root[data-theme=dark]{{{dark}}}\n"
    )
    return (head + (HERE / "style.css").read_text(encoding="utf-8")).encode()


def joined(parts: Iterable[str]) -> Markup:
    """Return parts as one markup."""
    return Markup("\n").join(map(Markup, parts))
