"""Mailer URLs: one line of configuration that says how mail leaves."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

INBOX_URL = "inbox://"


class MailerUrlError(ValueError):
    """A mailer URL that can't be used; `example` shows one of the kind that could have been meant."""

    def __init__(self, problem: str, *, example: str) -> None:
        super().__init__(problem)
        self.example = example


@dataclass(frozen=True, slots=True)
class MailerSettings:
    """A mailer as Django's MAILERS wants it, and what Convene itself needs to know of it."""

    provider: str
    backend: str
    options: dict[str, object] = field(default_factory=dict)
    name: str = ""


def parse_mailer_url(url: str) -> MailerSettings:
    """Read one mailer URL.

    Raises:
        MailerUrlError: with what is wrong, and an example.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "inbox":
        return MailerSettings("inbox", "newsletter.transport.inbox.InboxBackend", name=query.get("name", "inbox"))
    if parts.scheme in ("smtp", "smtps", "smtp+plain"):
        return MailerSettings(
            "smtp",
            "django.core.mail.backends.smtp.EmailBackend",
            {
                "host": parts.hostname or "",
                "port": parts.port or 587,
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_tls": parts.scheme == "smtp",
                "use_ssl": parts.scheme == "smtps",
            },
            name=query.get("name", "smtp"),
        )
    raise MailerUrlError(f"{parts.scheme!r} is no mailer that Convene knows", example="smtp://user:password@mail.example.org:587")
