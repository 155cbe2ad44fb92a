"""Single messages that failed or are in doubt: sent once more, or settled by a person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.audit_actions import MessageAction
from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.core.wake import wake
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import PERHAPS_NOT_RECEIVED
from newsletter.signals import asked_before_attempt
from newsletter.states import MESSAGE_TRANSITIONS, SEND_AGAIN_TRANSITIONS, MessageStatus

RESOLUTIONS = (MessageStatus.ACCEPTED, MessageStatus.FAILED)
"""The states that a person may give a message in doubt."""

ONE_A_DAY = timedelta(hours=24)
_A_DAY, _A_WEEK, _TWO_WEEKS = timedelta(days=1), timedelta(days=7), timedelta(days=14)
USEFUL_FOR: Mapping[str, timedelta] = {
    "confirmation": _TWO_WEEKS,
    "application_confirmation": _TWO_WEEKS,
    "import_question": _TWO_WEEKS,
    "welcome": _A_WEEK,
    "already_subscribed": _A_DAY,
    "already_applied": _A_DAY,
    # A decision is news for as long as nobody has heard it.
    "application_accepted": settings.ANSWER_LINK_LIFETIME,
    "application_declined": settings.ANSWER_LINK_LIFETIME,
    "application_question": settings.ANSWER_LINK_LIFETIME,
    "topic_invitation": settings.KEEP_INVITATIONS,
    "agreed_again": _A_WEEK,
    **dict.fromkeys(
        (
            "preferences_link",
            "address_check",
            "address_link",
            "new_address",
            "download_link",
            "erase_link",
            "rsvp_confirmation",
            "rsvp_link",
            "archive_link",
        ),
        settings.OWNER_LINK_LIFETIME,
    ),
    "rsvp_place_offered": settings.SEAT_OFFER_LIFETIME,
    "rsvp_place_lapsed": _A_DAY,
    "rsvp_joining_details": _A_DAY,
    "rsvp_event_changed": _A_DAY,
    "rsvp_delegate": _A_WEEK,
    "address_changed": _A_WEEK,
    "erased": _A_WEEK,
    "proof": _A_DAY,
    "staff_invitation": settings.INVITATION_LIFETIME,
    "staff_password": settings.PASSWORD_LINK_LIFETIME,
    "staff_new_device": _A_WEEK,
    "staff_account_changed": _A_WEEK,
    "staff_approve_again": _A_WEEK,
    "staff_approval_lapsed": _A_WEEK,
    "staff_not_sent": _A_WEEK,
    "staff_start_moved": _A_WEEK,
    "staff_review_requested": _A_WEEK,
    "staff_review_withdrawn": _A_DAY,
    "staff_review_decided": _A_WEEK,
    "staff_topic_granted": _A_WEEK,
    "staff_sending_paused": _A_WEEK,
}
"""The time after which a message is no longer worth sending, by kind. Of one that holds a link, it
is how long that works. A kind that is not known here has the shortest.
"""


class MessageActionRefused(ValueError):
    """The message can't be settled or sent again. The error says why, for staff to read."""


def repeat_once(messages: QuerySet[TransactionalMessage]) -> bool:
    """Return whether another message may be written although these were, lately.

    It may where all of those have failed or are in doubt, and none was repeated. The answer yes is
    given once. In the caller's transaction.

    Args:
        messages: as `messages_within` selected them.
    """
    # Held: of a new sign-up and somebody of staff who want to repeat the same one at once, the
    # second finds it repeated.
    held = messages.select_for_update().order_by("pk")
    found = list(held.only("status", "sent_again_at"))
    if any(
        message.status not in PERHAPS_NOT_RECEIVED or message.sent_again_at for message in found
    ):
        return False
    # Without its token no worker that comes back late can send it beside the new one.
    rows = TransactionalMessage.objects.filter(pk__in=[message.pk for message in found])
    rows.update(sent_again_at=timezone.now(), claim_token=None)
    return True


@transaction.atomic
def send_again(message_id: int, *, by: str) -> None:
    """Send a message again that failed or is in doubt, because a member of staff wants it.

    Args:
        by: who; kept as the reason.

    Raises:
        MessageActionRefused: its state, its age, its owner's wish or a later message forbids it.
    """
    message = _locked(message_id)
    for why in _objections(message):
        raise MessageActionRefused(why)
    rows = TransactionalMessage.objects.filter(pk=message_id)
    changes = {
        "sent_again_at": timezone.now(),
        "settled_at": None,
        "retry_at": None,
        "claim_token": None,
    }
    transition(
        rows,
        SEND_AGAIN_TRANSITIONS,
        MessageStatus.QUEUED,
        reason=f"Sent again by {by}."[:300],
        attempt=1,
        **changes,
    )
    record(MessageAction.SENT_AGAIN, message, label=f"{message.kind_label} {message.pk}")
    wake("newsletter.deliver_message", message_id, queue="transactional")


@transaction.atomic
def resolve_message(message_id: int, *, to: MessageStatus, by: str) -> None:
    """Settle a message in doubt, as a person decides: it was sent, or it has failed.

    Args:
        to: one of RESOLUTIONS.
        by: who decided; kept as the reason.

    Raises:
        MessageActionRefused: it isn't in doubt, or another state was asked for.
    """
    message = _locked(message_id)
    if to not in RESOLUTIONS or message.status != MessageStatus.UNCERTAIN:
        raise MessageActionRefused(
            f"This email is no longer uncertain. Its status is now "
            f"“{message.get_status_display()}”."
        )
    # Without the token, so that a worker or a journal that turns up later can't contradict a
    # person's word.
    changes = {
        "settled_at": database_now(),
        "claim_token": None,
        "reason": f"Resolved by {by}."[:300],
    }
    transition(
        TransactionalMessage.objects.filter(pk=message_id), MESSAGE_TRANSITIONS, to, **changes
    )
    record(MessageAction.RESOLVED, message, label=f"{message.kind_label} {message.pk}", to=to.value)


def may_be_repeated(message: TransactionalMessage) -> bool:
    """Return whether to offer it. What else forbids it is said when it is asked for."""
    return message.status in PERHAPS_NOT_RECEIVED and message.forgotten_at is None


def _locked(message_id: int) -> TransactionalMessage:
    message = TransactionalMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise MessageActionRefused("There is no such email.")
    return message


def _objections(message: TransactionalMessage) -> list[str]:
    """Return the reasons for which it must not be sent again."""
    now = timezone.now()
    later = TransactionalMessage.objects.filter(
        kind=message.kind, digest=message.digest, pk__gt=message.pk
    )
    answers: list[tuple[Any, Any]] = asked_before_attempt.send(
        sender=None, messages=[message], by_person=True
    )
    reasons = {
        f"Only an email that failed or is uncertain can be sent again. Its status is now "
        f"“{message.get_status_display()}”.": (message.status not in PERHAPS_NOT_RECEIVED),
        "Your email provider has already reported on this email.": bool(
            message.delivered_at or message.bounced_at
        ),
        "Its text has been deleted.": message.forgotten_at is not None,
        "It was sent again within the last 24 hours.": bool(
            message.sent_again_at and message.sent_again_at > now - ONE_A_DAY
        ),
        "A newer email of this type was sent to the same address.": later.exclude(
            status=MessageStatus.SKIPPED
        ).exists(),
        "It is too old to be sent again.": (
            now - message.created_at > USEFUL_FOR.get(message.kind, settings.OWNER_LINK_LIFETIME)
        ),
    }
    return [
        *(reason for reason, holds in reasons.items() if holds),
        *(why for _, objections in answers for why in objections.values() if why),
    ]
