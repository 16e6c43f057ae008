"""`python -m rechenmacht.outputs.stage`: what the first page shows before it computes, to be shipped with it."""

from __future__ import annotations

import json

from rechenmacht.domains.race.backends.files import place
from rechenmacht.evidence.base import load
from rechenmacht.outputs.stage import computed


def main() -> None:
    """Write `built/computed.json`."""
    base = load()
    found = computed.computed(base, computed.reference(base))
    computed.SHIPPED.parent.mkdir(exist_ok=True)
    place(computed.SHIPPED, json.dumps(found).encode())


if __name__ == "__main__":
    main()
