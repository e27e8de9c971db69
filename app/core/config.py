"""Settings, read once from the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from app.core.addresses import BadAddress, check_address

ROOT = Path(__file__).resolve().parents[2]
DEMO = "demo"
PRODUCTION = "production"
SHORTEST_SECRET = 32
NOTIFY_URL = "https://api.notifications.service.gov.uk"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
KNOWN_SECRETS = frozenset({"secret", "changeme", "change-me", "crossbench", "development"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(Exception):
    """A setting is missing or wrong; the message says what to do about it in one sentence."""


@dataclass(frozen=True)
class Named:
    """One setting as operators see it; the table in docs/operations.md is written from these."""

    name: str
    default: str
    meaning: str


SETTINGS: Final = (
    Named("HOST", "127.0.0.1", "Address to listen on."),
    Named("PORT", "8000", "Port to listen on."),
    Named("CROSSBENCH_VAR", "./var", "Folder of all state and files of this copy."),
    Named(
        "CROSSBENCH_ENV",
        "demo",
        "`demo`, or `production`: then cookies need https, SECRET_KEY must be long and random, "
        "and a database login with all rights is refused.",
    ),
    Named(
        "DATABASE_URL",
        "none",
        "Address of PostgreSQL 16 or newer (`postgresql://`); `sslmode` is understood. "
        "Not set: a server of our own is started below CROSSBENCH_VAR.",
    ),
    Named(
        "MIGRATION_DATABASE_URL",
        "DATABASE_URL",
        "The owner's address, used by `crossbench db upgrade` only. Where it is not set the "
        "application changes to its lesser role by itself.",
    ),
    Named(
        "REDIS_URL",
        "none",
        "Address of Redis or Valkey (`redis://` or `rediss://`). Not set: as for DATABASE_URL.",
    ),
    Named(
        "PUBLIC_URL",
        "none",
        "Where people reach us, such as "
        "`https://posts.example`. Needed in production with SMTP_URL or NOTIFY_API_KEY.",
    ),
    Named(
        "SECRET_KEY",
        "made at the first start (demo)",
        "At least 32 random characters. Changing it makes open forms invalid, mail that waits "
        "unreadable, authenticator apps and secrets of identity providers unusable, and signatures "
        "of older audit heads impossible to check.",
    ),
    Named(
        "SECURITY_CONTACT",
        "the accessibility page",
        "Where `/.well-known/security.txt` sends reports: `mailto:` or `https:`.",
    ),
    Named(
        "SMTP_URL",
        "none",
        "Mail server: `smtp://user:password@host:587?starttls`, `smtps://` for TLS from the first "
        "byte. With a password TLS is demanded. Without SMTP_URL and NOTIFY_API_KEY mail is shown "
        "at `/demo/mailbox` in demo mode, and waits in production.",
    ),
    Named(
        "MAIL_FROM",
        "none",
        "The sender of all mail, such as `Crossbench <no-reply@posts.example>`; needed with "
        "SMTP_URL.",
    ),
    Named(
        "NOTIFY_API_KEY",
        "none",
        "Key of a GOV.UK Notify service, instead of SMTP_URL.",
    ),
    Named(
        "NOTIFY_TEMPLATE_ID",
        "none",
        "Its email template, with `((subject))` as subject and `((body))` as message; needed with "
        "NOTIFY_API_KEY.",
    ),
    Named(
        "NOTIFY_URL",
        "https://api.notifications.service.gov.uk",
        "Where GOV.UK Notify answers.",
    ),
    Named(
        "OIDC_ALLOW_LOOPBACK",
        "no",
        "`yes` lets identity providers be called on this machine without https, to try it out. "
        "Refused in production.",
    ),
    Named(
        "TRUSTED_PROXIES",
        "none",
        "Networks of the proxies in front of us, with commas between them. Only from them the "
        "headers X-Forwarded-For and X-Forwarded-Proto are believed.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """How to reach the mail server. `tls` is `always`, `starttls` or `if offered`."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "if offered"


