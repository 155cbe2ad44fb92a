"""The environment: one row for each variable that Convene reads, which is read here and once.

Each variable NAME may also be given as NAME_FILE, the path of a file that holds the value (Docker
and systemd secrets). docs/configuration.md lists the same variables; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.environment import alerts
from config.environment import setting_readers as read
from config.environment.database_url import POSTGRESQL_EXAMPLE, parse_database_url, sqlite
from config.environment.embed_origins import parse_embed_origins
from config.environment.languages import parse_languages
from config.environment.media_storage_url import (
    FOLDER_EXAMPLE,
    media_folder,
    parse_media_storage_url,
)
from config.environment.sentry_dsn import SENTRY_EXAMPLE, parse_sentry_dsn
from config.environment.setting import EnvironmentProblem, Setting, Values, setting
from config.environment.signing_keys import parse_own_key, parse_own_keys, parse_signing_keys
from config.environment.trusted_proxies import Network, parse_trusted_proxies
from config.environment.var_dir import BASE_DIR, make_var_dir, own_secret, own_var_dir
from newsletter.logs.line import LogFormat
from newsletter.transport.config.alert_target import AlertTarget
from newsletter.transport.config.mailbox_url import (
    REPLY_EXAMPLE,
    MailboxSettings,
    parse_mailbox_url,
    parse_reply_mailbox_url,
)
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.inbox import INBOX_URL
from newsletter.transport.providers.mailer_urls import parse_mailer_urls

__all__ = ["BASE_DIR", "VARIABLES", "Environment", "EnvironmentProblem", "read_environment"]


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings that a host chooses, checked and typed, in the order of the documentation."""

    secret_key: str = setting(
        "SECRET_KEY",
        parse_own_key,
        default=own_secret("SECRET_KEY"),
        example="48 random characters",
        help="Signs sessions and forms",
    )
    debug: bool = setting(
        "DEBUG",
        read.flag,
        default="false",
        example="true",
        help="Shows tracebacks in the browser",
    )
    site_url: str = setting(
        "SITE_URL",
        read.site_url,
        default=lambda values: f"http://localhost:{values['PORT']}",
        example="https://lists.example.org",
        help="The address of this installation as visitors see it",
    )
    allowed_hosts: list[str] = setting(
        "ALLOWED_HOSTS",
        read.hosts,
        default=lambda values: _hosts_of(values["SITE_URL"]),
        example="lists.example.org",
        help="Host names that are answered, with commas or spaces between them",
    )
    var_dir: Path = setting(
        "VAR_DIR",
        make_var_dir,
        default=own_var_dir,
        example="/var/lib/convene",
        help="Where files are kept",
    )
    media_storage: dict[str, Any] = setting(
        "MEDIA_STORAGE_URL",
        parse_media_storage_url,
        default=lambda values: media_folder(values["VAR_DIR"] / "media"),
        example=FOLDER_EXAMPLE,
        help="Where images lie that staff upload",
    )
    database: dict[str, object] = setting(
        "DATABASE_URL",
        parse_database_url,
        default=lambda values: sqlite(str(values["VAR_DIR"] / "convene.sqlite3")),
        example=POSTGRESQL_EXAMPLE,
        help="PostgreSQL for anything that must not be lost",
    )
    redis_url: str = setting(
        "REDIS_URL",
        read.redis_url,
        default=lambda _: "",
        example="redis://127.0.0.1:6379/0",
        help="Carries the queue and the cache",
    )
    link_keys: list[str] = setting(
        "LINK_KEYS",
        parse_own_keys,
        default=lambda values: [own_secret("LINK_KEYS")(values)],
        example="48 random characters",
        help="Keys that sign the links in mail, with commas between them",
    )
    transactional_mailer: MailerSettings = setting(
        "TRANSACTIONAL_MAILER_URL",
        read.one_mailer,
        default=INBOX_URL,
        example="smtp://user:password@mail.example.org:587",
        help="How confirmations and other transactional emails are sent",
    )
    bulk_mailers: tuple[MailerSettings, ...] = setting(
        "BULK_MAILER_URL",
        parse_mailer_urls,
        default=INBOX_URL,
        example="mailgun://:KEY@lists.example.org",
        help="How campaigns leave",
    )
    webhook_secret: str = setting(
        "WEBHOOK_SECRET",
        parse_own_key,
        default=lambda _: "",
        example="48 random characters",
        help="What a provider must know to report bounces and complaints",
    )
    webhook_signing_keys: dict[str, str] = setting(
        "WEBHOOK_SIGNING_KEYS",
        parse_signing_keys,
        default=lambda _: {},
        example="mailgun=0123456789abcdef0123456789abcdef",
        help="Keys by which providers sign what they report, with commas between them",
    )
    bounce_mailbox: MailboxSettings | None = setting(
        "BOUNCE_MAILBOX_URL",
        parse_mailbox_url,
        default=lambda _: None,
        example="imaps://bounces:password@mail.example.org/INBOX",
        help="The mailbox to which bounces come back where campaigns leave by SMTP",
    )
    reply_mailbox: MailboxSettings | None = setting(
        "REPLY_MAILBOX_URL",
        parse_reply_mailbox_url,
        default=lambda _: None,
        example=REPLY_EXAMPLE,
        help="The mailbox to which calendars send answers to invitations",
    )
    alert_email: tuple[str, ...] = setting(
        "ALERT_EMAIL",
        alerts.alert_addresses,
        default=lambda _: (),
        example="ops@example.org",
        help="Addresses that are told when something is wrong",
    )
    alert_mailer: MailerSettings | None = setting(
        "ALERT_MAILER_URL",
        read.one_mailer,
        default=lambda _: None,
        example="smtp://user:password@mail.example.net:587",
        help="How such an email leaves if the transactional mailer fails",
    )
    alert_url: AlertTarget | None = setting(
        "ALERT_URL",
        alerts.alert_url,
        default=lambda _: None,
        example="ntfy+https://:TOKEN@ntfy.sh/TOPIC",
        help="Where the same is posted",
    )
    heartbeat_url: str = setting(
        "HEARTBEAT_URL",
        alerts.heartbeat_url,
        default=lambda _: "",
        example="https://hc-ping.com/UUID",
        help="Fetched every 30 seconds while nothing serious is wrong",
    )
    embed_origins: list[str] = setting(
        "EMBED_ORIGINS",
        parse_embed_origins,
        default=lambda _: [],
        example="https://www.example.org,https://*.example.com",
        help="Sites that may frame the sign-up form",
    )
    exit_url: str = setting(
        "EXIT_URL",
        read.web_page,
        default="https://www.wikipedia.org/",
        example="https://www.wikipedia.org/",
        help="The website that “Exit this page” opens",
    )
    languages: list[str] = setting(
        "LANGUAGES",
        parse_languages,
        default="en,fr,es,ro,uk,ar",
        example="en,fr,es",
        help="Languages that content may be written in, and public pages shown in",
    )
    trusted_proxies: tuple[Network, ...] = setting(
        "TRUSTED_PROXIES",
        parse_trusted_proxies,
        default=lambda _: (),
        example="10.0.0.0/24,192.0.2.7",
        help="Networks of proxies whose `X-Forwarded-For` is believed",
    )
    self_approval: bool = setting(
        "SELF_APPROVAL",
        read.flag,
        default=lambda values: _no_mail_leaves(values),
        example="true",
        help="Authors may approve their own campaigns",
    )
    log_format: LogFormat = setting(
        "LOG_FORMAT",
        read.log_format,
        default="line",
        example="json",
        help="The form of the log",
    )
    sentry_dsn: str = setting(
        "SENTRY_DSN",
        parse_sentry_dsn,
        default=lambda _: "",
        example=SENTRY_EXAMPLE,
        help="The Sentry-compatible service that errors are reported to",
    )
    metrics_token: str = setting(
        "METRICS_TOKEN",
        parse_own_key,
        default=lambda _: "",
        example="48 random characters",
        help="What Prometheus must know to read `/metrics`",
    )
    port: int = setting(
        "PORT",
        read.port,
        default="8000",
        example="9001",
        help="Where `make run` listens, on 127.0.0.1 only",
    )

    @property
    def embedded(self) -> bool:
        """Return whether Convene runs on one machine without Redis."""
        return not self.redis_url


SETTINGS: Mapping[str, Setting] = {
    row.name: row for field in fields(Environment) if (row := field.metadata["setting"])
}
VARIABLES = tuple(SETTINGS)


def read_environment(source: Mapping[str, str]) -> Environment:
    """Read all variables from `source`.

    Raises:
        EnvironmentProblem: a value can't be used; nothing has been started yet.
    """
    values = Values(SETTINGS, source)
    return Environment(
        **{field.name: values[field.metadata["setting"].name] for field in fields(Environment)}
    )


def _hosts_of(site: str) -> list[str]:
    host = urlsplit(site).hostname or "localhost"
    return sorted({host, "localhost", "127.0.0.1", "[::1]"})


def _no_mail_leaves(values: Values) -> bool:
    """Return whether all mail ends in the built-in inbox, so that one person may try everything."""
    mailers = (values["TRANSACTIONAL_MAILER_URL"], *values["BULK_MAILER_URL"])
    return all(mailer.provider == "inbox" for mailer in mailers)
