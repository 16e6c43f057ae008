"""Who is asking: nobody in particular on one's own machine, else the holder of a token or of a signed-in session."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import Field
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse, Response

from rechenmacht.outputs.web.api.forms import Strict
from rechenmacht.outputs.web.caller import caller
from rechenmacht.outputs.web.journal import journal
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.service import Service
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.store.kinds import Busy
from rechenmacht.outputs.web.store.opened import Opened
from rechenmacht.outputs.web.tokens import Tokens, hashed

LOCAL = "local"
COOKIE = "rechenmacht"


class Accounts:
    """Tells who a request is from.

    Args:
        settings: the settings; without tokens and oidc everybody is `local`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tokens = Tokens(settings.tokens) if settings.tokens else None
        if self.tokens is not None:
            self.tokens.name_of("")  # a file that cannot be read is said at the start, not at the first request
        self.store: Opened | None = None
        self._ended: set[str] = set()

    def remember(self, store: Opened) -> None:
        """Take the store in which it stands which sessions were ended."""
        if self.settings.accounts:
            self.store, self._ended = store, set(store().ended_sessions())

    def ended(self, session: object) -> bool:
        """Tell whether a session was ended, or has no name by which it could be."""
        return not isinstance(session, str) or hashed(session) in self._ended

    def begin(self, request: Request, user: dict[str, str]) -> None:
        """Begin a session; one that was open before is over."""
        request.session.clear()
        until = int(time.time() + self.settings.session_hours * 3600)
        request.session.update({"user": user, "session": secrets.token_urlsafe(18), "until": until})

    async def end(self, request: Request, service: Service) -> None:
        """End a session here, not in the browser alone: a copy of its cookie is worth nothing any more.

        Raises:
            Problem: 503, if that could not be written down; it holds until the server stops.
        """
        session, until = request.session.get("session"), request.session.get("until")
        request.session.clear()
        if not isinstance(session, str) or self.store is None:
            return
        digest, store = hashed(session), self.store
        self._ended.add(digest)
        try:
            await service.work.run(
                lambda: store().end_session(digest, int(until or time.time() + 86400 * 400)), "store"
            )
        except Busy:
            raise Problem(503, "you are signed out; the database does not answer, so sign out again later") from None

    def user(self, request: Request) -> str | None:
        """Return who a request is from, or None."""
        if not self.settings.accounts:
            return LOCAL
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if self.tokens is not None and kind.lower() == "bearer" and token:
            name = self.tokens.name_of(token.strip())
            if name is not None:
                return f"token:{name}"
        found, until = request.session.get("user"), request.session.get("until")
        if not isinstance(found, dict) or "id" not in found or not isinstance(until, int) or until < time.time():
            return None
        return None if self._over(request.session.get("session"), found) else str(found["id"])

    def _over(self, session: object, user: dict[str, Any]) -> bool:
        """Tell whether a session is over: ended, of a token that is gone, or of a provider no longer asked."""
        if self.ended(session) or (str(user["id"]).startswith("oidc:") and self.settings.oidc is None):
            return True
        # A token that was taken out of the file ends the sessions it began.
        return "token" in user and (self.tokens is None or self.tokens.holder(str(user["token"])) is None)

    def known(self, request: Request) -> str:
        """Return who a request is from.

        Raises:
            Problem: 401, if nobody that is known.
        """
        user = self.user(request)
        if user is None:
            raise Problem(401, "sign in, or send a token of this server", {"WWW-Authenticate": "Bearer"})
        return user


async def user_of(request: Request) -> str:
    """Return who a request is from, for routes to depend on.

    Raises:
        Problem: 401, if nobody that is known.
    """
    accounts: Accounts = request.app.state.accounts
    caller().user = found = accounts.known(request)
    return found


User = Annotated[str, Depends(user_of)]


def install(app: FastAPI, settings: Settings) -> None:
    """Give an app signed session cookies, where there are accounts."""
    if not settings.accounts:
        return
    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.session_secret or secrets.token_hex(32),  # without one, a restart signs everybody out
        session_cookie=COOKIE,
        max_age=int(settings.session_hours * 3600),
        same_site="lax",
        https_only=settings.tls or settings.address.startswith("https://"),
    )


def _client(settings: Settings) -> Any:
    """Return the OpenID Connect client: authorization code with PKCE."""
    from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]

    told = settings.oidc
    assert told is not None  # noqa: S101 - asked only where it is set
    oauth = OAuth()
    oauth.register(
        "oidc",
        client_id=told.client_id,
        client_secret=told.client_secret or None,
        server_metadata_url=told.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": told.scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if told.client_secret else "none",
        },
    )
    return oauth.oidc


