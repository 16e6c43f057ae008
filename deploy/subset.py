"""The part of the lock that serving needs, with all its hashes: python subset.py LOCK REPORT > serve.lock.

REPORT is what `pip install --dry-run --ignore-installed --report REPORT` says of the wheel with its extra `serve`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def subset(lock: str, names: set[str]) -> str:
    """Return the entries of a lock whose names are wanted.

    Raises:
        ValueError: if one that is wanted is not locked.
    """
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n" + "\n".join(x for x in lock.splitlines() if not x.startswith("#")))
    by_name: dict[str, list[str]] = {}
    for entry in entries:
        found = re.match(r"[A-Za-z0-9._-]+", entry.strip())
        if found:
            by_name.setdefault(normal(found[0]), []).append(entry.strip())
    missing = sorted(name for name in names if name not in by_name)
    if missing:
        raise ValueError(f"not in the lock: {', '.join(missing)}")
    return "\n".join(entry for name in sorted(names) for entry in by_name[name]) + "\n"


def main() -> None:
    lock, report = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])
    names = {normal(row["metadata"]["name"]) for row in json.loads(report)["install"]} - {"rechenmacht"}
    sys.stdout.write(subset(lock, names))


if __name__ == "__main__":
    main()
