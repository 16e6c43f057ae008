"""Fetch the public data sets that can be pinned and import them into a workspace.

`importers/addresses.csv` names each file's address at a commit and its SHA-256; a file that has changed is refused,
never imported unseen. Data sets without a pinned address (OWID, Census, MLPerf: joined or summarised by this project)
are imported from a file instead.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import SHIPPED, gather
from rechenmacht.evidence.importers import IMPORTERS
from rechenmacht.evidence.workspace import Written, write_imported

ADDRESSES = Path(__file__).parent / "importers" / "addresses.csv"


@dataclass(frozen=True, slots=True)
class Address:
    """One published file: which importer reads it, the path that importer is given, where it lies, its SHA-256."""

    importer: str
    give: str
    file: str
    address: str
    sha256: str


def addresses(path: Path = ADDRESSES) -> list[Address]:
    """Return the pinned files, in order.

    Raises:
        BadInput: if the list cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [Address(**row) for row in csv.DictReader(file)]
    except (OSError, TypeError) as error:
        raise BadInput(f"{path.name}: not a list of addresses ({error})") from None


def _fetch(item: Address, folder: Path) -> None:
    """Download one file into the cache unless it is there and right; check its SHA-256."""
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    target = folder / item.file
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        pooch.retrieve(item.address, f"sha256:{item.sha256}", fname=target.name, path=target.parent)
    except requests.exceptions.HTTPError as error:
        status = error.response.status_code if error.response is not None else "an error"
        raise BadInput(f"{item.address}: the server answered {status}") from None
    except requests.exceptions.RequestException:
        raise BadInput(f"{item.address}: cannot be reached; without a network, import a file instead") from None
    except ValueError:
        raise BadInput(f"{item.address}: the file is not the pinned one (its SHA-256 differs)") from None
    except OSError as error:
        raise BadInput(f"{target}: cannot be written ({error.strerror or error})") from None


def update(
    names: Sequence[str],
    workspace: Path,
    *,
    cache: Path | None = None,
    pinned: Sequence[Address] | None = None,
    shipped: Path = SHIPPED,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Written]:
    """Download data sets and import them into the workspace.

    Args:
        names: importers' names; none of them means all that are pinned.
        workspace: the workspace's folder.
        cache: where downloads are kept; the user's cache folder if not given.
        pinned: the pinned files; those of `importers/addresses.csv` if not given.
        shipped: the folder of the shipped base.
        tell: called with one line of progress per file.

    Returns:
        What was written, by the name of the table (the importer's, with the part given where it has several).

    Raises:
        BadInput: if a name is unknown or cannot be pinned, a file cannot be fetched or differs, or a row is unusable.
    """
    known = list(addresses() if pinned is None else pinned)
    available = list(dict.fromkeys(item.importer for item in known))
    for name in names:
        if name not in IMPORTERS:
            raise BadInput(f"no data set called {name!r}{nearest(name, IMPORTERS)}")
        if name not in available:
            raise BadInput(f"{name} has no pinned address; import a file of it instead")
    if cache is None:
        import pooch

        cache = Path(pooch.os_cache("rechenmacht"))
    corrections = gather(workspace, shipped)[0].corrections
    done: dict[str, Written] = {}
    for name in names or available:
        mine = [item for item in known if item.importer == name]
        for item in mine:
            if tell:
                tell(f"{name}: {item.file}")
            _fetch(item, cache / name)
        parts = list(dict.fromkeys(item.give for item in mine))
        for part in parts:
            imported = IMPORTERS[name].read(cache / name / part, corrections)
            table = name if len(parts) == 1 else f"{name}-{Path(part).stem.replace('_', '-')}"
            done[table] = write_imported(workspace, imported, table, shipped)
    return done
