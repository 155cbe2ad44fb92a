"""Readers of plain settings: each makes a typed value of a variable's text, or complains."""

from urllib.parse import SplitResult, urlsplit

from config.environment.database_url import UNREADABLE
from config.environment.unusable_value import UnusableValue
from newsletter.core.redis_address import BadRedisUrl, parse_redis_url
from newsletter.logs.line import LogFormat
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.mailer_urls import parse_mailer_urls

_FLAGS = {
    **dict.fromkeys(("0", "false", "no", "off"), False),
    **dict.fromkeys(("1", "true", "yes", "on"), True),
}


def words(value: str) -> list[str]:
    """Split a list with commas or spaces between its entries."""
    return [word for word in value.replace(",", " ").split() if word]


def flag(value: str) -> bool:
    """Read a yes or no."""
    if value.lower() not in _FLAGS:
        raise UnusableValue(f"{value!r} must be true or false")
    return _FLAGS[value.lower()]


def log_format(value: str) -> LogFormat:
    """Read the format of log lines."""
    if value not in {*LogFormat}:
        raise UnusableValue(f"{value!r} must be line or json")
    return LogFormat(value)


def port(value: str) -> int:
    """Read a port number."""
    if not (value.isdigit() and 0 < int(value) < 65536):
        raise UnusableValue(f"{value!r} is not a port number from 1 to 65535")
    return int(value)


def site_url(value: str) -> str:
    """Read the address of an installation: scheme, host and port, without a slash at the end."""
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnusableValue(f"{value!r} is not a web address")
    if parts.username is not None or parts.password is not None:
        raise UnusableValue("it has a user name or password, which would be in every email")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UnusableValue(f"{value!r} has a path; Convene needs a host name of its own")
    return f"{parts.scheme}://{parts.netloc}"


def web_page(value: str) -> str:
    """Read the address of a page of another website, which browsers may be led to."""
    parts = _split(value)
    if parts.scheme != "https" or not parts.hostname or set(value) & set(" \"'<>\\"):
        raise UnusableValue(f"{value!r} is not the address of a web page (https:// and a host)")
    if parts.username is not None or parts.password is not None:
        raise UnusableValue("it has a user name or password, which every visitor would see")
    return value


def hosts(value: str) -> list[str]:
    """Read host names with commas or spaces between them."""
    for host in words(value):
        if "/" in host:
            raise UnusableValue(f"{host!r} is not just a host name")
    return words(value)


def redis_url(value: str) -> str:
    """Take the URL of a Redis server, or of the sentinels that know it."""
    try:
        parse_redis_url(value)
    except BadRedisUrl as problem:
        raise UnusableValue(str(problem)) from None
    return value


def one_mailer(value: str) -> MailerSettings:
    """Read the URL of the mailer for single messages.

    Raises:
        MailerUrlError: the URL itself is wrong.
        UnusableValue: there are several, or it has an option that is for campaigns alone.
    """
    mailer, *others = parse_mailer_urls(value)
    if others:
        raise UnusableValue("it takes 1 mailer; BULK_MAILER_URL takes several")
    if mailer.warm_up or mailer.domain_rate:
        # Nobody who confirms an address waits until tomorrow.
        raise UnusableValue(
            "warm_up and domain_rate are for campaigns; use them in BULK_MAILER_URL"
        )
    return mailer


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        # Python's own message would repeat a piece of the value, perhaps of its password.
        raise UnusableValue(UNREADABLE) from None
    return parts
