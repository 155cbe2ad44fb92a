"""The part of the preference centre about discreet mode."""

from dataclasses import dataclass

from newsletter.brand.current import brand_of_pages
from newsletter.brand.neutral import is_ready
from newsletter.brand.neutral_texts import neutral_texts
from subscribers.consent.mail import mail_language
from subscribers.models import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscreetChoice:
    """Discreet mode as the page shows it to one person.

    Args:
        is_on: for this person.
        is_ready: whether there is a neutral sender. Without one it can be switched off alone.
        sender, address, domain, subject: what they will see in their mailbox.
    """

    is_on: bool
    is_ready: bool
    sender: str
    address: str
    domain: str
    subject: str


def discreet_choice(subscriber: Subscriber) -> DiscreetChoice:
    """Return what the page says of discreet mode to this person."""
    brand = brand_of_pages()
    texts = neutral_texts(brand, mail_language(subscriber.language) or subscriber.language)
    return DiscreetChoice(
        is_on=subscriber.discreet_since is not None,
        is_ready=is_ready(brand),
        sender=texts["sender_name"],
        address=brand.neutral_sender_email,
        domain=brand.neutral_domain,
        subject=texts["subject"],
    )
