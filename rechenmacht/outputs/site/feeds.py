"""What readers of feeds and search engines ask for: the newest facts as Atom, the map of the site, robots."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from rechenmacht.evidence import atom
from rechenmacht.outputs.site.frame import Site, place
from rechenmacht.outputs.site.subjects import amount

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
    last = newest[0][0] if newest else site.day
    feed = atom.feed("urn:rechenmacht:facts:newest", words.text("site.feed.facts"), last, own=site.whole("feed.atom"))
    for day, claim in newest:
        title = f"{base.entities[claim.subject].name_en}: {base.quantities[claim.quantity].name_en}"
        address = site.whole(f"{site.names[claim.subject]}#{claim.id}")
        entry = atom.entry(feed, f"urn:rechenmacht:claim:{claim.id}", title, day, address)
        said = f"{amount(base, claim, words)} ({claim.as_of}; {base.sources[claim.source].publisher})"
        atom.put(entry, "summary", said)
    return atom.written(feed).encode()


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
