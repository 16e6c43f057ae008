"""Addresses, titles and places of publications: worked cases and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.evidence.documents import (
    document_of,
    is_domain,
    looks_like_an_address,
    names_a_page,
    names_raw_ip,
    says_a_place,
)

ADDRESS = "https://www.gazette.example/a/1"


@pytest.mark.parametrize(
    "title",
    [
        "gazette.example",
        "www.gazette.example",
        "https://gazette.example/a/1",
        "http://10.0.0.1/x",
        "10.0.0.1",
        "gazette.example: Firm buys chips",
        "gazette.example - Firm buys chips",
        "gazette.example | Firm buys chips",
        "gazette.example/a/1 Firm buys chips",
        "gazette.example on chips",
        "news.other.co.uk: Firm buys chips",
        '"gazette.example"',
    ],
)
def test_titles_that_are_addresses(title: str) -> None:
    assert looks_like_an_address(title, ADDRESS)


@pytest.mark.parametrize(
    "title",
    [
        "Firm buys chips",
        "MLPerf Training v5.1: result logs",
        "thresholdData.js: a table",
        "H.R. 6875, 119th Congress",
        "Llama3.1 Model Quality Evaluation",
        "Booking.com reports results",
        "US-China: 3.5 billion for chips",
        "AIConfigurator 0.4: measured points",
        "Version 10.0.0 released",
    ],
)
def test_titles_that_are_none(title: str) -> None:
    assert not looks_like_an_address(title, ADDRESS)


@pytest.mark.parametrize(
    "address",
    [
        "http://46.235.172.94/Archive/a.txt",
        "46.235.172.94/Archive",
        "https://user:x@46.235.172.94:8080/a",
        "http://[2001:db8::1]/a",
        "http://0x2eebac5e/a",
        "http://787197022/a",
        "read at http://46.235.172.94/a",
        "46.235.172.94",
    ],
)
def test_raw_addresses(address: str) -> None:
    assert names_raw_ip(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://gazette.example/v1.2.3.4/a",
        "doi:10.1234/5.6.7.8",
        "https://arxiv.org/abs/2104.04473",
        "github:a/b",
        "",
        "release 1.2.3",
    ],
)
def test_addresses_with_a_name(address: str) -> None:
    assert not names_raw_ip(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://gazette.example",
        "https://gazette.example/",
        "gazette.example",
        "http://www.gazette.example/index.html",
        "https://gazette.example/en/",
        "https://gazette.example/#top",
        "https://gazette.example/?utm_source=x",
        "doi:",
        "",
    ],
)
def test_sites(address: str) -> None:
    assert not names_a_page(address)


@pytest.mark.parametrize("address", [ADDRESS, "https://gazette.example/?p=3", "doi:10.1/x", "gazette.example/a"])
def test_pages(address: str) -> None:
    assert names_a_page(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ADDRESS, "http://gazette.example/a/1/"),
        (ADDRESS, "https://m.gazette.example/a/1#part"),
        (ADDRESS, "https://www.GAZETTE.example/a/1?utm_source=x&ref=y"),
        (ADDRESS, "https://www.gazette.example/a/1/amp"),
        (ADDRESS, "https://www.gazette.example/a/1/index.html"),
        ("https://arxiv.org/abs/2104.04473", "https://arxiv.org/pdf/2104.04473v2"),
        ("https://arxiv.org/abs/2104.04473", "arxiv:2104.04473"),
        ("https://arxiv.org/html/2104.04473v1", "https://doi.org/10.48550/arXiv.2104.04473"),
        ("doi:10.1/X", "https://doi.org/10.1/x"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
    ],
)
def test_one_document(one: str, other: str) -> None:
    assert document_of(one) == document_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ADDRESS, "https://gazette.example/a/2"),
        ("https://gazette.example/?p=3", "https://gazette.example/?p=4"),
        ("https://arxiv.org/abs/2104.04473", "https://arxiv.org/abs/2104.04474"),
        ("https://a.example/x", "https://b.example/x"),
    ],
)
def test_two_documents(one: str, other: str) -> None:
    assert document_of(one) != document_of(other)


@given(st.from_regex(r"[a-z]{1,8}(/[a-z0-9]{1,6}){0,3}", fullmatch=True))
def test_the_key_of_a_document_is_its_own_key(path: str) -> None:
    key = document_of(f"https://www.site.example/{path}?b=1&utm_id=2#x")
    assert document_of(key) == key
    assert document_of(f"http://site.example/{path}/?b=1") == key


def test_domains_and_file_names() -> None:
    assert is_domain("gazette.example")
    assert not is_domain("results.csv")
    assert not is_domain("v5.1")


@pytest.mark.parametrize("text", ["", "  ", "page not recorded", "n/a", "unknown", "?", "--"])
def test_no_place(text: str) -> None:
    assert not says_a_place(text)


@pytest.mark.parametrize("text", ["p. 3", "abstract", "row 2020", "not recorded in the table, see p. 3"])
def test_a_place(text: str) -> None:
    assert says_a_place(text)
