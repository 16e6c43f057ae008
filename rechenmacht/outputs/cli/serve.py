"""`rechenmacht serve`: the HTTP API, on this machine unless told otherwise."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import base, note


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8000,
    config: Annotated[Path | None, typer.Option("--config", help="TOML file of limits (docs/serve.md).")] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Allow an address that other machines reach; there are no accounts.")
    ] = False,
) -> None:
    """Answer over HTTP: scenarios, levers, simulations, facts, rules, articles. No telemetry, no accounts.

    Raises:
        BadInput: if the address, the port or the configuration cannot be used.
    """
    try:
        import uvicorn

        from rechenmacht.outputs.web.app import create_app
    except ImportError:
        raise BadInput("serving needs FastAPI and uvicorn: pip install 'rechenmacht[serve]'") from None
    from rechenmacht.outputs.web import settings

    if not 0 <= port <= 65_535:
        raise BadInput(f"--port must be between 0 and 65535, not {port}")
    if not public and not _loopback(host):
        raise BadInput(
            f"--host {host} is reached by other machines; put a proxy with accounts before it, then add --public"
        )
    limits = settings.read(config)
    if public and set(limits.hosts) == set(settings.Settings().hosts):
        raise BadInput("--public needs the names that the server answers to: hosts in the configuration")
    app = create_app(base(), limits)
    note(f"http://{host}:{port}/ and http://{host}:{port}/api/v1/openapi.json")
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False, access_log=False)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
