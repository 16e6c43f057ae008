"""Write the site into a folder: its pages and files, the interactive page, the report and the data release."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.publish import publish
from rechenmacht.faces.language import LANGUAGES
from rechenmacht.outputs.report.context import write_whole
from rechenmacht.outputs.site.assemble import assembled
from rechenmacht.outputs.site.frame import NAV, Site, footer
from rechenmacht.outputs.site.png import smaller
from rechenmacht.outputs.site.shorter import compact, stepped

MARK = ".rechenmacht-site"
Told = Callable[[str], None]


def emptied(out: Path) -> None:
    """Make the folder, or empty it of a site that was written before.

    Raises:
        BadInput: if something else lies there.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out}: is a file")
    if out.is_dir() and any(out.iterdir()):
        if not (out / MARK).is_file():
            raise BadInput(f"{out}: is not empty and holds no site written by this command")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / MARK, "")


def write_pages(site: Site, out: Path, wanted: Callable[[str], bool] = lambda _: True) -> int:
    """Write the pages and files of a site; return how many."""
    paths = [path for path in (*site.paths(), *site.files) if wanted(path)]
    for path in paths:
        content = site.made(path)
        assert content is not None  # noqa: S101 - its own list
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(compact(content.decode()).encode() if path.endswith(".html") else content)
    return len(paths)


def _links(site: Site, code: str) -> list[tuple[str, str, bool]]:
    """Return the navigation of the interactive page, which lies at `race/` and `race/de/`."""
    up = "../" if code == "en" else "../../de/"
    words = site.both[code]
    return [
        (words.text(f"site.nav.{part}"), "index.html" if target == "~race" else up + target, target == "~race")
        for part, target in NAV.items()
        if part != "front" and (target == "~race" or target in site.pages)
    ]


def write_race(site: Site, out: Path) -> str:
    """Write the interactive page into `race/`; return why it cannot be, or nothing."""
    from rechenmacht.outputs.stage import page as stage

    links = {code: _links(site, code) for code in LANGUAGES}
    below = {code: footer(site, code) for code in LANGUAGES}
    home = {"en": "../index.html", "de": "../../de/index.html"}
    try:
        stage.write(out / "race", site.base, links=links, footer=below, home=home)
    except BadInput as error:
        return str(error)
    return ""


def write_report(workspace: Path | None, out: Path, draws: int, seed: int) -> None:
    """Run all scenarios and write the report in both languages into a folder; the runs are not kept."""
    from rechenmacht import runs, scenario
    from rechenmacht.evidence.base import load
    from rechenmacht.outputs.report.build import build as write

    base = load(workspace)
    with tempfile.TemporaryDirectory() as folder:
        names = dict.fromkeys(["reference", *scenario.available(base)])
        found = [
            runs.run(base, scenario.find(base, name), Path(folder) / name, draws=draws, seed=seed) for name in names
        ]
        for code in LANGUAGES:
            write(base, found, code, out)
    for picture in out.rglob("*.png"):
        picture.write_bytes(smaller(picture.read_bytes()))
    for path in (*out.rglob("*.svg"), *out.rglob("*.html")):
        path.write_text(stepped(path.read_text(encoding="utf-8")), encoding="utf-8")


def build(
    base: Base, out: Path, told: Told, *, address: str = "", draws: int = 1000, seed: int = 1, report: bool = True,
    day: str = "",
) -> Mapping[str, int]:  # fmt: skip
    """Write the whole site.

    Args:
        base: the fact base.
        out: the folder; empty, missing, or holding a site that this wrote before.
        told: hears what is being made.
        address: where it will lie, if that is known.
        draws: of every answer and of the report's runs.
        seed: of the report's runs.
        report: whether the report is part of it.
        day: the day it is made; today, if none is given.

    Returns:
        How many pages and files there are, and how many bytes.

    Raises:
        BadInput: if the folder cannot be used.
    """
    emptied(out)
    day = day or date.today().isoformat()
    site = assembled(base, day, address, draws=draws)
    site.report = report
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        later = pool.submit(write_report, base.workspace, out / "report", draws, seed) if report else None
        told("simulator")
        why = write_race(site, out)
        if why:
            told(f"no simulator: {why}")
            site.race = ""
        archive = publish(out / "data" / "release", date.fromisoformat(day), site=address and f"{address}/data/release")
        shutil.rmtree(archive.with_suffix(""))
        site.release.release = f"release/{archive.name}"  # type: ignore[attr-defined]
        told("pages")
        count = write_pages(site, out)
        if later is not None:
            told("report")
            later.result()
    if site.missing:
        told(f"left out, since it does not lie beside the package: {', '.join(site.missing)}")
    sizes = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    return {"pages": count, "files": len(sizes), "bytes": sum(sizes)}
