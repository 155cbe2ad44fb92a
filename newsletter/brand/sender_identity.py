"""The sender identity: the From and the Reply-To of every email, and the domain of its ids."""

from dataclasses import dataclass

from newsletter.brand.neutral_texts import neutral_texts
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.models import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderIdentity:
    """A sender identity, as an OutgoingMessage takes it.

    Attributes:
        id_domain: of Message-ID and List-Id; empty for the host of SITE_URL.
        is_neutral: nothing in the email may tell who sends it. A mailer then leaves out what names
            the usual sender, such as its return path and its signature.
        return_path: of a neutral one: where bounces go; empty for the sender address.
    """

    sender: str
    sender_name: str
    reply_to: str
    id_domain: str = ""
    is_neutral: bool = False
    return_path: str = ""


def sender_identity(brand: Brand) -> SenderIdentity:
    """Return the sender identity of `brand`, its domains in their ASCII form."""
    return SenderIdentity(
        sender=_with_ascii_domain(brand.sender_email),
        sender_name=brand.sender_name,
        reply_to=_with_ascii_domain(brand.reply_to),
    )


def neutral_identity(brand: Brand, language: str) -> SenderIdentity:
    """Return the sender identity of discreet mail. Replies go to the neutral address, too.

    The caller has asked `newsletter.brand.neutral.is_ready`.
    """
    return SenderIdentity(
        sender=_with_ascii_domain(brand.neutral_sender_email),
        sender_name=neutral_texts(brand, language)["sender_name"],
        reply_to="",
        id_domain=brand.neutral_domain,
        is_neutral=True,
        return_path=_with_ascii_domain(brand.neutral_return_path),
    )


def _with_ascii_domain(address: str) -> str:
    if address.isascii():
        return address
    try:
        return parse_address(address)
    except BadAddress:
        return address  # check_headers says what is wrong with it
