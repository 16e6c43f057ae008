"""What README and docs show of the server answers: addresses and requests, as they stand."""

from __future__ import annotations

from clients import TestClient
from written import addresses, blocks, curl


def test_every_address_answers(client: TestClient) -> None:
    assert len(addresses()) >= 4
    for address in addresses():
        assert client.get(address).status_code == 200, address


def testcurl_of_the_pages_answers(client: TestClient) -> None:
    found = [words for block in blocks() for words in curl(block.text)]
    assert len(found) >= 2
    for words in found:
        path = next(word for word in words if word.startswith("http://127.0.0.1:8000"))[len("http://127.0.0.1:8000") :]
        body = words[words.index("-d") + 1] if "-d" in words else None
        headers = {"content-type": "application/json"} if body else {}
        answer = client.request("POST" if body else "GET", path, content=body, headers=headers)
        assert answer.status_code == 200, (path, answer.text[:300])
