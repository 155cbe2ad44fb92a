"""Email addresses: the one validator, and the keyed digest that outlives the address."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.translation import gettext
from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from newsletter.core.address_problems import in_page_language

MAXIMUM_LENGTH = 254
"""Octets of an address that fits into an SMTP path (RFC 5321 section 4.5.3.1.3)."""
MAXIMUM_LOCAL_PART = 64
"""Octets before the @ (RFC 5321 section 4.5.3.1.1). The validator counts them only in its strict
mode, and in characters."""

_REMEMBERED_DOMAINS = 50_000
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?![^@]*xn--)[a-z0-9.-]+)")
"""A dot-atom in ASCII and a domain of small ASCII letters, in which nothing is left to be
normalised.
"""


class BadAddress(ValueError):
    """Text that is no address for mail. The message is fit to be shown."""


def parse_address(raw: str) -> str:
    """Return an address in the form in which it is kept.

    That is trimmed and Unicode-normalised, with the domain in lower-case ASCII (IDNA 2008).

    Args:
        raw: as a person typed it. International local parts (RFC 6531) are welcome.

    Raises:
        BadAddress: it can't be an address. DNS is not asked, because the time of the answer would
            tell whether the domain is known.
    """
    trimmed = raw.strip()
    if len(trimmed) > MAXIMUM_LENGTH:
        raise BadAddress(_too_long())
    try:
        checked = validate_email(trimmed, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadAddress(in_page_language(str(error).rstrip(".") + ".")) from error
    address = f"{checked.local_part}@{checked.ascii_domain}"
    if "\ufffd" in address:
        raise BadAddress(gettext("The address contains a broken character. Please type it again."))
    if len(checked.local_part.encode()) > MAXIMUM_LOCAL_PART:
        raise BadAddress(
            gettext(
                "The part before the @ can have at most %(number)d characters. Accented characters "
                "count as 2 or more."
            )
            % {"number": MAXIMUM_LOCAL_PART}
        )
    if len(address.encode()) > MAXIMUM_LENGTH:
        raise BadAddress(_too_long())
    return address


def _too_long() -> str:
    words = gettext("An email address can have at most %(number)d characters.")
    return words % {"number": MAXIMUM_LENGTH}


def domain_of(address: str) -> str:
    """Return the domain of a parsed address, in ASCII."""
    return address.rpartition("@")[2]


def normal_form(address: str) -> str:
    """Return the form in which two addresses are compared: NFC in small letters.

    All that compares addresses uses it.

    Letters that Unicode would *fold* together stay apart, for they are other mailboxes: `ſam` and
    `sam`, `straße` and `strasse`. Otherwise the owner of the one could have the other silenced for
    ever. What NFC makes one is one address for the validator, too, such as the Kelvin sign and K.

    Args:
        address: as `parse_address` returned it, or as a provider wrote it.
    """
    if address.isascii():
        return address.lower()
    small = unicodedata.normalize("NFC", address).lower()
    # Again, because some letters have a composed form in small letters alone, such as ǰ.
    return unicodedata.normalize("NFC", small)


def masked_address(address: str) -> str:
    """Return an address for a page that others than its owner may see: "a…@e…".

    It shows the first letter of mailbox and domain, for its owner to tell it from their others. It
    shows no length, which narrows a guess down; no top-level domain, which names a country; and no
    letter beyond ASCII, for one of those can be a whole name.

    Args:
        address: as `parse_address` returned it.
    """
    local, _, domain = address.rpartition("@")
    hint = "" if domain.startswith("xn--") else domain[:1]
    return f"{local[:1] if local[:1].isascii() else ''}…@{hint}…"


def address_digest(address: str) -> str:
    """Return the keyed digest of an address, 64 hex digits: HMAC-SHA256 of its normal form.

    The key comes from the last of LINK_KEYS. New keys are put in front and the last one is never
    taken away (links in old mail must verify for ever), so digests outlive every rotation. Of two
    addresses that differ in case alone, the digest is the same: no provider of note tells such
    mailboxes apart, and an opt-out must hold for both.

    Args:
        address: as `parse_address` returned it.
    """
    # In one call: an import makes a million of them.
    return hmac.digest(
        _digest_key(settings.LINK_KEYS[-1]), normal_form(address).encode(), "sha256"
    ).hex()


@cache
def _digest_key(link_key: str) -> bytes:
    return hashlib.sha256(b"convene address digest\0" + link_key.encode()).digest()


def address_reader() -> Callable[[str], str]:
    """Return a `parse_address` for reading many addresses.

    It remembers the domains it has seen, which halves the time of a large file. Its answers are
    those of `parse_address`, refusals included; a test with random addresses holds the two
    together.
    """
    checked: dict[str, str] = {}

    def read(raw: str) -> str:
        trimmed = raw.strip()
        match = _PLAIN.fullmatch(trimmed) if len(trimmed) <= MAXIMUM_LENGTH else None
        if match is None:
            return parse_address(raw)
        local, domain = match.groups()
        # Mailboxes such as Postmaster, which a standard makes case-insensitive, are left to the
        # validator.
        if (
            domain in checked
            and len(local) <= MAXIMUM_LOCAL_PART
            and local.lower() not in CASE_INSENSITIVE_MAILBOX_NAMES
        ):
            return f"{local}@{checked[domain]}"
        address = parse_address(raw)
        if len(checked) >= _REMEMBERED_DOMAINS:
            checked.clear()
        checked[domain] = domain_of(address)
        return address

    return read
