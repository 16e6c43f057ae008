"""What a publication's address, title and text of place say: which document, which page, or only a site."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}$", re.IGNORECASE)
_FILE_ENDINGS = frozenset({"js", "ts", "py", "md", "csv", "json", "txt", "toml", "pdf", "html", "xlsx", "yaml", "rs"})
_ARXIV = re.compile(r"arxiv(?:\.org/(?:abs|pdf|html|ps)/|:)\s*(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.IGNORECASE)
_DOI = re.compile(r"(?:^doi:|doi\.org/)\s*(10\.\S+?)/?$", re.IGNORECASE)
_NO_PART_OF_A_PAGE = re.compile(r"^(?:utm_.*|ref|ref_src|fbclid|gclid|hl|lang|amp|cmpid|mc_[ce]id|authuser)$")
_IDENTIFIERS = ("doi:", "arxiv:", "pypi:", "github:", "isbn:")
_LANGUAGES = re.compile(r"^(?:[a-z]{2}(?:[-_][a-z]{2})?|home|index(?:\.\w+)?|default\.aspx?)$", re.IGNORECASE)
_NO_PLACE = re.compile(
    r"^(?:page |place |title )?(?:not recorded|unknown|unbekannt|n/?a|none|tbd|\?+|-+|\.+)$", re.IGNORECASE
)


def host_of(address: str) -> str:
    """Return the host of an address, without `www.`, in lower case; empty if there is none."""
    text = address.strip()
    parts = urlsplit(text if _SCHEME.match(text) else f"//{text}")
    try:
        return (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""


def is_raw_ip(host: str) -> bool:
    """Tell whether a host is an IP address in any of the forms that browsers accept."""
    text = host.strip("[]")
    if re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", text, re.IGNORECASE):
        return "." in text or len(text) > 6
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def names_raw_ip(text: str) -> bool:
    """Tell whether an address, or an address within a text, stands at a bare IP address."""
    if text.strip().lower().startswith(_IDENTIFIERS):
        return False
    if any(is_raw_ip(host_of(found)) for found in re.findall(r"[a-z][a-z0-9+.-]*://\S+", text, re.IGNORECASE)):
        return True
    first = re.split(r"[\s,;]", text.strip(), maxsplit=1)[0]
    dotted = re.search(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?=[:/\s,;]|$)", text)
    return bool(dotted) or (not _SCHEME.match(first) and "[" in first and is_raw_ip(host_of(first)))


def is_domain(text: str) -> bool:
    """Tell whether a text is a domain (`gazette.example`), not a file name (`results.csv`)."""
    return bool(_HOST.match(text)) and text.rsplit(".", 1)[-1].lower() not in _FILE_ENDINGS


def looks_like_an_address(title: str, address: str = "") -> bool:
    """Tell whether a title is an address or a domain, or begins with one, instead of saying what is told.

    Args:
        title: the title.
        address: the publication's address; a title must not begin with the domain it is found at.
    """
    text = title.strip().strip("\"'<>()[]")
    first, _, rest = text.partition(" ")
    bare = first.rstrip(":|-,").rstrip()
    if _SCHEME.match(text) or text.lower().startswith("www.") or names_raw_ip(first):
        return True
    site = bare.partition("/")[0]
    if not is_domain(site.removeprefix("www.")):
        return False
    own = host_of(address) == site.lower().removeprefix("www.")
    return not rest.strip() or first[-1] in ":|" or rest.lstrip()[0] in ":|-\u2013\u2014" or own or "/" in bare


def names_a_page(address: str) -> bool:
    """Tell whether an address leads to a page, a file or an identifier rather than only to a site."""
    text = address.strip()
    if text.lower().startswith(_IDENTIFIERS):
        return bool(text.partition(":")[2].strip())
    parts = urlsplit(text if _SCHEME.match(text) else f"//{text}")
    steps = [step for step in parts.path.split("/") if step and not _LANGUAGES.match(step)]
    return bool(steps) or bool(_query(parts.query))


def _query(query: str) -> str:
    return urlencode(sorted((k, v) for k, v in parse_qsl(query) if not _NO_PART_OF_A_PAGE.match(k.lower())))


def document_of(address: str) -> str:
    """Return one key for all addresses of one document: scheme, `www.`, fragment and tracking left out.

    arXiv's abstract, PDF and HTML of every version are one document; so is a DOI with and without its resolver.
    """
    text = unquote(address.strip())
    arxiv, doi = _ARXIV.search(text), _DOI.search(text)
    if arxiv or (doi and doi[1].lower().startswith("10.48550/arxiv.")):
        return f"arxiv:{arxiv[1].lower() if arxiv else doi[1].lower().removeprefix('10.48550/arxiv.')}"  # type: ignore[index]
    if doi:
        return f"doi:{doi[1].lower()}"
    parts = urlsplit(text if _SCHEME.match(text) else f"//{text}")
    host = re.sub(r"^(?:m|amp|mobile)\.", "", host_of(text))
    path = re.sub(r"/(?:index\.\w+)?$|/amp/?$", "", re.sub(r"/{2,}", "/", parts.path).rstrip("/"))
    path = re.sub(r"^/amp(?=/)", "", path)
    query = _query(parts.query)
    return f"{host}{path}" + (f"?{query}" if query else "")


def says_a_place(locator: str) -> bool:
    """Tell whether a locator says where in the source the number stands."""
    return bool(locator.strip()) and not _NO_PLACE.match(locator.strip())
