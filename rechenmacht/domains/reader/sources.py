"""From a file or address to plain text: HTML by trafilatura, PDF by pypdf, text as it is; all of it bounded."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rechenmacht import files
from rechenmacht.errors import BadInput

MOST_BYTES = 20_000_000
MOST_CHARACTERS = 1_000_000
MOST_PAGES = 500
MOST_DEPTH = 200
MOST_ELEMENTS = 8_000  # tags that the parser for pages is given; more are stripped, in one pass
SECONDS = 8.0  # of a processor for taking a file apart
PATIENCE = 4  # times as long by the clock, on a machine that is busy with other things
FETCH_SECONDS = 20
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr p li td tr th dt dd option".split())
_SCRIPT = re.compile(r"<(script|style|noscript|template)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """The plain text of an article and the day it appeared, where its page says so."""

    file: str
    text: str
    date: date | None = None


def load(name: str) -> Article:
    """Read an article from a file or an http(s) address.

    Raises:
        BadInput: if there is no such file, it is empty, too large, binary, a broken PDF, or holds no text.
    """
    if name.startswith(("http://", "https://")):
        return extracted(name, _fetch(name))
    with contextlib.suppress(OSError, ValueError):
        if Path(name).is_dir():
            raise BadInput(f"{name} is a folder; name the articles in it")
    return extracted(name, files.read(name, MOST_BYTES))


def extracted(name: str, data: bytes, seconds: float = SECONDS) -> Article:
    """Return the article in the bytes of a file; HTML and PDF are taken apart in a process of its own.

    Their parsers can hang or take all memory; there that ends that process alone.

    Raises:
        BadInput: as `load`, and if it takes too long or needs too much memory.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(f"{name} has {len(data) / 1e6:.1f} MB; an article may have {MOST_BYTES / 1e6:.0f} MB at most")
    if not _marked_up(data):
        return parse(name, data)
    words = [sys.executable, "-m", "rechenmacht.domains.reader.extract", name[:200], str(max(1, int(seconds)))]
    try:
        done = subprocess.run(words, input=data, capture_output=True, timeout=seconds * PATIENCE, check=False)
        found = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        found = {}
    if "text" not in found:
        said = f"{name} could not be read within {seconds:g} s: its pages or elements are too many"
        raise BadInput(str(found.get("error", said)))
    return Article(name, found["text"], date.fromisoformat(found["date"]) if found["date"] else None)


def _marked_up(data: bytes) -> bool:
    """Tell whether bytes are PDF, or may be HTML or XML."""
    return data.lstrip()[:5] == b"%PDF-" or b"<" in data[:4000] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}


def parse(name: str, data: bytes) -> Article:
    """Return the article in the bytes of a file.

    Raises:
        BadInput: as `load`.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(f"{name} has {len(data) / 1e6:.1f} MB; an article may have {MOST_BYTES / 1e6:.0f} MB at most")
    if not data.strip():
        raise BadInput(f"{name} is empty")
    appeared: date | None = None
    if data.lstrip()[:5] == b"%PDF-":
        text = _pdf(name, data)
    else:
        text = _decode(name, data)
        head = text[:2000].lstrip().lower()
        if head.startswith(("<!doctype html", "<html", "<?xml")) or re.search(
            r"<(html|head|body|article|div|p)\b", head
        ):
            text, appeared = _html(name, text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")).strip(
        "\ufeff \n\t"
    )
    if not text.strip():
        raise BadInput(f"{name} holds no text that could be read")
    if len(text) > MOST_CHARACTERS:
        raise BadInput(
            f"{name} holds {len(text):,} characters of text; an article may hold {MOST_CHARACTERS:,} at most"
        )
    return Article(name, text, appeared)


def _decode(name: str, data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise BadInput(f"{name} is no readable text (its encoding is broken)") from None
    sample = data[:65536]
    if b"\0" in sample or sum(byte < 9 or 13 < byte < 32 for byte in sample) > len(sample) / 100:
        raise BadInput(f"{name} is binary, not text, HTML or PDF")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _pdf(name: str, data: bytes) -> str:
    import io
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput(f"{name} is an encrypted PDF")
        if len(reader.pages) > MOST_PAGES:
            raise BadInput(f"{name} has {len(reader.pages)} pages; an article may have {MOST_PAGES} at most")
        pages, length = [], 0
        for page in reader.pages:
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > MOST_CHARACTERS:
                break
    except BadInput:
        raise
    except Exception as error:  # noqa: BLE001
        raise BadInput(f"{name} is a damaged PDF ({type(error).__name__})") from None
    text = "\n\n".join(pages)
    if not text.strip():
        raise BadInput(f"{name} is a PDF without text (scanned pages?)")
    return _unwrap(text)


def _unwrap(text: str) -> str:
    """Join the lines of a PDF's paragraphs, and words that a hyphen splits at the line's end."""
    text = re.sub(r"(?<=[a-zäöüß])-\n(?=[a-zäöüß])", "", text)
    return re.sub(r"(?<=[^\n.!?:])\n(?=[^\n])", " ", text)


def _depth(html: str) -> int:
    """Return how deep tags nest; a page that nests far is not parsed, for parsers recurse."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match.group(2).lower() in _VOID:
            continue
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _without_scripts(html: str) -> str:
    """Cut scripts and styles out, each up to its end tag, in one pass."""
    pieces, place = [], 0
    lowered = html.lower()
    for match in _SCRIPT.finditer(html):
        if match.start() < place:
            continue
        pieces.append(html[place : match.start()])
        end = lowered.find(f"</{match.group(1).lower()}", match.end())
        place = len(html) if end < 0 else (html.find(">", end) + 1 or len(html))
    return "".join([*pieces, html[place:]])


