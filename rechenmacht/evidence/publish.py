"""Write a data release: `python -m rechenmacht.evidence.publish FOLDER [--before RELEASE] [--date DAY] [--site URL]`.

A release is a folder and the same as a .zip: the tables as CSV and Parquet, datapackage.json, SHA256SUMS, CITATION.cff,
BibTeX, a changelog of claims added, corrected and withdrawn since the release before, and an Atom feed of all changes.
The same tables, day and release before give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from rechenmacht.errors import BadInput
from rechenmacht.evidence import atom, package
from rechenmacht.evidence.base import SHIPPED, load
from rechenmacht.evidence.query import tables_of
from rechenmacht.evidence.release import Difference, differences, read_edition

NAME = "rechenmacht-facts"
TITLE = "Rechenmacht: facts on the AI compute race"
AUTHOR = "The Rechenmacht developers"
LISTED = 200  # claims of each kind that a feed's entry names; the changelog names all
EPOCH = (1980, 1, 1, 0, 0, 0)


def version_of(day: date) -> str:
    """Return the version of a release of a day, `2026.11.30`."""
    return f"{day:%Y.%m.%d}"


def _tables(data: Path, folder: Path, version: str) -> None:
    described = package.describe(data)
    described["version"] = version
    for resource in described["resources"]:
        target = folder / "csv" / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / resource["path"], target)
        resource["path"] = f"csv/{resource['path']}"
    text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
    (folder / package.FILE).write_text(text, encoding="utf-8", newline="")


def _parquet(data: Path, folder: Path) -> None:
    (folder / "parquet").mkdir()
    connection = tables_of(load(shipped=data))
    try:
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall():
            target = (folder / "parquet" / f"{name}.parquet").as_posix().replace("'", "''")
            connection.execute(f"COPY \"{name}\" TO '{target}' (FORMAT parquet)")
    finally:
        connection.close()


def _numbered(words: Mapping[str, str]) -> str:
    ends = [words.get(key, "") for key in ("low", "value", "high")]
    return f"{' / '.join(end for end in ends if end)} {words.get('unit', '')} ({words.get('as_of', '')})"


def changelog(found: Difference, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return the changes between two editions as Markdown."""
    before = old["version"] or "an edition without a version"
    lines = [f"# Changes from {before} to {new['version']}", ""]
    lines += [f"{len(found.added)} claims added, {len(found.corrected)} corrected, {len(found.withdrawn)} withdrawn."]
    for title, names in (("Added", found.added), ("Corrected", found.corrected), ("Withdrawn", found.withdrawn)):
        if names:
            lines += ["", f"## {title}"]
        for name in names:
            if title == "Corrected":
                said = "; ".join(f"{key}: {a or 'empty'} -> {b or 'empty'}" for key, (a, b) in
                                 found.corrected[name].items())  # fmt: skip
            else:
                said = _numbered((new if title == "Added" else old)["claims"][name])
            lines.append(f"- `{name}`: {said}")
    return "\n".join(lines) + "\n"


def _citations(folder: Path, version: str, day: date, site: str) -> None:
    where = f"url: {json.dumps(site)}\n" if site else ""
    (folder / "CITATION.cff").write_text(
        "cff-version: 1.2.0\nmessage: Please cite the release that you used.\ntype: dataset\n"
        f'title: "{TITLE}"\nauthors:\n  - name: {AUTHOR}\nversion: "{version}"\ndate-released: {day.isoformat()}\n'
        f"license: {package.LICENCE['name']}\n{where}",
        encoding="utf-8", newline="",
    )  # fmt: skip
    link = f",\n  url = {{{site}}}" if site else ""
    (folder / f"{NAME}.bib").write_text(
        f"@misc{{{NAME}-{version},\n  title = {{{{{TITLE}}}}},\n  author = {{{{{AUTHOR}}}}},\n"
        f"  year = {{{day.year}}},\n  month = {{{day.month}}},\n  version = {{{version}}},\n"
        f"  note = {{Data release {version}, {package.LICENCE['name']}}}{link}\n}}\n",
        encoding="utf-8", newline="",
    )  # fmt: skip


