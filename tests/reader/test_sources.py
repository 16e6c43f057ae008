"""From file to text: real formats, and input that is broken, huge, hostile or no article at all."""

from __future__ import annotations

import io
import time
from datetime import date
from pathlib import Path

import pytest

from rechenmacht.domains.reader.sources import MOST_BYTES, load, parse
from rechenmacht.errors import BadInput

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj "
    b"4 0 obj<</Length 53>>stream\nBT /F1 12 Tf 20 100 Td (The H100 has 80 GB.) Tj ET\nendstream endobj "
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\nxref\n0 6\n0000000000 65535 f \n"
)


def pdf() -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(PDF + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n0\n%%EOF"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


PAGE = """<!doctype html><html><head><title>x</title><meta property="article:published_time" content="2025-11-20T08:00:00Z">
<script>var a = "999 Milliarden";</script></head><body><nav>Menu 1 2 3</nav><article><h1>Chips</h1>
<p>Das CloudMatrix 384 verbindet 384 Chips, und das ist nur der Anfang einer langen Geschichte &amp; mehr.</p>
<p>Der zweite Absatz erzählt von 10.000 Terawattstunden Strom, die China im Jahr 2024 erzeugt hat.</p>
<script>document.write("777 Chips")</script></article></body></html>"""


def test_html_without_its_scripts() -> None:
    article = parse("a.html", PAGE.encode())
    assert "384 Chips" in article.text
    assert "10.000 Terawattstunden" in article.text
    assert "999" not in article.text
    assert "777" not in article.text
    assert article.date == date(2025, 11, 20)


def test_pdf() -> None:
    assert "80 GB" in parse("a.pdf", pdf()).text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x7fELF" + b"\0" * 100, "binary"),
        (b"%PDF-1.7\n%broken", "damaged PDF"),
        (b"\xff\xfea", "encoding"),
        (b"x" * (MOST_BYTES + 1), "MB"),
        (b"Wort " * 1_000_000, "characters"),
        (b"<html><script>" + b"a" * 1000 + b"</script></html>", "no text"),
    ],
)
def test_one_clear_line(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as told:
        parse("thing", data)
    assert "\n" not in str(told.value)
    assert "thing" in str(told.value)


def test_truncated_pdf() -> None:
    whole = pdf()
    for cut in (20, len(whole) // 3, len(whole) // 2, len(whole) - 30):
        try:
            parse("cut.pdf", whole[:cut])
        except BadInput as told:
            assert "cut.pdf" in str(told)


def test_deep_nesting_and_unclosed_tags() -> None:
    deep = b"<html><body>" + b"<div>" * 100_000 + "384 Chips und mehr über China".encode()
    assert "384 Chips" in parse("deep.html", deep).text
    open_tag = b"<html><body><p>384 Chips</p>" + b"<a " * 200_000
    assert "384 Chips" in parse("open.html", open_tag).text


def test_a_page_of_nothing_but_links_is_not_given_to_the_parser() -> None:
    page = b"<html><body><p>The H100 has 80 GB.</p>" + b"<a href='x'>y</a>" * 60_000 + b"</body></html>"
    began = time.process_time()
    assert "The H100 has 80 GB." in parse("page.html", page).text
    assert time.process_time() - began < 5  # the parser took minutes of a processor for such pages


def test_missing_and_folder_and_address(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load(str(tmp_path / "none.txt"))
    with pytest.raises(BadInput, match="folder"):
        load(str(tmp_path))
    with pytest.raises(BadInput, match="cannot be fetched"):
        load("http://127.0.0.1:9/x")
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(BadInput, match="more than 20 MB"):
        load(str(big))
