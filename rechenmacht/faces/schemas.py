"""Which keys answers have, by schema: `python -m rechenmacht.faces.schemas` writes their hashes, a test compares them.

A hash that is written stays: where keys or types change, the question's `schema_number` rises.
"""

from __future__ import annotations

import json
from pathlib import Path

from rechenmacht.faces.machine import schema_hash, schema_name
from rechenmacht.faces.registry import everything

PATH = Path(__file__).with_suffix(".json")


def committed() -> dict[str, str]:
    """Return the hashes that are written, by schema."""
    found: dict[str, str] = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    return found


def current() -> dict[str, str]:
    """Return the hashes of the questions as they are, by schema."""
    return {schema_name(question): schema_hash(question) for question in everything().values()}


def changed() -> list[str]:
    """Return the schemas whose keys differ from what is written under the same number."""
    known = committed()
    return [name for name, found in current().items() if known.get(name, found) != found]


def main() -> int:
    """Write the hashes of new schemas; return 1 where one has changed under its number."""
    if changed():
        print(f"raise schema_number of {', '.join(changed())}")  # noqa: T201
        return 1
    text = json.dumps(dict(sorted({**committed(), **current()}.items())), indent=1)
    PATH.write_text(text + "\n", encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
