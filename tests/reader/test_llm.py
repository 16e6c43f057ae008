"""A language model may only point at words; a lying, stalling or babbling one changes nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.domains.reader.llm import proposer
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

TEXT = "Der H100 hat 80 GB Speicher. Das Paar kostet rund vierzigtausend Taler, sagt Nvidia."


@contextmanager
def server(reply: object, delay: float = 0.0, drip: bool = False) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = (
                reply
                if isinstance(reply, bytes)
                else json.dumps({"choices": [{"message": {"content": json.dumps(reply)}}]}).encode()
            )
            self.send_response(200)
            self.end_headers()
            try:
                if drip:
                    for _ in range(50):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.1)
                time.sleep(delay)
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/v1"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(5)


def spans(reply: object, **how: float | bool) -> tuple[list[str], list[str]]:
    notes: list[str] = []
    with server(reply, **how) as address:  # type: ignore[arg-type]
        reader = Reader(load(), proposer(address, "stand-in", notes.append, seconds=0.6))
        return [q.text for q in reader.read(TEXT).quantities], notes


ALONE = [q.text for q in Reader(load()).read(TEXT).quantities]


def test_a_lie_is_dropped() -> None:
    lies = {
        "quantities": [
            {"text": "96 GB"},
            {"text": "80 GB", "value": 1e30, "verdict": "contradicted"},
            {"text": "sagt Nvidia"},
            {"text": 5},
            7,
            {"text": ""},
        ]
    }
    found, notes = spans(lies)
    assert found == ALONE
    assert notes == []


@pytest.mark.parametrize(
    "reply", [b"", b"<html>", b'{"choices": []}', b"[" * 100_000, b"x" * 2_000_000, {"quantities": "all"}, ["80 GB"]]
)
def test_garbage_changes_nothing(reply: object) -> None:
    assert spans(reply)[0] == ALONE


def test_a_stalling_server_is_left_alone() -> None:
    begin = time.monotonic()
    found, notes = spans({"quantities": []}, delay=1.5)
    assert found == ALONE
    assert len(notes) == 1
    assert time.monotonic() - begin < 10
    assert spans({"quantities": []}, drip=True)[0] == ALONE


def test_no_server_and_no_address() -> None:
    notes: list[str] = []
    reader = Reader(load(), proposer("http://127.0.0.1:9/v1", "none", notes.append, seconds=0.5))
    assert [q.text for q in reader.read(TEXT).quantities] == ALONE
    assert len(notes) == 1
    with pytest.raises(BadInput, match="no http"):
        proposer("file:///etc/passwd", "none", notes.append)


def test_a_grounded_span_is_read_by_our_grammar() -> None:
    text = "Die Anlage heißt jetzt Turm 5000 und kostet viel."
    without = [q.text for q in Reader(load()).read(text).quantities]
    with server({"quantities": [{"text": "5000"}]}) as address:
        reader = Reader(load(), proposer(address, "stand-in", print, seconds=2))
        assert {q.text for q in reader.read(text).quantities} >= set(without)
