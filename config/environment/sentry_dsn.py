"""The address to which a Sentry-compatible service takes errors: `https://KEY@HOST/PROJECT`."""

from urllib.parse import urlsplit

from config.environment.unusable_value import UnusableValue

SENTRY_EXAMPLE = "https://0123456789abcdef@sentry.example.org/7"


class SentryDsnError(UnusableValue):
    """A DSN that can't be used. The message never repeats it, because its key may send events."""


def parse_sentry_dsn(value: str) -> str:
    """Check a DSN, and return it.

    Raises:
        SentryDsnError: it isn't one.
    """
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise SentryDsnError("its host or port can't be read") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise SentryDsnError("it is not the DSN of a project (https://, a key, a host, a number)")
    if not parts.username:
        raise SentryDsnError("it has no key before the host")
    if not parts.path.rpartition("/")[2].isdigit():
        raise SentryDsnError("it doesn't end with the number of a project")
    return value
