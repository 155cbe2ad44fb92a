"""Mailer URLs: one line of configuration that says how mail leaves.

This is read before Django is set up, and no complaint ever repeats the URL: it holds a password or
a key.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import SplitResult, unquote, urlsplit

from newsletter.transport.config.mailer_options import (
    CONNECT_TIMEOUT,
    MailerUrlError,
    is_loopback,
    read_options,
)

__all__ = ["INBOX_URL", "MailerSettings", "MailerUrlError", "parse_mailer_url"]

INBOX_URL = "inbox://"
_RETURN_PATH = re.compile(r"(?<![^&])return_path=[^&]*")
_ENCODE = (
    "in a password or key, the characters : / ? # @ and % are written %3A %2F %3F %23 %40 and %25"
)


@dataclass(frozen=True, slots=True)
class MailerSettings:
    """A mailer as Django's MAILERS wants it, and what Convene itself needs to know of it.

    Args:
        provider: inbox, smtp, or the provider's name.
        options: OPTIONS of the backend; secrets are among them.
        name: what staff see, and what rows keep.
        rate: the most messages a second that may leave, over all workers; None for no limit.
        connections: the most that one worker process keeps open.
        batch: the most recipients of one call, where the provider takes several; 1 is one call a
            recipient.
        domain_rate: the most messages a second to one recipient domain; None for no limit.
        warm_up: the first day (UTC) of a plan that begins with few messages a day; None for no such
            plan.
    """

    provider: str
    backend: str
    options: dict[str, object] = field(default_factory=dict, repr=False)
    name: str = ""
    rate: float | None = None
    connections: int = 8
    batch: int = 1
    domain_rate: float | None = None
    warm_up: date | None = None


@dataclass(frozen=True, slots=True)
class _Parts:
    """A URL taken apart, its credentials decoded."""

    scheme: str
    user: str
    password: str
    host: str
    port: int | None
    example: str

    def problem(self, text: str) -> MailerUrlError:
        return MailerUrlError(text, example=self.example)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of mailer: how to read its URL, and one to show."""

    provider: str
    backend: str
    example: str
    read: Callable[[_Parts, Mapping[str, object]], dict[str, object]]
    options: frozenset[str] = frozenset()


def parse_mailer_url(url: str) -> MailerSettings:
    """Read one mailer URL.

    Raises:
        MailerUrlError: with what is wrong, and an example. The URL itself is not repeated.
    """
    scheme, separator, _ = url.strip().partition("://")
    kind = _KINDS.get(scheme.lower())
    if not separator or kind is None:
        raise _unknown(scheme if separator else "")
    parts, query = _take_apart(url.strip(), kind)
    options = read_options(query, known=_COMMON | kind.options, example=kind.example)
    backend_options = kind.read(parts, options)
    return MailerSettings(
        provider=kind.provider,
        backend=kind.backend,
        options=backend_options,
        name=str(options.get("name", kind.provider)),
        rate=_number(options, "rate"),
        connections=int(_number(options, "connections") or 8),
        batch=int(_number(options, "batch") or 1),
        domain_rate=_number(options, "domain_rate"),
        warm_up=day if isinstance(day := options.get("warm_up"), date) else None,
    )


def _number(options: Mapping[str, object], name: str) -> float | None:
    value = options.get(name)
    return float(value) if isinstance(value, int | float) else None


def _unknown(scheme: str) -> MailerUrlError:
    if not scheme:
        return MailerUrlError(
            "it doesn't start with a kind of mailer and ://", example=_KINDS["smtp"].example
        )
    if scheme.lower() in _UNSUPPORTED:
        return MailerUrlError(
            f"{scheme} can't be used: it doesn't carry the List-Unsubscribe header",
            example=_KINDS["smtp"].example,
        )
    if not scheme.replace("+", "").replace("-", "").isalnum() or len(scheme) > 20:
        return MailerUrlError(
            "what stands before :// is no kind of mailer", example=_KINDS["smtp"].example
        )
    near = difflib.get_close_matches(scheme.lower(), _KINDS, n=1)
    example = _KINDS[near[0] if near else "smtp"].example
    return MailerUrlError(
        f"{scheme!r} is no mailer that Convene knows ({', '.join(_KINDS)})", example=example
    )


