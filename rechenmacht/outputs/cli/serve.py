"""`rechenmacht serve`: the playground and its API over HTTP; `rechenmacht serve-token`: an account for a program."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, base, emit, note, say

if TYPE_CHECKING:
    from rechenmacht.evidence.base import Base
    from rechenmacht.outputs.web.gate import Listener
    from rechenmacht.outputs.web.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port (default 8000; 0 takes a free one).")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="TOML file of settings (docs/serve.md).")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    insecure_public: Annotated[
        bool, typer.Option("--insecure-public", help="Let other machines in without TLS or accounts.")
    ] = False,
) -> None:
    """Serve the playground and its API on this machine, or to a team; no telemetry, nothing is fetched.

    Raises:
        BadInput: if a setting cannot be used, the address is taken, or others would be let in unprotected.
    """
    try:
        from uvicorn.middleware.proxy_headers import _TrustedHosts

        from rechenmacht.outputs.web import ahead, gate
        from rechenmacht.outputs.web import app as web
    except ImportError:
        raise BadInput("serving needs FastAPI and uvicorn: pip install 'rechenmacht[serve]'") from None
    from rechenmacht.outputs.web import settings as forms

    chosen = forms.load(config, {"host": host, "port": port})
    forms.refuse_unsafe(chosen, insecure_public)
    trusted = _TrustedHosts(chosen.trusted) if chosen.behind_proxy else ()
    door = gate.Gate(chosen, lambda client: client in trusted)
    gate.quieten()
    listener = _listen(chosen.host, chosen.port)
    listener.gate = door
    scheme = "https" if chosen.tls_certificate else "http"
    shown = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    address = f"{scheme}://{shown}:{listener.getsockname()[1]}/"
    app = web.create_app(_facts(), chosen)
    if chosen.ahead:
        app.state.service.race.quicken()
    app.state.service.warm()
    server = _server(app, chosen, gate.timed(door), lambda: _ready(address, open_page))
    try:
        listener.listen(1024)  # whoever calls from now on is answered, if a moment later
    except OSError as error:  # another has taken the port in between
        where = f"{chosen.host} port {listener.getsockname()[1]}"
        raise BadInput(f"cannot listen on {where}: {error.strerror or error}") from None
    with ahead.making(app.state.service) if chosen.ahead else contextlib.nullcontext():
        server.run([listener])


def _ready(address: str, open_page: bool) -> None:
    """Say that the server answers, and where."""
    from rechenmacht.outputs.web import pages

    note(f"{address} and {address}api/v1/openapi.json")
    if not pages.Built().manifest:
        note("the pages are not built; the API answers all the same (make web builds them)")
    if open_page:
        import webbrowser

        webbrowser.open(address)


def _facts() -> Base:
    """Return the base that is served: a server runs no code of a workspace.

    Raises:
        BadInput: if plug-ins are asked for.
    """
    from rechenmacht.domains.race.plugins import alone, named, without

    facts = base()
    alone(facts, "a server answers with")
    if left := named(facts.workspace):
        note(f"the workspace's plug-ins are left out: a server runs none ({', '.join(left)})")
    return without(facts) if left else facts


def _server(app: Any, chosen: Settings, protocol: type[asyncio.Protocol], ready: Callable[[], None]) -> Any:
    """Return the server of an app, with its protocol; `ready` is called once it answers."""
    import uvicorn

    class Told(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    return Told(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=chosen.behind_proxy,
            forwarded_allow_ips=chosen.trusted if chosen.behind_proxy else None,
            ssl_certfile=chosen.tls_certificate,
            ssl_keyfile=chosen.tls_key,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=64 * 1024,
            http=protocol,
            ws="none",
        )
    )


def _listen(host: str, port: int) -> Listener:
    """Return a listening socket, so that a port in use is one clear sentence."""
    listener = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        from rechenmacht.outputs.web.gate import Listener

        listener = Listener(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        if listener is not None:
            listener.close()
        raise BadInput(f"cannot listen on {host} port {port}: {error.strerror or error}") from None
    return listener


def serve_token(
    name: Annotated[str, typer.Argument(help="Who the token is for: letters, digits, . _ -")],
    tokens: Annotated[Path, typer.Option("--tokens", help="The token file (setting tokens); made if missing.")],
    as_json: Json = False,
) -> None:
    """Make an account for the API: add a token's hash to the token file and print the token, once.

    Raises:
        BadInput: if the name is taken or cannot be one, or the file cannot be written.
    """
    from rechenmacht.outputs.web.tokens import add

    token = add(tokens, name)
    if as_json:
        emit({"name": name, "token": token})
        return
    say(token)
    note(f"{tokens} holds only its hash; send it as 'Authorization: Bearer TOKEN'")
