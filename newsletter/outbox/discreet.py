"""Single messages to people in discreet mode: held until the neutral settings are there, covered.

Nothing of the message itself leaves: whatever it is about, a name in it may give its reader away.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from newsletter.brand.sender_identity import neutral_identity
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand, TransactionalMessage
from newsletter.rendering.discreet_cover import message_cover
from newsletter.signals import asked_whether_discreet
from newsletter.states import MessageStatus
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import message_id, notice_headers

HELD_FOR = timedelta(minutes=10)
"""The time after which what is held is looked at again."""
WHY_HELD = (
    "Held: the recipient is in discreet mode, and the neutral sender is not set up. See Brand."
)


def for_discreet(messages: Sequence[TransactionalMessage]) -> set[int]:
    """Return the ids of the messages whose recipient is in discreet mode.

    Those whose recipient was when they were written are among them. An app above knows people.
    """
    known = {message.pk for message in messages if message.is_discreet}
    others = [message for message in messages if not message.is_discreet]
    if not others:
        return known
    answers: list[tuple[Any, Any]] = asked_whether_discreet.send(sender=None, messages=others)
    return known.union(*(ids for _, ids in answers))


def hold_discreet(ids: Collection[int], *, now: datetime) -> None:
    """Keep messages waiting, because without the neutral settings they would give readers away.

    They are marked, because by the time they leave nobody may know the address any more. It runs in
    the transaction that holds the rows.
    """
    TransactionalMessage.objects.filter(pk__any_of=list(ids)).update(
        retry_at=now + HELD_FOR, reason=WHY_HELD, is_discreet=True
    )


def cover_waiting(digest: str) -> None:
    """Mark what may still leave to an address that is about to be nobody's, in its transaction.

    Those that failed or are in doubt are among them: staff may send them again.
    """
    rows = TransactionalMessage.objects.filter(
        digest=digest, is_discreet=False, forgotten_at=None
    ).exclude(status__in=(MessageStatus.ACCEPTED, MessageStatus.SKIPPED))
    # Held in one order, and a claim that holds one is waited for: it still finds the person.
    held = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    TransactionalMessage.objects.filter(pk__any_of=held).update(is_discreet=True)


def release_held(digest: str, *, since: datetime) -> None:
    """Let go what was held, because its recipient has left discreet mode.

    What has begun to leave under a cover stays covered: its link may be in the mailbox.

    Args:
        since: when the address became theirs. What was held before was somebody else's.
    """
    rows = TransactionalMessage.objects.filter(
        digest=digest,
        status=MessageStatus.QUEUED,
        is_discreet=True,
        reason=WHY_HELD,
        attempt=0,
        created_at__gte=since,
    )
    held = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    TransactionalMessage.objects.filter(pk__any_of=held).update(
        is_discreet=False, reason="", retry_at=None
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