def _entry(root: Xml.Element, found: Difference | None, new: Mapping[str, Any], day: date, site: str) -> None:
    address = f"{site.rstrip('/')}/{NAME}-{new['version']}.zip" if site else ""
    identity = f"tag:rechenmacht,{day.year}:facts/{new['version']}"
    entry = atom.entry(root, identity, f"{NAME} {new['version']}", day.isoformat(), address)
    if found is None:
        atom.put(entry, "summary", f"First release: {len(new['claims'])} claims.")
        return
    kinds = (("added", found.added), ("corrected", tuple(found.corrected)), ("withdrawn", found.withdrawn))
    atom.put(entry, "summary", ", ".join(f"{len(names)} claims {kind}" for kind, names in kinds))
    told = "\n".join(f"{kind}: {', '.join(names[:LISTED])}" + (" ..." if len(names) > LISTED else "")
                     for kind, names in kinds if names)  # fmt: skip
    atom.put(entry, "content", told, type="text")


def _old_entries(before: Path | None) -> list[Xml.Element]:
    if before is None:
        return []
    try:
        if before.is_dir():
            text = (before / "feed.atom").read_text(encoding="utf-8")
        else:
            with zipfile.ZipFile(before) as archive:
                name = next(name for name in archive.namelist() if name.endswith("feed.atom"))
                text = archive.read(name).decode("utf-8")
        return list(Xml.fromstring(text).iter(atom.tag("entry")))  # noqa: S314 - our own release
    except (OSError, StopIteration, Xml.ParseError, UnicodeDecodeError):
        return []  # an edition that was never released has no feed


def feed(found: Difference | None, new: Mapping[str, Any], older: list[Xml.Element], day: date, site: str) -> str:
    """Return the Atom feed of changes, the newest release first."""
    own = f"{site.rstrip('/')}/feed.atom" if site else ""
    root = atom.feed("tag:rechenmacht,2026:facts", f"{TITLE}: changes", day.isoformat(), own=own)
    _entry(root, found, new, day, site)
    known = {one.findtext(atom.tag("id")) for one in root.iter(atom.tag("entry"))}
    root.extend(entry for entry in older if entry.findtext(atom.tag("id")) not in known)
    return atom.written(root)


def _sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="")


def _archive(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, path.read_bytes())


def publish(out: Path, day: date, before: Path | None = None, site: str = "", data: Path = SHIPPED) -> Path:
    """Write a release into `out` and return its archive.

    Args:
        out: the folder of releases; made if it is missing.
        day: the day of the release, which is its version too.
        before: the release before, a folder or archive; without it this is the first.
        site: the address at which releases are found, if there is one.
        data: the tables.

    Raises:
        BadInput: if the tables do not load, `before` is no release, or that version is there already.
    """
    version = version_of(day)
    folder, archive = out / f"{NAME}-{version}", out / f"{NAME}-{version}.zip"
    if folder.exists() or archive.exists():
        raise BadInput(f"{archive.name}: this version is there already")
    old = read_edition(before) if before is not None else None
    partial = out / f".{NAME}-{version}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    made = partial / folder.name
    made.mkdir(parents=True)
    try:
        _tables(data, made, version)
        _parquet(data, made)
        new = {**read_edition(made), "version": version}
        found = differences(old["claims"], new["claims"]) if old else None
        told = changelog(found, old, new) if old and found else f"# {version}\n\nFirst release.\n"
        (made / "CHANGELOG.md").write_text(told, encoding="utf-8", newline="")
        _citations(made, version, day, site)
        text = feed(found, new, _old_entries(before), day, site)
        (made / "feed.atom").write_text(text, encoding="utf-8", newline="")
        _sums(made)
        _archive(made, partial / archive.name)
        made.replace(folder)
        (partial / archive.name).replace(archive)
        shutil.copyfile(folder / "feed.atom", out / "feed.atom")
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return archive


def last_release(out: Path) -> Path | None:
    """Return the newest release in a folder; None if there is none."""
    return max(out.glob(f"{NAME}-*.zip"), default=None)


def main(words: list[str]) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rechenmacht.evidence.publish", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of releases")
    parser.add_argument("--before", type=Path, help="the release before; the newest in the folder, if none is named")
    parser.add_argument("--date", type=date.fromisoformat, default=datetime.now(UTC).date(), help="day of the release")
    parser.add_argument("--site", default="", help="address at which releases are found")
    given = parser.parse_args(words)
    try:
        made = publish(given.out, given.date, given.before or last_release(given.out), given.site)
    except BadInput as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
