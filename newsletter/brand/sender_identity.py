"""The sender identity: the From and the Reply-To of every email."""

from dataclasses import dataclass

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.models import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderIdentity:
    """The sender identity of a brand, as an OutgoingMessage takes it."""

    sender: str
    sender_name: str
    reply_to: str


def sender_identity(brand: Brand) -> SenderIdentity:
    """Return the sender identity of `brand`, its domains in their ASCII form."""
    return SenderIdentity(
        sender=_with_ascii_domain(brand.sender_email),
        sender_name=brand.sender_name,
        reply_to=_with_ascii_domain(brand.reply_to),
    )


def _with_ascii_domain(address: str) -> str:
    if address.isascii():
        return address
    try:
        return parse_address(address)
    except BadAddress:
        return address  # check_headers says what is wrong with it
