"""The project's documents as pages, where they lie beside the package; in English, as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rechenmacht.faces.words import Words
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a, listed

TOP = Path(__file__).resolve().parents[3]
TOPS = ("README.md", "GLOSSARY.md", "CHANGELOG.md", "DATA-ATTRIBUTION.md", "CONTRIBUTING.md", "SECURITY.md")
PICTURES = {".svg", ".png"}
LEFT_OUT = {"claims.de.md"}


def found(top: Path = TOP) -> dict[str, Path]:
    """Return the documents by their path in the site, `docs/race/adoption.html`; none where there is no docs folder."""
    if not (top / "docs" / "guide.md").is_file():
        return {}
    files = {f"docs/{path.stem}.html": path for name in TOPS if (path := top / name).is_file()}
    for path in sorted((top / "docs").rglob("*.md")):
        if path.name not in LEFT_OUT:
            files[f"docs/{path.relative_to(top / 'docs').with_suffix('').as_posix()}.html"] = path
    for path in sorted((top / "decisions").glob("*.md")):
        files[f"docs/decisions/{path.stem}.html"] = path
    return files


def slugged(text: str) -> str:
    """Return a heading's anchor, as readers of Markdown make it."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def _anchored(html: str) -> str:
    used: dict[str, int] = {}

    def named(match: re.Match[str]) -> str:
        level, inside = match.groups()
        slug = slugged(re.sub(r"<[^>]+>", "", inside)) or "part"
        used[slug] = used.get(slug, -1) + 1
        own = slug if not used[slug] else f"{slug}-{used[slug]}"
        return f'<h{level} id="{own}">{inside}</h{level}>'

    return re.sub(r"<h([2-6])>(.*?)</h\1>", named, html, flags=re.DOTALL)


class Docs:
    """The pages of documents."""

    def __init__(self, site: Site, top: Path = TOP) -> None:
        self.site, self.top = site, top
        self.files = found(top)
        self.at = {path.resolve(): place for place, path in self.files.items()}

    def _target(self, path: Path, target: str) -> str | None:
        """Return where a link of a document leads on the site; None where it leads to code."""
        if target.startswith(("http://", "https://", "mailto:", "#")):
            return target
        name, _, anchor = target.partition("#")
        full = (path.parent / name).resolve()
        if full.is_dir() and (full / "README.md").is_file():
            full = full / "README.md"
        place = self.at.get(full)
        if place:
            return f"~/{place}" + (f"#{anchor}" if anchor else "")
        if full.suffix in PICTURES and full.is_file() and self.top in full.parents:
            own = f"docs/files/{full.relative_to(self.top).as_posix().replace('/', '-')}"
            self.site.file(own, full.read_bytes)
            return f"~~/{own}"
        return None

    def html(self, path: Path) -> tuple[str, str]:
        """Return a document's title and body."""
        from markdown_it import MarkdownIt

        text = MarkdownIt("commonmark").enable("table").render(path.read_text(encoding="utf-8"))
        text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
        title = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
        body = text.replace(title.group(0), "", 1) if title else text
        body = re.sub(r"<h1>(.*?)</h1>", r"<h2>\1</h2>", body, flags=re.DOTALL)

        def link(match: re.Match[str]) -> str:
            target = self._target(path, match.group(1))
            return f'<a href="{target}">{match.group(2)}</a>' if target else match.group(2)

        def picture(match: re.Match[str]) -> str:
            target = self._target(path, match.group(1))
            return f'<img loading="lazy" src="{target}"{match.group(2)}' if target else f'<img src=""{match.group(2)}'

        body = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', link, body, flags=re.DOTALL)
        body = re.sub(r'<img src="([^"]*)"([^>]*>)', picture, body)
        body = body.replace("<pre>", '<pre tabindex="0">')
        body = re.sub(
            r"<table>(.*?)</table>",
            r'<div class="wide" tabindex="0" role="group" aria-label="table"><table>\1</table></div>',
            body,
            flags=re.DOTALL,
        )
        body = body.replace("<th></th>", "<td></td>")
        name = Markup(title.group(1)).striptags() if title else path.stem  # noqa: S704 - our own documents
        return str(name), _anchored(body)

    def page(self, path: Path) -> Callable[[Words], Page]:
        """Return a document's page."""

        def make(words: Words) -> Page:
            name, body = self.html(path)
            back = Markup("<p class=note>{}</p>").format(a("~/docs/index.html", words.text("site.nav.docs")))
            return Page(name, words.text("site.docs.about"), joined([back, body]), "docs")

        return make

    def index(self, words: Words) -> Page:
        """Return the list of documents."""
        t = words.text
        groups: dict[str, list[Any]] = {}
        for place, path in self.files.items():
            if place == "docs/index.html":
                continue
            parts = place.split("/")
            groups.setdefault(parts[1] if len(parts) > 2 else "top", []).append(a(f"~~/{place}", self.title(path)))
        body: list[Any] = [Markup("<p class=about>{}</p>").format(t("site.docs.about"))]
        for group, rows in groups.items():
            head = words.language.maybe(f"site.docs.{group}") or group
            body.append(Markup('<h2>{}</h2><div lang="en">{}</div>').format(head, listed(rows)))
        return Page(t("site.nav.docs"), t("site.docs.about"), joined(body), "docs")

    def title(self, path: Path) -> str:
        """Return a document's title."""
        first = next(
            (line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# ")), path.stem
        )
        return re.sub(r"[`*]", "", first.removeprefix("# "))

    def register(self) -> None:
        """Add the pages; the site says so where there are none."""
        if not self.files:
            self.site.missing.append("docs")
            return
        self.site.page("docs/index.html", self.index)
        for place, path in self.files.items():
            if place != "docs/index.html":
                self.site.page(place, self.page(path), english=True)
            self.html(path)  # its pictures become files of the site
