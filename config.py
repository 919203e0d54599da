"""The settings of one installation: read once from the environment, then passed in."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class Misconfigured(Exception):
    """A setting is missing or unsafe; the message says which one."""


@dataclass(frozen=True, slots=True)
class Config:
    """`production` refuses to start without its own secret and an https-only cookie; `development` makes its secret."""

    data: Path
    secret_key: str
    database_url: str
    env: str = "development"
    port: int = 8000
    demo_password: str | None = None
    max_upload_mb: int = 10
    max_files: int = 10
    trusted_proxies: int = 0
    smtp_url: str | None = field(default=None, repr=False)
    """Where mail goes out; it may hold a password. Without one there is no e-mail."""
    mail_from: str = "Tuntas <tuntas@localhost>"
    base_url: str = "http://127.0.0.1:8000"
    """What the addresses in messages start with."""
    vault_keys: tuple[str, ...] = field(default=(), repr=False)
    """Fernet keys, newest first, that seal what citizens say and who they are: neither in database nor in backup."""
    chat_services: tuple[str, ...] = ("tgram", "whatsapp", "gchat", "discord", "slack")
    """Apprise schemes that people may name; each is a host on the internet that only the scheduler speaks to."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        kind = env.get("TRACKER_ENV", "development")
        if kind not in ("development", "production"):
            raise Misconfigured("TRACKER_ENV: development or production")
        data = Path(env.get("TRACKER_DATA") or ".data").absolute()
        make_folder(data)
        port = number(env, "PORT", 8000)
        smtp_url, base_url = env.get("TRACKER_SMTP_URL") or None, env.get("TRACKER_BASE_URL", "").rstrip("/")
        check_mail(smtp_url, env.get("TRACKER_MAIL_FROM", ""), base_url, production=kind == "production")
        return cls(
            data=data,
            secret_key=secret_key(env.get("TRACKER_SECRET_KEY"), data, production=kind == "production"),
            database_url=env.get("TRACKER_DATABASE_URL") or f"sqlite:///{data / 'tracker.sqlite'}",
            env=kind,
            port=port,
            demo_password=env.get("TRACKER_DEMO_PASSWORD") or None,
            max_upload_mb=number(env, "TRACKER_MAX_UPLOAD_MB", 10),
            max_files=number(env, "TRACKER_MAX_FILES", 10),
            trusted_proxies=number(env, "TRACKER_TRUSTED_PROXIES", 0),
            smtp_url=smtp_url,
            mail_from=env.get("TRACKER_MAIL_FROM") or "Tuntas <tuntas@localhost>",
            base_url=base_url or f"http://127.0.0.1:{port}",
            vault_keys=vault_keys(env.get("TRACKER_VAULT_KEYS"), data, production=kind == "production"),
            chat_services=tuple((env.get("TRACKER_CHAT_SERVICES") or "tgram,whatsapp,gchat,discord,slack").split(",")),
        )

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def files(self) -> Path:
        """The folder of evidence and other uploads."""
        return self.data / "files"

    def for_flask(self) -> dict[str, Any]:
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_pre_ping": not self.database_url.startswith("sqlite"),
                "hide_parameters": True,  # errors are logged, and what people typed is not
            },
            "SESSION_COOKIE_NAME": "tuntas",
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": self.production,
            "WTF_CSRF_TIME_LIMIT": None,
            "MAX_CONTENT_LENGTH": (self.max_upload_mb * self.max_files + 2) * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "TUNTAS": self,
        }


def check_mail(smtp_url: str | None, sender: str, base_url: str, production: bool) -> None:
    """What goes out by mail must have a sender and lead somewhere."""
    if base_url and urlsplit(base_url).scheme not in ("http", "https"):
        raise Misconfigured("TRACKER_BASE_URL: an address such as https://tuntas.example.go.id")
    if smtp_url is None:
        return
    if urlsplit(smtp_url).scheme not in ("smtp", "smtps") or not urlsplit(smtp_url).hostname:
        raise Misconfigured("TRACKER_SMTP_URL: smtp://<user>:<password>@host:587?starttls or smtps://…")
    if sender and ("@" not in sender or "\n" in sender or "\r" in sender):
        raise Misconfigured("TRACKER_MAIL_FROM: an address such as Tuntas <tuntas@example.go.id>")
    for name, value in (("TRACKER_MAIL_FROM", sender), ("TRACKER_BASE_URL", base_url)):
        if production and not value:
            raise Misconfigured(f"{name} is missing, and TRACKER_SMTP_URL is set")


def number(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(env.get(name) or default)
    except ValueError:
        raise Misconfigured(f"{name}: a whole number") from None


WELL_KNOWN = {"secret", "changeme", "change-me", "dev", "development", "test", "password", "default"}


def make_folder(data: Path) -> None:
    """The data folder, for its owner only; one that is there stays as it is. Raises Misconfigured."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"TRACKER_DATA: {data} cannot be made ({error.strerror})") from error


def secret_key(given: str | None, data: Path, production: bool) -> str:
    """The key that signs cookies. In production it is given; elsewhere made once and kept in the data folder (600)."""
    if given and (not production or (len(given) >= 32 and given.lower() not in WELL_KNOWN)):
        return given
    if production:
        problem = "is missing" if not given else "is too short or well known (at least 32 random characters)"
        raise Misconfigured(f"TRACKER_SECRET_KEY {problem}")
    return kept_secret(data, "secret_key")


def vault_keys(given: str | None, data: Path, production: bool) -> tuple[str, ...]:
    """The keys of what is sealed, newest first. In production they are given; elsewhere one is made once and kept in
    the data folder (600), which no backup archive holds."""
    keys = tuple(key.strip() for key in (given or "").split(",") if key.strip())
    if production and not keys:
        raise Misconfigured("TRACKER_VAULT_KEYS is missing: 32 random bytes as urlsafe base64, newest key first")
    if not keys:
        keys = tuple(kept_secret(data, "vault_keys", lambda: base64.urlsafe_b64encode(os.urandom(32)).decode()).split())
    for key in keys:
        try:
            fits = len(base64.urlsafe_b64decode(key)) == 32
        except ValueError:
            fits = False
        if not fits:
            raise Misconfigured("TRACKER_VAULT_KEYS: each key is 32 random bytes as urlsafe base64")
    return keys


def kept_secret(data: Path, name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
    """A secret made at first start. Two processes that start together agree on one."""
    path = data / name
    if not path.exists():
        draft = data / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
