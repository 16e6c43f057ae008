"""Whether every link inside a folder of pages leads to a file in it, and every anchor to an element of that page."""

from __future__ import annotations

from collections.abc import Collection
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

NAMES = {"href", "src", "action", "data-index", "data-rules"}


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.twice: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                if value in self.ids:
                    self.twice.append(value)
                self.ids.add(value)
            elif value and (name in NAMES or (name == "content" and ("property", "og:image") in attrs)):
                self.links.append(value)


def broken(folder: Path, elsewhere: Collection[str] = ()) -> list[str]:
    """Return what is wrong with the links of a folder of pages: page, link, reason.

    Args:
        folder: the pages.
        elsewhere: paths in it that are not written, but would be.
    """
    folder = folder.resolve()
    read: dict[Path, _Read] = {}
    for path in sorted(folder.rglob("*.html")):
        read[path] = _Read()
        read[path].feed(path.read_text(encoding="utf-8"))
    files = {path for path in folder.rglob("*") if path.is_file()} | {folder / path for path in elsewhere}
    found = [f"{path.relative_to(folder)}: id {name!r} twice" for path, one in read.items() for name in one.twice]
    for path, one in read.items():
        for link in dict.fromkeys(one.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            if parts.path.startswith("/"):
                found.append(f"{path.relative_to(folder)}: {link}: starts at the root of the host")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if target not in files:
                found.append(f"{path.relative_to(folder)}: {link}: no such file")
            elif parts.fragment and target in read and unquote(parts.fragment) not in read[target].ids:
                found.append(f"{path.relative_to(folder)}: {link}: no such place on the page")
    return found
