"""The licences of all packages that the lock names, as far as they are installed here: name, version, licence.

python bench/licences.py OUT.csv [LOCK]. Writes the list, and says on the screen which licence is missing or none that
this project may stand beside.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from rechenmacht import files

ROOT = Path(__file__).parents[1]
LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+))?", re.MULTILINE)
NOT_BESIDE = re.compile(r"\b(AGPL|SSPL|BUSL|Commons Clause|Proprietary)\b", re.IGNORECASE)


def locked(text: str) -> list[tuple[str, str, str]]:
    """Return name, version and condition of every package of a lock."""
    return [(name, version, when.strip()) for name, version, when in LINE.findall(text)]


def licence(name: str) -> str | None:
    """Return what a package says its licence is; None where it is not installed here, empty where it says none."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    kinds = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License :: ")]
    free = " ".join((told.get("License") or "").split())
    return told.get("License-Expression") or "; ".join(kinds) or free[:80]


def main() -> int:
    """Write the list.

    Returns:
        Exit code: 0; 1 where a licence is missing, unknown or none to stand beside.
    """
    lock = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "requirements.lock"
    out, kinds, wrong, absent = io.StringIO(), Counter[str](), list[str](), list[str]()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["package", "version", "licence", "only where"])
    for name, version, when in locked(files.text(lock)):
        found = licence(name)
        table.writerow([name, version, "not installed here" if found is None else found, when])
        if found is None:
            absent.append(name)
        elif not found or NOT_BESIDE.search(found):
            wrong.append(f"{name}: {found or 'says no licence'}")
        else:
            kinds[found] += 1
    files.write(Path(sys.argv[1]), out.getvalue())
    print(
        f"{sum(kinds.values()) + len(wrong)} packages; {', '.join(f'{n} {kind}' for kind, n in kinds.most_common(8))}"
    )
    if absent:
        print(f"not installed here, not looked at: {', '.join(absent)}")
    for one in wrong:
        print(f"look at {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
