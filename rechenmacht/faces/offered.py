"""What `import rechenmacht as rm` and a workspace offer by name; nothing loads before it is used."""

from importlib import import_module

LIBRARY = {
    **dict.fromkeys(("fact", "claims", "query", "run", "check", "open"), "rechenmacht.faces.library"),
    **dict.fromkeys(("compare", "sensitivity", "discover"), "rechenmacht.uncertainty"),
    **dict.fromkeys(("scenarios", "allocate"), "rechenmacht.race"),
    **dict.fromkeys(("Mechanism", "Outcome"), "rechenmacht.domains.race.added"),
}
DOMAINS = ("capital", "engine", "facts", "race", "reader", "rules", "uncertainty")


def offered(name: str) -> object:
    """Return a function, or a domain's functions, loaded when first used.

    Raises:
        AttributeError: if nothing is called that.
    """
    if name in LIBRARY:
        return getattr(import_module(LIBRARY[name]), name)
    if name in DOMAINS:
        try:
            return import_module(f"rechenmacht.{name}")
        except ModuleNotFoundError:
            pass
    raise AttributeError(f"module 'rechenmacht' has no attribute {name!r}")