def _html(name: str, html: str) -> tuple[str, date | None]:
    if len(html) > 4 * MOST_CHARACTERS:
        raise BadInput(f"{name} holds {len(html):,} characters of HTML, too many for an article")
    bare = _without_scripts(html)
    if _depth(bare) > MOST_DEPTH or bare.count("<") > MOST_ELEMENTS:
        return _strip(bare), None
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura

        try:
            text: Any = trafilatura.extract(
                bare, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
            )
            told: Any = trafilatura.extract_metadata(html) if len(html) < 2_000_000 else None
        except Exception:  # noqa: BLE001
            text, told = None, None
    appeared = None
    if told is not None and isinstance(told.date, str):
        try:
            appeared = date.fromisoformat(told.date[:10])
        except ValueError:
            appeared = None
    stripped = _strip(bare)
    if not text or (len(text) < 200 and len(stripped) > len(text)):
        text = stripped
    return str(text), appeared


def _strip(html: str) -> str:
    """Return the text between the tags, block tags as line breaks, entities resolved."""
    import html as entities

    pieces, place = [], 0
    while True:
        start = html.find("<", place)
        if start < 0:
            pieces.append(html[place:])
            break
        pieces.append(html[place:start])
        end = html.find(">", start)
        if end < 0:
            break
        tag = (
            html[start + 1 : end].lstrip("/").split(maxsplit=1)[0].lower()
            if end > start + 1 and not html[start + 1].isspace()
            else ""
        )
        pieces.append(
            "\n" if tag in {"p", "br", "div", "li", "h1", "h2", "h3", "h4", "tr", "article", "section"} else " "
        )
        place = end + 1
    text = entities.unescape("".join(pieces))
    return re.sub(r"[ \t]+", " ", re.sub(r"\n[ \n\t]+", "\n", text)).strip()


def _fetch(address: str) -> bytes:
    """Fetch a page, with a limit on time and size."""
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    shown = address if len(address) <= 200 else f"{address[:80]}..."
    end, pieces, size = time.monotonic() + FETCH_SECONDS, list[bytes](), 0
    try:
        request = Request(address, headers={"User-Agent": "rechenmacht"})  # noqa: S310
        with urlopen(request, timeout=FETCH_SECONDS) as answer:  # noqa: S310
            while size <= MOST_BYTES and (piece := answer.read1(files.PIECE)):
                pieces.append(piece)
                size += len(piece)
                if time.monotonic() > end:
                    raise BadInput(f"{shown} cannot be fetched within {FETCH_SECONDS} s")
    except (OSError, ValueError, HTTPException) as error:
        raise BadInput(f"{shown!r} cannot be fetched: {getattr(error, 'reason', error)}") from None
    return b"".join(pieces)
