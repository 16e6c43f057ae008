"""Atom feeds (RFC 4287): elements in Atom's namespace, and the head that each feed has."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

NAMESPACE = "http://www.w3.org/2005/Atom"
AUTHOR = "Rechenmacht"


def tag(name: str) -> str:
    """Return an element's whole name."""
    return f"{{{NAMESPACE}}}{name}"


def put(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    """Add an element to another and return it."""
    found = Xml.SubElement(parent, tag(name), attributes)
    found.text = text or None
    return found


def midnight(day: str) -> str:
    """Return the beginning of a day (YYYY-MM-DD) as feeds write it."""
    return f"{day}T00:00:00Z"


def feed(identity: str, title: str, day: str, lang: str = "", own: str = "") -> Xml.Element:
    """Return a feed without entries.

    Args:
        identity: what stays the same whatever the address.
        title: its title.
        day: of the newest entry, YYYY-MM-DD.
        lang: language of its texts, if one.
        own: the address at which it will lie, if known.
    """
    root = Xml.Element(tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": lang} if lang else {})
    put(root, "id", identity)
    put(root, "title", title)
    put(root, "updated", midnight(day))
    put(put(root, "author"), "name", AUTHOR)
    if own:
        put(root, "link", rel="self", href=own)
    return root


def entry(parent: Xml.Element, identity: str, title: str, day: str, address: str = "") -> Xml.Element:
    """Add an entry to a feed and return it.

    Args:
        parent: the feed.
        identity: what stays the same whatever the address.
        title: its title.
        day: when it was last changed, YYYY-MM-DD.
        address: what it leads to, if anything.
    """
    found = put(parent, "entry")
    put(found, "id", identity)
    put(found, "title", title)
    put(found, "updated", midnight(day))
    if address:
        put(found, "link", href=address)
    return found


def written(root: Xml.Element) -> str:
    """Return a feed as text."""
    Xml.register_namespace("", NAMESPACE)  # the last one registered without a prefix holds
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"