@dataclass(frozen=True, kw_only=True)
class Notify:
    """How to reach GOV.UK Notify."""

    api_key: str = field(repr=False)
    template_id: str
    url: str = NOTIFY_URL


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the application may be told from outside. Made once, at the start."""

    environment: str = DEMO
    host: str = "127.0.0.1"
    port: int = 8000
    var: Path = ROOT / "var"
    database_url: str = ""
    migration_database_url: str = ""
    redis_url: str = ""
    public_url: str = ""
    secret_key: str = ""
    security_contact: str = ""
    smtp: Smtp | None = None
    notify: Notify | None = None
    mail_from: str = ""
    trusted_proxies: tuple[Network, ...] = ()
    outgoing_loopback: bool = False
    pool_size: int = 10

    @property
    def is_production(self) -> bool:
        """Whether the stricter rules for a public installation apply."""
        return self.environment == PRODUCTION

    @property
    def is_https(self) -> bool:
        """Whether people reach us by https, so that cookies may be marked Secure."""
        return self.is_production or self.public_url.startswith("https://")

    @property
    def base_url(self) -> str:
        """What links in mail and feeds begin with, without a slash at the end."""
        host = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return self.public_url or f"http://{host}:{self.port}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises SettingsError with one sentence that names the setting and what to give instead.
        """
        given = os.environ if environ is None else environ
        environment = given.get("CROSSBENCH_ENV") or DEMO
        if environment not in {DEMO, PRODUCTION}:
            raise SettingsError(f"CROSSBENCH_ENV must be {DEMO} or {PRODUCTION}: {environment!r}.")
        secret = given.get("SECRET_KEY", "")
        public_url = _public_url(given.get("PUBLIC_URL", ""))
        loopback = given.get("OIDC_ALLOW_LOOPBACK", "no") == "yes"
        if environment == PRODUCTION:
            if loopback:
                raise SettingsError("OIDC_ALLOW_LOOPBACK must not be set in production.")
            _check_secret(secret)
            if public_url.startswith("http:"):
                raise SettingsError("In production PUBLIC_URL must start with https://.")
            if not public_url and (given.get("SMTP_URL") or given.get("NOTIFY_API_KEY")):
                raise SettingsError(
                    "In production PUBLIC_URL must say where people reach us: links in mail begin "
                    "with it, such as https://posts.example."
                )
        return cls(
            environment=environment,
            host=given.get("HOST") or "127.0.0.1",
            port=_port(given.get("PORT") or "8000"),
            var=Path(given.get("CROSSBENCH_VAR") or ROOT / "var").expanduser().resolve(),
            database_url=as_database_url(given.get("DATABASE_URL", "")),
            migration_database_url=as_database_url(given.get("MIGRATION_DATABASE_URL", "")),
            redis_url=given.get("REDIS_URL", ""),
            public_url=public_url,
            secret_key=secret,
            security_contact=_contact(given.get("SECURITY_CONTACT", "")),
            **_mail(given),
            trusted_proxies=_networks(given.get("TRUSTED_PROXIES", "")),
            outgoing_loopback=loopback,
        )


def _check_secret(secret: str) -> None:
    if len(secret) < SHORTEST_SECRET or secret.lower() in KNOWN_SECRETS or len(set(secret)) < 8:
        raise SettingsError(
            f"In production SECRET_KEY must be at least {SHORTEST_SECRET} random characters; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'."
        )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise SettingsError(f"PORT must be a whole number from 1 to 65535: {text!r}.")


def as_database_url(text: str) -> str:
    """The address in the form SQLAlchemy with asyncpg takes, whatever the platform handed us."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise SettingsError("DATABASE_URL is not an address: check host and port.") from error
    if parts.scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise SettingsError("DATABASE_URL must start with postgresql://.")
    # Platforms give libpq's word for encryption; asyncpg calls the same thing ssl.
    query = [("ssl" if k == "sslmode" else k, v) for k, v in parse_qsl(parts.query)]
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(query), ""))


def _public_url(text: str) -> str:
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        scheme = ""
    if text and scheme not in {"http", "https"}:
        raise SettingsError(f"PUBLIC_URL must be an address with http:// or https://: {text!r}.")
    return text.rstrip("/")


def _contact(text: str) -> str:
    if not text or (text.startswith(("mailto:", "https:")) and "\n" not in text):
        return text
    raise SettingsError("SECURITY_CONTACT must start with mailto: or https:.")


def _mail(given: Mapping[str, str]) -> dict[str, Any]:
    """Which way mail leaves, if any."""
    smtp, notify = _smtp(given.get("SMTP_URL", "")), _notify(given)
    if smtp and notify:
        raise SettingsError("Set SMTP_URL or NOTIFY_API_KEY, not both.")
    sender = given.get("MAIL_FROM", "")
    try:
        if sender:
            check_address(parseaddr(sender)[1] if sender.isprintable() else "")
    except BadAddress:
        raise SettingsError(
            "MAIL_FROM must be an email address, such as Crossbench <no-reply@posts.example>."
        ) from None
    if smtp and not sender:
        raise SettingsError("With SMTP_URL set, MAIL_FROM must say who mail comes from.")
    return {"smtp": smtp, "notify": notify, "mail_from": sender}


def _smtp(text: str) -> Smtp | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"smtp", "smtps"}:
        raise SettingsError("SMTP_URL must be an address with smtp:// or smtps:// and a host.")
    if parts.scheme == "smtps":
        tls, usual = "always", 465
    elif "starttls" in dict(parse_qsl(parts.query, keep_blank_values=True)):
        tls, usual = "starttls", 587
    else:
        # A password is not shown to whoever stands between us and the server.
        tls, usual = ("starttls" if parts.password and host not in LOOPBACK else "if offered"), 25
    return Smtp(
        host=host,
        port=port or usual,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


def _notify(given: Mapping[str, str]) -> Notify | None:
    key, template = given.get("NOTIFY_API_KEY", ""), given.get("NOTIFY_TEMPLATE_ID", "")
    if not key:
        return None
    if len(key) < 73 or not template:
        raise SettingsError(
            "NOTIFY_API_KEY must be a whole key (name and two ids), with NOTIFY_TEMPLATE_ID."
        )
    return Notify(api_key=key, template_id=template, url=given.get("NOTIFY_URL") or NOTIFY_URL)


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(
            f"TRUSTED_PROXIES must be addresses or networks with commas between them: {error}."
        ) from error