def _take_apart(url: str, kind: _Kind) -> tuple[_Parts, str]:
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        # Python's own message would repeat a piece of the password.
        raise MailerUrlError(
            f"the host or the port can't be read; {_ENCODE}", example=kind.example
        ) from None
    if (
        split.fragment
        or "#" in url
        or split.path.strip("/")
        or ("@" in _RETURN_PATH.sub("", split.query) and "@" not in split.netloc)
    ):
        raise MailerUrlError(
            f"there is more after the host than options; {_ENCODE}", example=kind.example
        )
    if port == 0:
        raise MailerUrlError("the port is not a number from 1 to 65535", example=kind.example)
    user, password = unquote(split.username or ""), unquote(split.password or "")
    if not (user + password).isprintable():
        raise MailerUrlError(
            "its user name, password or key has a control character in it", example=kind.example
        )
    return _Parts(split.scheme, user, password, _host(split), port, kind.example), split.query


def _host(split: SplitResult) -> str:
    # `hostname` is lower case already, and without the brackets of an IPv6 address.
    return split.hostname or ""


# --- One reader a kind ------------------------------------------------------


def _inbox(parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
    if parts.host or parts.user or parts.password:
        raise parts.problem("the development inbox takes no host and no password")
    return {}


def _smtp(parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
    if not parts.host:
        raise parts.problem("it names no host")
    if not _may_be_host(parts.host):
        raise parts.problem("its host is not a host name")
    if bool(parts.user) != bool(parts.password):
        raise parts.problem(f"it has a user name or a password, but not both; {_ENCODE}")
    if 0 < len(_DKIM & options.keys()) < len(_DKIM):
        raise parts.problem(f"it has some of {', '.join(sorted(_DKIM))}, but not all")
    plain = parts.scheme == "smtp+plain"
    if plain and not is_loopback(parts.host):
        raise parts.problem(
            f"smtp+plain:// has no encryption, so it goes to this machine alone, not to "
            f"{parts.host}; use smtp:// there"
        )
    return {
        "host": parts.host,
        "port": parts.port or {"smtp": 587, "smtps": 465}.get(parts.scheme, 25),
        "username": parts.user,
        "password": parts.password,
        "use_tls": parts.scheme == "smtp",
        "use_ssl": parts.scheme == "smtps",
        "timeout": options.get("timeout", 20.0),
        **{name: options[name] for name in ("return_path", *_DKIM) if name in options},
    }


def _may_be_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # An underscore stands in no host name, but in many a container's.
        return len(host) <= 253 and all(
            re.fullmatch(r"[\w-]{1,63}", label) for label in host.split(".")
        )
    return True


def _key_only(name: str) -> Callable[[_Parts, Mapping[str, object]], dict[str, object]]:
    def read(parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
        _want_key(parts)
        _want_no_host(parts)
        return {name: parts.password, **_over_http(options)}

    return read


def _mailgun(parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
    _want_key(parts)
    if "." not in parts.host or not _may_be_host(parts.host) or parts.port:
        raise parts.problem(
            "after the @ stands the domain that is set up at Mailgun, and nothing else"
        )
    return {"api_key": parts.password, "sender_domain": parts.host, **_over_http(options)}


def _mailjet(parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
    if not parts.user or not parts.password:
        raise parts.problem(
            "Mailjet has two keys, and both stand before the @ with a colon between them"
        )
    _want_no_host(parts)
    return {"api_key": parts.user, "secret_key": parts.password, **_over_http(options)}


def _ses(parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
    words = parts.host.split("-")
    if not (
        len(words) >= 3
        and words[-1].isdigit()
        and all(word.isalpha() for word in words[:-1])
        and not parts.port
    ):
        raise parts.problem("after :// or the @ stands the region of Amazon SES")
    if bool(parts.user) != bool(parts.password):
        raise parts.problem(
            "it has an access key or a secret, but not both; without either, those of the "
            "environment are used"
        )
    timeout = options.get("timeout", 20.0)
    client: dict[str, object] = {
        "region_name": parts.host,
        # boto3 sends again by itself after a timeout, and so a second copy: once is all.
        "config": {
            "retries": {"total_max_attempts": 1},
            "connect_timeout": CONNECT_TIMEOUT,
            "read_timeout": timeout,
        },
    }
    if parts.user:
        client |= {"aws_access_key_id": parts.user, "aws_secret_access_key": parts.password}
    if "api_url" in options:
        client["endpoint_url"] = options["api_url"]
    chosen = {name: options[name] for name in ("configuration_set_name",) if name in options}
    return {"client_params": client, **chosen}


def _want_key(parts: _Parts) -> None:
    if parts.user and not parts.password:
        raise parts.problem("its key stands where a user name would; put a colon in front of it")
    if parts.user:
        raise parts.problem("nothing stands in front of the colon and the key")
    if not parts.password:
        raise parts.problem(f"it has no key; {_ENCODE}")


def _want_no_host(parts: _Parts) -> None:
    if parts.host or parts.port:
        raise parts.problem("nothing but options stands after the @")


def _over_http(options: Mapping[str, object]) -> dict[str, object]:
    chosen = {name: options[name] for name in ("api_url", "message_stream") if name in options}
    return {"timeout": (CONNECT_TIMEOUT, options.get("timeout", 20.0)), **chosen}


_COMMON = frozenset({"name", "rate", "connections", "warm_up"})
_DKIM = frozenset({"dkim_domain", "dkim_key", "dkim_selector"})
_SMTP = frozenset({"timeout", "domain_rate", "return_path"}) | _DKIM
_HTTP = frozenset({"api_url", "timeout"})
_BATCH = frozenset({"batch"})
"""Of those that take several recipients a call (newsletter.transport.providers.capabilities says
how many)."""
_ANYMAIL = "anymail.backends.{}.EmailBackend"
_SMTP_BACKEND = "newsletter.transport.connections.smtp_backend.SmtpBackend"

_KINDS: dict[str, _Kind] = {
    "inbox": _Kind(
        "inbox", "newsletter.transport.connections.inbox_backend.InboxBackend", INBOX_URL, _inbox
    ),
    "smtp": _Kind("smtp", _SMTP_BACKEND, "smtp://user:password@mail.example.org:587", _smtp, _SMTP),
    "smtps": _Kind(
        "smtp", _SMTP_BACKEND, "smtps://user:password@mail.example.org:465", _smtp, _SMTP
    ),
    "smtp+plain": _Kind("smtp", _SMTP_BACKEND, "smtp+plain://127.0.0.1:1025", _smtp, _SMTP),
    "mailgun": _Kind(
        "mailgun",
        _ANYMAIL.format("mailgun"),
        "mailgun://:key@lists.example.org",
        _mailgun,
        _HTTP | _BATCH,
    ),
    "postmark": _Kind(
        "postmark",
        _ANYMAIL.format("postmark"),
        "postmark://:token@",
        _key_only("server_token"),
        _HTTP | {"message_stream"},
    ),
    "brevo": _Kind(
        "brevo", _ANYMAIL.format("brevo"), "brevo://:key@", _key_only("api_key"), _HTTP | _BATCH
    ),
    "resend": _Kind(
        "resend", _ANYMAIL.format("resend"), "resend://:key@", _key_only("api_key"), _HTTP
    ),
    "mailjet": _Kind(
        "mailjet", _ANYMAIL.format("mailjet"), "mailjet://key:secret@", _mailjet, _HTTP | _BATCH
    ),
    "ses": _Kind(
        "ses",
        _ANYMAIL.format("amazon_ses"),
        "ses://eu-west-1",
        _ses,
        _HTTP | {"configuration_set_name"},
    ),
}

_UNSUPPORTED = frozenset({"mailersend", "scaleway"})
