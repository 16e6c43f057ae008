"""What readers of feeds and search engines ask for: the newest facts as Atom, the map of the site, robots."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from rechenmacht.outputs.site.frame import Site, place
from rechenmacht.outputs.site.subjects import amount

ATOM = "http://www.w3.org/2005/Atom"
MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWEST = 60
WHOLE_DAY = 10


def facts_feed(site: Site) -> bytes:
    """Return the claims whose sources appeared last, newest first, as Atom (RFC 4287)."""
    base, words = site.base, site.both["en"]
    rows = [
        (base.sources[claim.source].published, claim)
        for claim in base.tables.claims
        if claim.subject in site.names and len(base.sources[claim.source].published) == WHOLE_DAY
        and base.sources[claim.source].published <= site.day
    ]  # fmt: skip
    newest = sorted(rows, key=lambda row: (row[0], row[1].id), reverse=True)[:NEWEST]
    Xml.register_namespace("", ATOM)
    feed = Xml.Element(f"{{{ATOM}}}feed")

    def put(parent: Xml.Element, name: str, text: str = "", **more: str) -> Xml.Element:
        found = Xml.SubElement(parent, f"{{{ATOM}}}{name}", more)
        found.text = text or None
        return found

    put(feed, "id", "urn:rechenmacht:facts:newest")
    put(feed, "title", words.text("site.feed.facts"))
    put(feed, "updated", f"{newest[0][0] if newest else site.day}T00:00:00Z")
    put(put(feed, "author"), "name", "Rechenmacht")
    put(feed, "link", rel="self", href=site.whole("feed.atom"))
    for day, claim in newest:
        entry = put(feed, "entry")
        put(entry, "id", f"urn:rechenmacht:claim:{claim.id}")
        name = base.entities[claim.subject].name_en
        put(entry, "title", f"{name}: {base.quantities[claim.quantity].name_en}")
        put(entry, "updated", f"{day}T00:00:00Z")
        put(entry, "link", href=site.whole(f"{site.names[claim.subject]}#{claim.id}"))
        put(entry, "summary", f"{amount(base, claim, words)} ({claim.as_of}; {base.sources[claim.source].publisher})")
    return (Xml.tostring(feed, encoding="unicode", xml_declaration=True) + "\n").encode()


def sitemap(site: Site) -> bytes:
    """Return the map of the site, each page in both languages; paths alone where the address is not known."""
    Xml.register_namespace("", MAP)
    root = Xml.Element(f"{{{MAP}}}urlset")
    for path in site.pages:
        if path == "404.html":
            continue
        for code in site.languages(path):
            url = Xml.SubElement(root, f"{{{MAP}}}url")
            Xml.SubElement(url, f"{{{MAP}}}loc").text = site.whole(place(path, code))
            Xml.SubElement(url, f"{{{MAP}}}lastmod").text = site.day
    return (Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n").encode()


def robots(site: Site) -> bytes:
    """Return what robots may read: everything."""
    return f"User-agent: *\nAllow: /\nSitemap: {site.whole('sitemap.xml')}\n".encode()
