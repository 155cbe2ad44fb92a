"""Emails to whoever runs the installation. They go out past the outbox, and are kept nowhere."""

import secrets
from html import escape

from newsletter.brand.current import current_brand
from newsletter.brand.sender_identity import sender_identity
from newsletter.models import Brand
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import message_id, notice_headers

_remembered: list[Brand] = []
"""The brand as this process last read it: a database that is away can't be asked for it."""


def remember_sender() -> None:
    """Read the brand, for emails that are written while the database is away."""
    _remembered[:] = [current_brand()]


def operator_email(
    to: str, *, subject: str, text: str, from_memory: bool = False
) -> OutgoingMessage:
    """Make an email without links to Convene's pages and without a subscriber.

    Its reference is that of no message, so that a bounce of it is nobody's; it says that a machine
    wrote it, so that no autoreply comes.

    Args:
        to: as `parse_address` returned it.
        text: whose lines become paragraphs.
        from_memory: whether the database is left alone.
    """
    brand = next(iter(_remembered), Brand()) if from_memory else current_brand()
    sender = sender_identity(brand)
    ref = secrets.token_urlsafe(21)
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)
    return OutgoingMessage(
        to=to,
        # Before the brand is filled in, somebody must be told all the same.
        sender=sender.sender if brand.sender_email else to,
        sender_name=sender.sender_name,
        subject=subject,
        text=f"{text}\n",
        html=f'<!doctype html><html lang="en"><body>{lines}</body></html>',
        headers=notice_headers(),
        ref=ref,
        message_id=message_id(ref),
    )
