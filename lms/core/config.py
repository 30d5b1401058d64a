"""Every setting: read from the environment, validated at start, refused when unsafe."""

from __future__ import annotations

import enum
import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(enum.StrEnum):
    """What this installation is for."""

    DEVELOPMENT = "development"
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class UnsafeSettings(SystemExit):
    """A setting is missing or unsafe; the message says which and why."""


class Settings(BaseSettings):
    """The settings of one installation. Environment variables are upper case with the prefix LMS_."""

    model_config = SettingsConfigDict(env_prefix="LMS_", extra="forbid", frozen=True, populate_by_name=True)

    mode: Mode = Field(Mode.DEVELOPMENT, description="development, demo, test or production")
    data_dir: Path = Field(
        Path("var"), description="folder for the SQLite database, files, keys and the job queue"
    )
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("database_url", "DATABASE_URL"),
        description="SQLAlchemy address of the database; default: SQLite in the data folder",
    )
    secret_key: str = Field(
        "", description="signs sessions and links; default: generated once into the data folder"
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        5000, validation_alias=AliasChoices("port", "PORT"), description="port of the web server"
    )
    base_url: str = Field(
        default_factory=lambda known: f"http://localhost:{known['port']}",
        description="the address people type, without a final slash; default: localhost at the port",
    )
    host: str = Field("127.0.0.1", description="address the web server listens on")
    institution: str = Field(
        "Cadre Institute", description="name of the institution, in the header and in mails"
    )
    mail_url: str = Field(
        "",
        description="smtp://user:password@host:587, or smtps:// for TLS from the start; empty: mails are only kept",
    )
    mail_from: str = Field("Cadre <no-reply@localhost>", description="sender of mails")
    admin_email: str = Field("", description="makes this person the first administrator at start")
    admin_name: str = Field("", description="that person's name")
    web_workers: Annotated[int, Field(ge=1, le=64)] = Field(
        2, description="worker processes of the web server"
    )
    web_threads: Annotated[int, Field(ge=1, le=64)] = Field(4, description="threads of each worker process")
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        0, description="how many proxies stand in front"
    )
    session_hours: Annotated[int, Field(ge=1, le=720)] = Field(168, description="a sign-in lasts this long")
    lockout_attempts: Annotated[int, Field(ge=3, le=50)] = Field(
        8, description="wrong passwords before a pause"
    )
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(15, description="how long that pause is")
    max_upload_mb: Annotated[int, Field(ge=1, le=2000)] = Field(100, description="largest request body")
    scan_command: str = Field(
        "",
        description="program that looks for harm in the file whose path it is given: 0 is clean, 1 refused",
    )
    scan_socket: str = Field(
        "", description="clamd instead of a program: /path/of/its/socket or host:port; empty: none"
    )
    scan_seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        120, description="so long the scanner may take for one file"
    )
    log_json: bool = Field(False, description="write logs as JSON lines")
    totp_key: str = Field(
        "", description="encrypts authenticator secrets; default: generated once into the data folder"
    )

    push_key: str = Field(
        "",
        description="by which push services know this installation; default: generated once into the data folder",
    )
    gateway_url: str = Field(
        "", description="where urgent text messages are handed over by a signed call; empty: none are sent"
    )
    gateway_secret: str = Field(
        "", description="signs those calls, and the reports that come back; at least 32 characters"
    )
    gateway_report_minutes: int = Field(
        120,
        ge=1,
        description="so long reports on texts may take; then it is not known whether they arrived",
    )
    zoom_account_id: str = Field(
        "", description="makes Zoom the meeting provider; empty: any address that is typed"
    )
    zoom_client_id: str = Field("", description="of the server-to-server OAuth app")
    zoom_client_secret: str = Field("", description="of that app")
    zoom_user: str = Field("", description="the Zoom user who holds the meetings: id or address")
    zoom_api_url: str = Field("https://api.zoom.us/v2", description="where Zoom's interface is")
    zoom_sign_in_url: str = Field("https://zoom.us/oauth/token", description="where its tokens come from")

    @model_validator(mode="after")
    def _meetings(self) -> Self:
        if not self.zoom_account_id:
            return self
        for name in ("zoom_client_id", "zoom_client_secret", "zoom_user"):
            if not getattr(self, name):
                raise ValueError(f"{name} must be set where zoom_account_id is")
        for name in ("zoom_api_url", "zoom_sign_in_url"):
            address = urlsplit(getattr(self, name))
            if address.scheme != "https" and not (self.mode is Mode.TEST and address.hostname == "127.0.0.1"):
                raise ValueError(f"{name} must begin with https://, or the account's secret travels in clear")
        return self

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.base_url.endswith("/"):
            raise ValueError("base_url ends with a slash; write it without")
        if self.scan_command and self.scan_socket:
            raise ValueError("set scan_command or scan_socket, not both")
        if self.gateway_url and len(self.gateway_secret) < 32:
            raise ValueError("gateway_secret must have at least 32 characters where gateway_url is set")
        if self.mode is not Mode.PRODUCTION:
            return self
        if self.gateway_url and not self.gateway_url.startswith("https://"):
            raise ValueError("in production gateway_url must begin with https://")
        address = urlsplit(self.base_url)
        if address.scheme != "https":
            raise ValueError("in production base_url must begin with https://, or sign-ins travel in clear")
        if len(self.secret_key) < 32:
            raise ValueError("in production secret_key must be set and have at least 32 characters")
        if len(self.totp_key) < 32:
            raise ValueError("in production totp_key must be set and have at least 32 characters")
        if not self.mail_url:
            raise ValueError("in production mail_url must be set, or no invitation ever arrives")
        return self

    @property
    def https(self) -> bool:
        """Whether people reach this installation by https."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's address."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve()}/cadre.db"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    @property
    def files_dir(self) -> Path:
        """Where uploaded files are kept."""
        return self.data_dir / "files"

    @property
    def uploads_dir(self) -> Path:
        """Where what has arrived of unfinished uploads is kept."""
        return self.data_dir / "uploads"

    def key(self, name: str) -> str:
        """A secret: the one configured, or one generated once and kept in the data folder."""
        configured: str = getattr(self, name)
        return configured or _kept_secret(self.data_dir / "keys" / name)


def _kept_secret(path: Path) -> str:
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def load(**overrides: Any) -> Settings:
    """Read the settings from the environment.

    Raises UnsafeSettings with one sentence for each setting that is wrong.
    """
    try:
        return Settings(**overrides)
    except ValidationError as wrong:
        lines = [
            f"LMS_{str(error['loc'][0]).upper() if error['loc'] else 'SETTINGS'}: "
            + error["msg"].removeprefix("Value error, ")
            for error in wrong.errors()
        ]
        raise UnsafeSettings("Cadre does not start:\n" + "\n".join(lines)) from None