def _back(text: str) -> str:
    """Return a place on this server to go back to; anything else becomes the front page."""
    parts = urlsplit(text)
    inside = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return text if inside and "\\" not in text and text.isprintable() else "/"


def routes(service: Service) -> APIRouter:
    """Return the routes of accounts."""
    settings = service.settings
    router = APIRouter(tags=["accounts"])

    @router.get("/me")
    async def me(request: Request) -> Response:
        """Tell who is asking, and how to sign in."""
        oidc, user = settings.oidc, request.app.state.accounts.user(request)
        found = request.session.get("user") if settings.accounts and user is not None else None
        content = {
            "user": user,
            "name": found.get("name") if isinstance(found, dict) else None,
            "accounts": settings.accounts,
            "by_token": settings.tokens is not None,
            "sign_in": {"address": "/api/v1/login", "label": oidc.label} if oidc is not None else None,
        }
        return service.answer(content)

    if settings.oidc is not None:
        _sign_in(router, service)
    if settings.accounts:
        _sessions(router, service)
    return router


class Token(Strict):
    """A token of this server, as `rechenmacht serve-token` prints it."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


def _sessions(router: APIRouter, service: Service) -> None:
    log = journal(service.settings.log)

    @router.post("/login/token", include_in_schema=False)
    async def by_token(request: Request, body: Token) -> Response:
        """Begin a browser's session with a token."""
        accounts: Accounts = request.app.state.accounts
        name = accounts.tokens.name_of(body.token.strip()) if accounts.tokens is not None else None
        if name is None:
            log.event("sign-in refused", "")
            raise Problem(401, "this server has no such token")
        await accounts.end(request, service)
        user = {"id": f"token:{name}", "name": name, "token": hashed(body.token.strip())}
        accounts.begin(request, user)
        log.event("signed in", user["id"])
        return Response(status_code=204)

    @router.post("/logout", include_in_schema=False)
    async def logout(request: Request) -> Response:
        """End the session, here and in the browser."""
        accounts: Accounts = request.app.state.accounts
        log.event("signed out", accounts.user(request) or "")
        await accounts.end(request, service)
        return Response(status_code=204)


def _sign_in(router: APIRouter, service: Service) -> None:
    settings, client = service.settings, _client(service.settings)
    callback, log = settings.address.rstrip("/") + "/api/v1/login/callback", journal(settings.log)

    @router.get("/login", include_in_schema=False)
    async def login(request: Request, back: str = "/") -> Response:
        """Send the browser to the provider."""
        request.session.clear()
        request.session["back"] = _back(back)
        try:
            answer: Response = await client.authorize_redirect(request, callback)
        except Exception as error:  # noqa: BLE001 - whatever the provider's side does wrong
            raise Problem(503, f"the sign-in provider cannot be reached ({type(error).__name__})") from None
        return answer

    @router.get("/login/callback", include_in_schema=False)
    async def returned(request: Request) -> Response:
        """Take the provider's answer and begin a session."""
        back = _back(str(request.session.get("back", "/")))
        try:
            told = await client.authorize_access_token(request)
            claims = told["userinfo"]
            subject, issuer = str(claims["sub"]), str(claims["iss"])
        except Exception as error:  # noqa: BLE001 - whatever comes back that is no valid answer
            request.session.clear()
            raise Problem(401, f"signing in failed ({type(error).__name__})") from None
        name = str(claims.get("name") or claims.get("email") or subject)[:120]
        digest = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:32]
        request.session.clear()
        assert settings.oidc is not None  # noqa: S101 - its caller looked
        if not may_enter(settings.oidc.allow, claims):
            log.event("sign-in refused", f"oidc:{digest}")
            raise Problem(403, "your account at the provider is not on this server's list of who may enter")
        accounts: Accounts = request.app.state.accounts
        accounts.begin(request, {"id": f"oidc:{digest}", "name": name})
        log.event("signed in", f"oidc:{digest}")
        return RedirectResponse(back, 303)


def may_enter(allow: Sequence[str], claims: Mapping[str, Any]) -> bool:
    """Tell whether a list lets a provider's account in.

    Args:
        allow: `*`, an address, `@domain`, `group:NAME`, or `sub:ID`.
        claims: what the provider says of the account; an address counts only where the provider has verified it.
    """
    address = str(claims.get("email") or "").lower() if claims.get("email_verified") is True else ""
    told = claims.get("groups")
    groups = {str(one) for one in told} if isinstance(told, list | tuple) else set[str]()
    names = {"*", f"sub:{claims.get('sub')}", *(f"group:{one}" for one in groups)}
    if address:
        names |= {address, "@" + address.rpartition("@")[2]}
    return any(one in names or one.lower() in names for one in allow)
