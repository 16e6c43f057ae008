"""The English notes and reasons that the project ships, so that a page knows which of them have a German text."""

from __future__ import annotations

import csv
import tomllib
from functools import cache

from rechenmacht.evidence.base import SHIPPED


@cache
def texts() -> dict[str, str]:
    """Return the shipped English texts by the keys of `locales/notes.de.toml`.

    Keys are `parameter.<name>` for a parameter's note and `reason.<scenario>.<parameter>` for the reason of a
    prior, `reason.<scenario>.<parameter>@<quarter>` for that of a lever. A workspace may say something else under the same name; its text differs from the one here.
    """
    found: dict[str, str] = {}
    for path in sorted((SHIPPED / "parameters").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {f"parameter.{row['name']}": row["note"] for row in csv.DictReader(file)}
    for path in sorted((SHIPPED / "scenarios").glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, prior in told.get("prior", {}).items():
            found[f"reason.{told['id']}.{name}"] = prior["reason"]
        for lever in told.get("lever", []):
            found[f"reason.{told['id']}.{lever['name']}@{lever['at']}"] = lever["reason"]
    return found
