"""The settings of `rechenmacht serve`: a TOML file, environment variables over it, options over both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rechenmacht import files
from rechenmacht.errors import BadInput, nearest

PREFIX = "RECHENMACHT_SERVE_"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECRET = 32  # bytes, the least of what signs sessions
Count = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Oidc(_Strict):
    """Sign-in through an OpenID Connect provider: authorization code with PKCE."""

    issuer: str = Field(pattern=r"^https?://")
    client_id: str = Field(min_length=1)
    client_secret: str = ""
    scope: str = "openid profile email"
    label: str = "OpenID Connect"
    allow: tuple[str, ...] = ()


class Settings(_Strict):
    """Everything that can be set; `docs/serve.md` has the table. Sizes are in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    hosts: tuple[str, ...] = ()
    address: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    proxies: str = ""
    public: bool = False
    framed_by: tuple[str, ...] = ()
    body_bytes: Count = 1024 * 1024
    upload_bytes: Count = 5 * 1024 * 1024
    text_characters: Count = 400_000
    max_draws: Count = 10_000
    stream_draws: Count = 200_000
    values_in_memory: Count = 1_000_000
    answer_bytes: Count = 1024 * 1024 * 1024
    seconds: Annotated[float, Field(gt=0)] = 30.0
    stream_seconds: Annotated[float, Field(gt=0)] = 600.0
    running: Count = 2
    waiting: Annotated[int, Field(ge=0)] = 200
    waiting_per_client: Annotated[int, Field(ge=0)] = 64
    streams: Count = 64
    streams_per_client: Count = 4
    articles_per_client: Count = 8
    connections: Count = 512
    connections_per_client: Count = 128
    header_seconds: Annotated[float, Field(gt=0)] = 10.0
    body_seconds: Annotated[float, Field(gt=0)] = 60.0
    requests_per_second: Annotated[float, Field(gt=0)] = 50.0
    burst: Count = 200
    cached_bytes: Annotated[int, Field(ge=0)] = 64 * 1024 * 1024
    compiled: bool = True
    ahead: bool = True
    database: str = ""
    saved_scenarios: Count = 1000
    saved_versions: Count = 200
    saved_bytes: Count = 20 * 1024 * 1024
    log: Path | None = None
    tokens: Path | None = None
    oidc: Oidc | None = None
    session_secret: str = ""
    session_hours: Annotated[float, Field(gt=0)] = 12.0

    @field_validator("session_secret")
    @classmethod
    def _long(cls, text: str) -> str:
        if text and len(text.encode()) < SECRET:
            raise ValueError(f"a secret has {SECRET} bytes at least (openssl rand -hex 32 makes one)")
        return text

    @property
    def accounts(self) -> bool:
        """Whether callers must say who they are before they see or change what is saved."""
        return self.tokens is not None or self.oidc is not None

    @property
    def tls(self) -> bool:
        """Whether browsers reach the server through TLS: its own, or a proxy's in front of it."""
        return self.tls_certificate is not None or self.behind_proxy

    @property
    def trusted(self) -> str:
        """The proxies whose word on who calls is taken."""
        return self.proxies or "127.0.0.1,::1"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the store."""
        if not self.database:
            return f"sqlite:///{data_folder() / 'serve.sqlite'}"
        if self.database.startswith("postgresql://"):
            return "postgresql+psycopg://" + self.database.removeprefix("postgresql://")
        return self.database if "://" in self.database else f"sqlite:///{self.database}"


def data_folder() -> Path:
    """Return the folder of the user's data, where the store lies if no database is named."""
    named = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME")
    return Path(named) / "rechenmacht" if named else Path.home() / ".local" / "share" / "rechenmacht"


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    lists = {"hosts", "framed_by"}
    for key, text in environment.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX).lower()
        if name.startswith("oidc_"):
            inner = name.removeprefix("oidc_")
            listed = [part.strip() for part in text.split(",") if part.strip()]
            found.setdefault("oidc", {})[inner] = listed if inner == "allow" else text
        else:
            found[name] = [part.strip() for part in text.split(",") if part.strip()] if name in lists else text
    return found


def _validated(content: dict[str, Any], where: str) -> Settings:
    unknown = [name for name in content if name not in Settings.model_fields]
    if unknown:
        raise BadInput(f"{where}: no setting {unknown[0]!r}{nearest(unknown[0], Settings.model_fields)}")
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{where}: {place}: {first['msg'].lower()}") from None


def load(path: Path | None, options: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings.

    Args:
        path: a TOML file, if there is one.
        options: what the command line sets; None is not set.
        environment: variables RECHENMACHT_SERVE_<NAME>.

    Raises:
        BadInput: if the file cannot be read, or a name or value is wrong.
    """
    content: dict[str, Any] = {}
    if path is not None:
        content = files.toml(path)
        _validated(content, path.name)
    told = _from_environment(environment)
    if isinstance(content.get("oidc"), dict) and "oidc" in told:
        told["oidc"] = {**content["oidc"], **told["oidc"]}
    content = {**content, **told, **{name: value for name, value in options.items() if value is not None}}
    return _validated(content, "settings")


def refuse_unsafe(settings: Settings, insecure: bool) -> None:
    """Let pass what is safe to open to a network: TLS, and accounts or the word that everybody may come.

    Raises:
        BadInput: if the server would listen beyond this machine without them.
    """
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise BadInput("settings: tls_certificate and tls_key go together")
    for path in (settings.tls_certificate, settings.tls_key):
        if path is not None and not path.is_file():
            raise BadInput(f"{path} is no file (settings tls_certificate and tls_key)")
    if settings.oidc is not None and not settings.address:
        raise BadInput("settings: oidc needs address, the https address under which browsers reach the server")
    if settings.oidc is not None and not settings.oidc.allow:
        raise BadInput(
            "settings: oidc needs allow, the list of who may enter: addresses, @domains, group:NAME, sub:ID, or * for "
            "every account of the provider"
        )
    if settings.behind_proxy and not settings.proxies and not settings.loopback:
        raise BadInput(
            f"settings: behind_proxy on {settings.host} needs proxies, the addresses or networks from which the proxy "
            "calls; else all its callers would count as one"
        )
    if settings.loopback or insecure:
        return
    if not settings.tls:
        raise BadInput(
            f"{settings.host} is not this machine alone: set tls_certificate and tls_key, or behind_proxy where a "
            "proxy does TLS (or give --insecure-public)"
        )
    if not (settings.accounts or settings.public):
        raise BadInput(
            f"{settings.host} is not this machine alone: set tokens or oidc, or public = true if everybody may use it "
            "(or give --insecure-public)"
        )
