"""Single messages to people in discreet mode: held until the neutral settings are there, covered.

Nothing of the message itself leaves: whatever it is about, a name in it may give its reader away.
"""

from datetime import datetime, timedelta

from newsletter.brand.sender_identity import neutral_identity
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand, TransactionalMessage
from newsletter.rendering.cover import message_cover
from newsletter.signals import asked_whether_discreet
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import message_id, notice_headers

HELD_FOR = timedelta(minutes=10)
"""The time after which what is held is looked at again."""
WHY_HELD = (
    "Held: the recipient is in discreet mode, and the neutral sender is not set up. See Brand."
)


def is_for_discreet(message: TransactionalMessage) -> bool:
    """Return whether the recipient of a message is in discreet mode, or was when it was written.

    An app above knows people.
    """
    if message.is_discreet:
        return True
    answers = asked_whether_discreet.send(sender=None, message=message)
    return any(bool(answer) for _, answer in answers)


def hold_discreet(message: TransactionalMessage, *, now: datetime) -> None:
    """Keep a message waiting, because without the neutral settings it would give its reader away.

    It runs in the transaction that holds the row.
    """
    TransactionalMessage.objects.filter(pk=message.pk).update(
        retry_at=now + HELD_FOR, reason=WHY_HELD
    )


def discreet_form(message: TransactionalMessage, brand: Brand) -> OutgoingMessage:
    """Return the cover of a message, from the neutral sender.

    Args:
        brand: whose neutral settings are ready.
    """
    cover = message_cover(message.pk, brand=brand, language=message.language or "en")
    sender = neutral_identity(brand, cover.language)
    ref = make_token(Purpose.MESSAGE, message.pk)
    return OutgoingMessage(
        to=message.to,
        sender=sender.sender,
        sender_name=sender.sender_name,
        reply_to=sender.reply_to,
        subject=cover.subject,
        html=cover.html,
        text=cover.text,
        headers=notice_headers(),
        ref=ref,
        message_id=message_id(ref, domain=sender.id_domain),
        is_neutral=True,
        return_path=sender.return_path,
    )
