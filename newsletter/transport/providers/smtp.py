"""A mail server that takes messages by SMTP, our own or a provider's."""

import re
from collections.abc import Mapping

from newsletter.core.loopback import is_loopback
from newsletter.transport.config.mailer_options import (
    ANSWER_TIMEOUT,
    TIMEOUT_OPTION,
    MailerOption,
    rate,
)
from newsletter.transport.config.mailer_parts import ENCODE, MailerParts, may_be_host
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider

_DKIM = ("dkim_domain", "dkim_key", "dkim_selector")
_NEUTRAL_DKIM = tuple(f"neutral_{name}" for name in _DKIM)
_TOGETHER = (_DKIM, _NEUTRAL_DKIM)


_GIVEN_ON = ("return_path", "ehlo", *_DKIM, *_NEUTRAL_DKIM)


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    if not parts.host:
        raise parts.problem("it names no host")
    if not may_be_host(parts.host):
        raise parts.problem("its host is not a host name")
    if bool(parts.user) != bool(parts.password):
        raise parts.problem(f"it has a user name or a password, but not both; {ENCODE}")
    for names in _TOGETHER:
        if 0 < len(options.keys() & set(names)) < len(names):
            raise parts.problem(f"it has some of {', '.join(names)}, but not all")
    plain = parts.scheme == "smtp+plain"
    if plain and not is_loopback(parts.host):
        raise parts.problem(
            f"smtp+plain:// has no encryption, so it can only be used on this machine, not for "
            f"{parts.host}; use smtp:// there"
        )
    return {
        "host": parts.host,
        "port": parts.port or {"smtp": 587, "smtps": 465}.get(parts.scheme, 25),
        "username": parts.user,
        "password": parts.password,
        "use_tls": parts.scheme == "smtp",
        "use_ssl": parts.scheme == "smtps",
        "timeout": options.get("timeout", ANSWER_TIMEOUT),
        **{name: options[name] for name in _GIVEN_ON if name in options},
    }


def _return_path(value: str) -> str:
    # Behind the plus sign comes a reference of 28 characters, and a mailbox name has 64 at most
    # (RFC 5321 section 4.5.3.1.1).
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,35}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise ValueError(
            "it is not an email address, or its part before the @ has a plus sign or more than "
            "35 characters"
        )
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", value, re.IGNORECASE):
        raise ValueError("use only letters, digits, hyphens and dots")
    return value.lower()


def _dkim_key(value: str) -> str:
    # Takes its time, and most mail servers sign by themselves.
    from newsletter.transport.message.dkim import read_key

    read_key(value)
    return value


_OPTIONS = {
    **TIMEOUT_OPTION,
    "dkim_domain": MailerOption(_domain, "dkim_domain=example.org"),
    "dkim_key": MailerOption(_dkim_key, "dkim_key=/etc/convene/dkim.pem"),
    "dkim_selector": MailerOption(_domain, "dkim_selector=convene"),
    "neutral_dkim_domain": MailerOption(_domain, "neutral_dkim_domain=notes.example.net"),
    "neutral_dkim_key": MailerOption(_dkim_key, "neutral_dkim_key=/etc/convene/neutral.pem"),
    "neutral_dkim_selector": MailerOption(_domain, "neutral_dkim_selector=mail"),
    "ehlo": MailerOption(_domain, "ehlo=host7.example.net"),
    "domain_rate": MailerOption(rate, "domain_rate=5/s"),
    "return_path": MailerOption(_return_path, "return_path=bounces@lists.example.org"),
}

PROVIDER = Provider(
    key="smtp",
    backend="newsletter.transport.connections.smtp.backend.SmtpBackend",
    capabilities=Capabilities(name="SMTP", has_api=False, keeps_message_id=True),
    schemes={
        scheme: MailerScheme(example=example, read=_read_url, options=_OPTIONS)
        for scheme, example in {
            "smtp": "smtp://user:password@mail.example.org:587",
            "smtps": "smtps://user:password@mail.example.org:465",
            "smtp+plain": "smtp+plain://127.0.0.1:1025",
        }.items()
    },
)
