"""The neutral sender address and link domain, without which nobody can use discreet mode.

What is wrong with them is asked again at each use, because the site's own host, the brand's name
and its usual sender may change later.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from newsletter.brand.neutral_texts import LONGEST_TEXTS, neutral_texts
from newsletter.core.addresses import BadAddress, domain_of, parse_address
from newsletter.core.loopback import is_address, is_loopback
from newsletter.core.owner_domain import owner_domain
from newsletter.models import Brand

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
# Behind the plus sign of a return path comes a reference of 28 characters, and a mailbox name has
# 64 at most (RFC 5321 section 4.5.3.1.1).
_RETURN_PATH = re.compile(r"[A-Za-z0-9._-]{1,35}@[A-Za-z0-9.-]+")
_WORD = re.compile(r"[^\W_]+")
_TELLING = 4
"""Letters that a word of the brand's name has to have to tell whose it is; “of” and “the” don't."""


@dataclass(frozen=True, slots=True)
class NeutralProblem:
    """A fault of the neutral settings: of which field of the brand, and what it is, for staff."""

    field: str
    what: str


def is_ready(brand: Brand) -> bool:
    """Return whether discreet mail can be sent: what it needs is there, and gives nobody away."""
    return next(_problems(brand), None) is None


def neutral_problems(brand: Brand) -> list[NeutralProblem]:
    """Return all that is wrong with the neutral settings, or missing in them."""
    return list(_problems(brand))


def neutral_url(brand: Brand) -> str:
    """Return the start of all links in discreet mail, without a slash at the end.

    It has the scheme and the port of SITE_URL, because it is the same server.
    """
    site = urlsplit(settings.SITE_URL)
    port = f":{site.port}" if site.port else ""
    return f"{site.scheme}://{brand.neutral_domain}{port}"


def clean_domain(typed: str) -> str:
    """Return a host name as it is kept: in small letters, in ASCII, without a dot at the end.

    What is no host name is returned as it was typed; `neutral_problems` says so.
    """
    name = typed.strip().lower().rstrip(".")
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _problems(brand: Brand) -> Iterator[NeutralProblem]:
    yield from _of_address(brand, "neutral_sender_email", brand.neutral_sender_email)
    yield from _of_domain(brand)
    if brand.neutral_return_path:
        if not _RETURN_PATH.fullmatch(brand.neutral_return_path):
            yield NeutralProblem(
                "neutral_return_path",
                "Use an address with at most 35 letters, digits, dots and hyphens before the @.",
            )
        else:
            yield from _of_address(brand, "neutral_return_path", brand.neutral_return_path)
    yield from _of_texts(brand)


def _of_address(brand: Brand, field: str, typed: str) -> Iterator[NeutralProblem]:
    if not typed:
        yield NeutralProblem(field, "Enter a neutral sender address.")
        return
    try:
        address = parse_address(typed)
    except BadAddress as error:
        yield NeutralProblem(field, str(error))
        return
    domain = domain_of(address)
    if shared := _shared_with_us(brand, domain):
        yield NeutralProblem(
            field, f"{domain} belongs with {shared}, which is yours. Use a domain of its own."
        )
    elif word := _telling_word(brand, address):
        yield NeutralProblem(field, f"The address holds “{word}”, a word of your name.")


def _of_domain(brand: Brand) -> Iterator[NeutralProblem]:
    field, domain = "neutral_domain", brand.neutral_domain
    here = urlsplit(settings.SITE_URL).hostname or ""
    if not domain:
        yield NeutralProblem(field, "Enter a neutral link domain.")
    elif is_address(domain):
        # On one machine, where somebody tries things out.
        if not is_loopback(domain) or not is_loopback(here) or domain == here:
            yield NeutralProblem(field, "Enter a host name, not an IP address.")
        elif not _is_answered(domain):
            yield NeutralProblem(field, _not_answered(domain))
    elif not _HOST.fullmatch(domain):
        yield NeutralProblem(field, "Enter a host name alone, such as notes.example.net.")
    elif shared := _shared_with_us(brand, domain):
        yield NeutralProblem(
            field, f"{domain} belongs with {shared}, which is yours. Use a domain of its own."
        )
    elif word := _telling_word(brand, domain):
        yield NeutralProblem(field, f"The domain holds “{word}”, a word of your name.")
    elif not _is_answered(domain):
        yield NeutralProblem(field, _not_answered(domain))


def _of_texts(brand: Brand) -> Iterator[NeutralProblem]:
    for language in settings.CONTENT_LANGUAGES:
        texts = neutral_texts(brand, language)
        for name, text in texts.items():
            if len(text) > LONGEST_TEXTS[name] or not text.isprintable():
                yield NeutralProblem(
                    "neutral_texts",
                    f"{language}: use one line of at most {LONGEST_TEXTS[name]} characters.",
                )
            elif word := _telling_word_of_text(brand, text):
                yield NeutralProblem(
                    "neutral_texts", f"{language}: “{text}” holds “{word}”, a word of your name."
                )


def _is_answered(domain: str) -> bool:
    return validate_host(domain, [pattern.lower() for pattern in settings.ALLOWED_HOSTS])


def _not_answered(domain: str) -> str:
    return (
        f"This server doesn’t answer to {domain}. Add it to ALLOWED_HOSTS, and point the domain "
        f"and your proxy here."
    )


def telling_host(brand: Brand, host: str) -> str:
    """Return the domain of ours, or the word of our name, by which a host name tells, or nothing.

    Args:
        host: such as that with which a host greets a mail server, which may write it into a header.
    """
    name = host.lower().rstrip(".")
    return _shared_with_us(brand, name) or _telling_word(brand, name)


def _shared_with_us(brand: Brand, domain: str) -> str:
    """Return the domain of ours that `domain` has the same owner with, or nothing."""
    ours = [
        urlsplit(settings.SITE_URL).hostname or "",
        urlsplit(brand.website).hostname or "",
        *(
            domain_of(address)
            for address in (brand.sender_email, brand.reply_to, brand.contact_email)
        ),
    ]
    owner = owner_domain(domain)
    return next((own for own in ours if own and owner_domain(own.lower()) == owner), "")


def _telling_word(brand: Brand, name: str) -> str:
    """Return a word of the brand's name that stands in an address or host name, or nothing."""
    plain = name.casefold()
    labels = set(_WORD.findall(plain))
    return next(
        (
            word
            for word in sorted(_words_of_name(brand))
            if word in labels or (len(word) > _TELLING and word in plain)
        ),
        "",
    )


def _telling_word_of_text(brand: Brand, text: str) -> str:
    words = set(_WORD.findall(text.casefold()))
    return next(iter(sorted(words & _words_of_name(brand))), "")


def _words_of_name(brand: Brand) -> set[str]:
    long = {
        word
        for name in (brand.name, brand.sender_name)
        for word in _WORD.findall(name.casefold())
        if len(word) >= _TELLING
    }
    return long | set(_WORD.findall(brand.short_name.casefold()))


def problems_by_field(brand: Brand) -> Mapping[str, list[str]]:
    """Return `neutral_problems` by the field of the brand, for a form."""
    found: dict[str, list[str]] = {}
    for problem in _problems(brand):
        found.setdefault(problem.field, []).append(problem.what)
    return found
