"""Signing in through OpenID Connect: a provider on this machine, the code with PKCE, the cookie, and what goes wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from clients import made
from fastapi.testclient import TestClient

from rechenmacht.evidence.base import Base

pytest.importorskip("authlib")
from joserfc import jwt
from joserfc.jwk import RSAKey

SECRET = "s" * 32


class Provider(BaseHTTPRequestHandler):
    """An OpenID Connect provider that signs everybody in; `wrong` says what it does wrong."""

    key = RSAKey.generate_key(2048, {"kid": "one"})
    codes: dict[str, dict[str, str]] = {}  # noqa: RUF012 - one provider per test run
    wrong = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def log_message(self, *_: Any) -> None:
        pass

    def _send(self, content: Any, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path.startswith("/.well-known"):
            self._send({
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            })  # fmt: skip
        else:
            self._send({"keys": [self.key.as_dict(private=False)]})

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = self.codes.pop(body["code"][0], None)
        digest = hashlib.sha256(body.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            self._send({"error": "invalid_grant"}, 400)
            return
        claims = {
            "iss": "https://evil.example" if self.wrong == "issuer" else self.issuer, "aud": "race", "sub": "42",
            "name": "Ada", "nonce": "x" if self.wrong == "nonce" else asked["nonce"],
            "iat": int(time.time()), "exp": int(time.time()) + (-9999 if self.wrong == "expired" else 300),
        }  # fmt: skip
        key = RSAKey.generate_key(2048, {"kid": "one"}) if self.wrong == "key" else self.key
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        self._send({"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(base: Base, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    told = {
        "address": "http://testserver",
        "oidc": {"issuer": provider, "client_id": "race", "allow": ["*"]},
        "session_secret": SECRET,
    }
    Provider.wrong = ""
    with made(base, tmp_path_factory, **told) as one:
        yield one


def begun(client: TestClient, back: str = "/") -> dict[str, str]:
    """Begin to sign in; return what the browser would bring to the provider."""
    answer = client.get("/api/v1/login", params={"back": back}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/api/v1/login/callback"
    Provider.codes["code"] = asked
    return asked


def returned(client: TestClient, **query: str) -> Any:
    return client.get("/api/v1/login/callback", params=query, follow_redirects=False)


def test_who_signs_in_has_workspaces_until_signing_out(client: TestClient) -> None:
    assert client.get("/api/v1/workspaces").status_code == 401
    assert client.get("/api/v1/me").json()["user"] is None
    asked = begun(client, "/de/?a=1")
    answer = returned(client, code="code", state=asked["state"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/de/?a=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    me = client.get("/api/v1/me").json()
    assert me["name"] == "Ada"
    assert me["user"].startswith("oidc:")
    assert client.post("/api/v1/workspaces", json={"name": "Mine"}).status_code == 201
    assert (
        client.post("/api/v1/workspaces", json={"name": "X"}, headers={"origin": "https://e.example"}).status_code
        == 403
    )
    assert client.post("/api/v1/logout").status_code == 204
    assert client.get("/api/v1/workspaces").status_code == 401


@pytest.mark.parametrize("wrong", ["issuer", "nonce", "expired", "key"])
def test_an_identity_that_does_not_hold_is_refused(client: TestClient, wrong: str) -> None:
    Provider.wrong = wrong
    asked = begun(client)
    answer = returned(client, code="code", state=asked["state"])
    assert answer.status_code == 401, answer.text
    assert client.get("/api/v1/me").json()["user"] is None


def test_state_code_and_cookie_must_be_this_browsers(client: TestClient) -> None:
    asked = begun(client)
    assert returned(client, code="code", state="other").status_code == 401
    begun(client)
    assert returned(client, code="stolen", state=asked["state"]).status_code == 401
    assert returned(client, error="access_denied").status_code == 401
    client.cookies.set("rechenmacht", "forged.value.x")
    assert client.get("/api/v1/me").json()["user"] is None


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_back_to_this_server_only(client: TestClient, back: str) -> None:
    asked = begun(client, back)
    assert returned(client, code="code", state=asked["state"]).headers["location"] == "/"


def test_a_provider_that_is_away_is_said(base: Base, tmp_path_factory: pytest.TempPathFactory) -> None:
    told = {"address": "https://testserver", "oidc": {"issuer": "http://127.0.0.1:9", "client_id": "race"}}
    with made(base, tmp_path_factory, **told) as client:
        answer = client.get("/api/v1/login", follow_redirects=False)
        assert answer.status_code == 503
        assert "cannot be reached" in answer.json()["detail"]
