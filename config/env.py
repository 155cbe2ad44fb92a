"""The environment: every variable that Convene reads is read here, once, with a helpful complaint when it is wrong.

Each variable NAME may also be given as NAME_FILE, the path of a file that holds the value (Docker
and systemd secrets). docs/configuration.md lists the same variables; a test holds the two together.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from babel import Locale, UnknownLocaleError

from config.database_url import UNREADABLE, DatabaseUrlError, parse_database_url, sqlite
from config.private_files import make_private
from config.signing_keys import SigningKeyError, parse_signing_keys
from config.trusted_proxies import Network, TrustedProxyError, parse_trusted_proxies
from newsletter.core.languages import parse_language
from newsletter.transport.config.mailbox_url import MailboxSettings, parse_mailbox_url
from newsletter.transport.config.mailer_options import MailerUrlError
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.mailer_urls import parse_mailer_urls

BASE_DIR = Path(__file__).resolve().parent.parent

VARIABLES = (
    "SECRET_KEY",
    "DEBUG",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "VAR_DIR",
    "DATABASE_URL",
    "REDIS_URL",
    "LINK_KEYS",
    "TRANSACTIONAL_MAILER_URL",
    "BULK_MAILER_URL",
    "WEBHOOK_SECRET",
    "WEBHOOK_SIGNING_KEYS",
    "BOUNCE_MAILBOX_URL",
    "EMBED_ORIGINS",
    "LANGUAGES",
    "TRUSTED_PROXIES",
    "PORT",
)
"""The contract of names. PORT only serves the default of SITE_URL and `make run`."""

MINIMUM_KEY_LENGTH = 32
"""Characters of a signing key: 32 random ones carry well over 128 bits."""


class EnvironmentProblem(Exception):
    """A variable that can't be used.

    The message names it, says what is wrong and gives an example.
    """

    def __init__(self, variable: str, problem: str, *, example: str) -> None:
        super().__init__(f"{variable}: {problem}. Example: {variable}={example}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says, checked and typed."""

    secret_key: str
    debug: bool
    site_url: str
    allowed_hosts: list[str]
    var_dir: Path
    database: dict[str, object]
    redis_url: str
    link_keys: list[str]
    transactional_mailer: MailerSettings
    bulk_mailers: tuple[MailerSettings, ...]
    webhook_secret: str
    webhook_signing_keys: dict[str, str]
    bounce_mailbox: MailboxSettings | None
    embed_origins: list[str]
    languages: list[str]
    trusted_proxies: tuple[Network, ...]

    @property
    def embedded(self) -> bool:
        """Whether Convene runs on one machine without Redis."""
        return not self.redis_url


def read_environment(source: Mapping[str, str]) -> Environment:
    """Read all variables from `source`.

    Raises:
        EnvironmentProblem: a value can't be used; nothing has been started yet.
    """
    values = {name: _value(source, name) for name in VARIABLES}
    var_dir = _var_dir(values["VAR_DIR"])
    database = _database(values["DATABASE_URL"], var_dir)
    on_this_machine_only = not values["DATABASE_URL"]
    site_url = _site_url(values["SITE_URL"], values["PORT"])
    return Environment(
        secret_key=_secret(
            "SECRET_KEY", values["SECRET_KEY"], var_dir, may_make=on_this_machine_only
        ),
        debug=_flag("DEBUG", values["DEBUG"]),
        site_url=site_url,
        allowed_hosts=_hosts(values["ALLOWED_HOSTS"]) or _default_hosts(site_url),
        var_dir=var_dir,
        database=database,
        redis_url=_redis_url(values["REDIS_URL"]),
        link_keys=_link_keys(values["LINK_KEYS"], var_dir, may_make=on_this_machine_only),
        transactional_mailer=_transactional_mailer(values["TRANSACTIONAL_MAILER_URL"]),
        bulk_mailers=_read("BULK_MAILER_URL", parse_mailer_urls, values["BULK_MAILER_URL"]),
        webhook_secret=_long_enough("WEBHOOK_SECRET", values["WEBHOOK_SECRET"]),
        webhook_signing_keys=_read(
            "WEBHOOK_SIGNING_KEYS", parse_signing_keys, values["WEBHOOK_SIGNING_KEYS"]
        ),
        bounce_mailbox=_read("BOUNCE_MAILBOX_URL", parse_mailbox_url, url)
        if (url := values["BOUNCE_MAILBOX_URL"])
        else None,
        embed_origins=_origins(values["EMBED_ORIGINS"]),
        languages=_languages(values["LANGUAGES"]),
        trusted_proxies=_read("TRUSTED_PROXIES", parse_trusted_proxies, values["TRUSTED_PROXIES"]),
    )


def _value(source: Mapping[str, str], name: str) -> str:
    plain, path = source.get(name, "").strip(), source.get(f"{name}_FILE", "").strip()
    if plain and path:
        raise EnvironmentProblem(
            name, f"both {name} and {name}_FILE are set; keep one", example="value"
        )
    if not path:
        return plain
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise EnvironmentProblem(
            f"{name}_FILE", f"can't read {path!r} ({reason})", example="/run/secrets/name"
        ) from error


def _words(value: str) -> list[str]:
    return [word for word in value.replace(",", " ").split() if word]


def _flag(name: str, value: str) -> bool:
    known = {
        "": False,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
    }
    if value.lower() not in known:
        raise EnvironmentProblem(name, f"{value!r} is neither true nor false", example="true")
    return known[value.lower()]


