"""A written site, whole: size, links, German words, axe-core, collisions of labels, largest paint and shifts.

Usage: python bench/site.py FOLDER [--every N] (axe-core on each N-th page of a kind; 1 is all of them and takes an hour).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / "web"), str(TESTS / "site")]

from measures import CLS, COLLISIONS, LCP_MS, WATCH, WIDTHS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from reading import english  # noqa: E402
from still import files  # noqa: E402
from tabs import CHROMIUM, violations  # noqa: E402

from rechenmacht.outputs.site.links import broken  # noqa: E402

MOST_BYTES = 60_000_000


def kinds(folder: Path) -> dict[str, list[str]]:
    """Return the pages of each kind: those of one folder are of one kind, an index is one of its own."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        stem = name.removeprefix("de/")
        kind = stem if stem.endswith("index.html") or "/" not in stem else stem.rpartition("/")[0]
        found.setdefault(kind + (" embed" if stem.endswith("-embed.html") else ""), []).append(name)
    return found


def still(folder: Path) -> list[str]:
    """Return what is wrong without a browser: size, links, English words on German pages."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    print(f"{len(sizes):,} files, {sum(sizes) / 1e6:.1f} MB (limit {MOST_BYTES / 1e6:.0f})")
    wrong = [] if sum(sizes) < MOST_BYTES else ["too large"]
    links = broken(folder)
    print(f"links that lead nowhere: {len(links)}")
    said = {
        path.name: some
        for path in sorted((folder / "de").rglob("*.html"))
        if "docs" not in path.parts and (some := english(path.read_text(encoding="utf-8")))
    }
    print(f"German pages with English words: {len(said)}", *list(said.items())[:5], sep="\n  ")
    return [*wrong, *links, *said]


def painted(browser: Any, address: str, pages: dict[str, list[str]]) -> list[str]:
    """Return the kinds of pages that come too late or move; prints the worst."""
    wrong, worst = [], {"lcp": (0.0, ""), "cls": (0.0, "")}
    for width in (360, 1400):
        for kind, some in pages.items():
            context = browser.new_context(viewport={"width": width, "height": 900})
            tab = context.new_page()
            tab.add_init_script(WATCH)
            tab.goto(f"{address}/{some[len(some) // 2]}", wait_until="load")
            tab.wait_for_timeout(400)
            found = tab.evaluate("measured")
            for key, before in list(worst.items()):
                worst[key] = max(before, (found[key], f"{kind} at {width}"))
            if found["lcp"] > LCP_MS or found["cls"] > CLS:
                wrong.append(f"{kind} at {width}: {found}")
            context.close()
    print("largest paint (ms) and shifts, worst:", worst)
    return wrong


def read(browser: Any, address: str, pages: dict[str, list[str]], every: int) -> list[str]:
    """Return what axe-core finds and which labels collide."""
    wrong, count, began = [], 0, time.monotonic()
    for theme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, color_scheme=theme)
        tab = context.new_page()
        for kind, some in pages.items():
            if kind.startswith(("race", "report")):
                continue  # have tests of their own
            for name in some[:: every if every < len(some) else max(1, len(some) // 2)]:
                tab.goto(f"{address}/{name}")
                tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                wrong += [f"{name} ({theme}): {one}" for one in violations(tab)]
                count += 1
                if theme == "light" and tab.locator("figure svg").count():
                    for width in WIDTHS:
                        tab.set_viewport_size({"width": width, "height": 1000})
                        wrong += [f"{name} at {width}: {one}" for one in tab.evaluate(COLLISIONS)]
        context.close()
    print(f"axe-core and labels: {count} pages in {time.monotonic() - began:.0f} s, {len(wrong)} faults")
    return wrong


def main() -> int:
    """Measure; 1 if anything misses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=100)
    told = parser.parse_args()
    folder = told.folder.resolve()
    pages, wrong = kinds(folder), still(folder)
    with files(folder.parent) as root, sync_playwright() as found:
        address = f"{root}/{folder.name}"
        browser = found.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        wrong += painted(browser, address, pages) + read(browser, address, pages, told.every)
        browser.close()
    print(*wrong[:60], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