def _var_dir(value: str) -> Path:
    path = Path(value or BASE_DIR / "var").expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(
            "VAR_DIR",
            f"can't make the folder {str(path)!r} ({error.strerror})",
            example="/var/lib/convene",
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise EnvironmentProblem(
            "VAR_DIR", f"may not write into {str(path)!r}", example="/var/lib/convene"
        )
    if not value:
        make_private(
            path
            # It is surely ours; a folder that somebody named may hold other things, and `doctor` speaks
            # of it
        )
    return path


def _site_url(value: str, port: str) -> str:
    example = "https://lists.example.org"
    if port and not (port.isdigit() and 0 < int(port) < 65536):
        raise EnvironmentProblem(
            "PORT", f"{port!r} is not a port number from 1 to 65535", example="8000"
        )
    if not value:
        return f"http://localhost:{port or 8000}"
    parts = _split("SITE_URL", value, example)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EnvironmentProblem("SITE_URL", f"{value!r} is not a web address", example=example)
    if parts.username is not None or parts.password is not None:
        raise EnvironmentProblem(
            "SITE_URL",
            "it has a user name or password, which would stand in every mail",
            example=example,
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise EnvironmentProblem(
            "SITE_URL", f"{value!r} has a path; Convene wants a host of its own", example=example
        )
    return f"{parts.scheme}://{parts.netloc}"


def _hosts(value: str) -> list[str]:
    hosts = _words(value)
    for host in hosts:
        if "/" in host:
            raise EnvironmentProblem(
                "ALLOWED_HOSTS", f"{host!r} is not a host name alone", example="lists.example.org"
            )
    return hosts


def _languages(value: str) -> list[str]:
    return [_language(word) for word in _words(value) or ["en"]]


def _language(value: str) -> str:
    try:
        tag = parse_language(value)
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        raise EnvironmentProblem(
            "LANGUAGES", f"{value!r} is no language code that is known", example="en,fr,pt-br"
        ) from None
    return tag


def _default_hosts(site_url: str) -> list[str]:
    host = urlsplit(site_url).hostname or "localhost"
    return sorted({host, "localhost", "127.0.0.1", "[::1]"})


def _split(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        # Python's own message would repeat a piece of it, perhaps of the password.
        raise EnvironmentProblem(name, UNREADABLE, example=example) from None
    return parts


def _secret(name: str, value: str, var_dir: Path, *, may_make: bool) -> str:
    if value:
        return _long_enough(name, value)
    if not may_make:
        problem = "it must be set when DATABASE_URL is, so that all hosts share it"
        raise EnvironmentProblem(name, problem, example=secrets.token_urlsafe(48))
    return _secret_of_this_machine(var_dir / f"{name.lower()}.secret")


def _long_enough(name: str, value: str) -> str:
    if value and len(value) < MINIMUM_KEY_LENGTH:
        raise EnvironmentProblem(
            name,
            f"it is shorter than {MINIMUM_KEY_LENGTH} characters",
            example=secrets.token_urlsafe(48),
        )
    return value


def _read[Value](name: str, parse: Callable[[str], Value], value: str) -> Value:
    """`value` as a reader of its own takes it apart; whose complaints name no variable yet."""
    try:
        return parse(value)
    except (DatabaseUrlError, MailerUrlError, SigningKeyError, TrustedProxyError) as error:
        raise EnvironmentProblem(name, str(error), example=error.example) from error


def _secret_of_this_machine(path: Path) -> str:
    """A secret made at the first start and kept in VAR_DIR; two processes that start at once agree on one."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # fails where another process was faster, unlike a rename
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _link_keys(value: str, var_dir: Path, *, may_make: bool) -> list[str]:
    keys = _words(value)
    for key in keys:
        _secret("LINK_KEYS", key, var_dir, may_make=False)
    return keys or [_secret("LINK_KEYS", "", var_dir, may_make=may_make)]


def _redis_url(value: str) -> str:
    example = "redis://127.0.0.1:6379/0"
    if not value:
        return ""
    parts = _split("REDIS_URL", value, example)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise EnvironmentProblem(
            "REDIS_URL", "it is not a Redis URL (redis:// or rediss:// and a host)", example=example
        )
    if not parts.path.strip("/").isdigit() and parts.path.strip("/"):
        raise EnvironmentProblem(
            "REDIS_URL",
            "a number of a database, or nothing, stands after the host",
            example=example,
        )
    return value


def _database(value: str, var_dir: Path) -> dict[str, object]:
    return (
        _read("DATABASE_URL", parse_database_url, value)
        if value
        else sqlite(str(var_dir / "convene.sqlite3"))
    )


def _transactional_mailer(value: str) -> MailerSettings:
    name, example = "TRANSACTIONAL_MAILER_URL", "smtp://user:password@mail.example.org:587"
    mailer, *others = _read(name, parse_mailer_urls, value)
    if others:
        raise EnvironmentProblem(
            name, "it takes one mailer; BULK_MAILER_URL takes several", example=example
        )
    if mailer.warm_up or mailer.domain_rate:
        # Nobody who confirms an address waits until tomorrow.
        raise EnvironmentProblem(
            name,
            "warm_up and domain_rate are for campaigns alone, in BULK_MAILER_URL",
            example=example,
        )
    return mailer


def _origins(value: str) -> list[str]:
    example = "https://www.example.org"
    for origin in _words(value):
        parts = _split("EMBED_ORIGINS", origin, example)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path not in ("", "/")
            or parts.query
            or ";" in origin
        ):
            raise EnvironmentProblem(
                "EMBED_ORIGINS",
                f"{origin!r} is not an origin (scheme, host and port alone)",
                example=example,
            )
    return [origin.rstrip("/") for origin in _words(value)]
