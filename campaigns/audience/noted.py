"""Notes on answers that their owners were told something by a message of their own."""

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, EndsWith

from campaigns.models import Campaign, Rsvp
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus


def key_of(campaign: Campaign) -> str:
    """Return the name under which an answer notes that its owner was told what a campaign tells."""
    if campaign.tells_of_change:
        return f"{campaign.kind} {campaign.change_sequence}"
    starts_at = campaign.step_of or (campaign.event.starts_at if campaign.event else None)
    return f"{campaign.step} {starts_at.isoformat() if starts_at else ''}"


def note(rsvp: Rsvp, campaign: Campaign, *, message_id: int | None) -> None:
    """Note on an answer, which the caller saves, that its owner was told what a campaign tells.

    Args:
        message_id: of the message that tells them; None where one may have, before a restore.
    """
    rsvp.told_steps = [*rsvp.told_steps, key_of(campaign)]
    rsvp.told_message = message_id


def noted(campaign: Campaign) -> Q:
    """Build the condition on an answer that its owner was told what a campaign tells.

    It holds where the message failed, too, so that none is written again to an address that refuses
    it.
    """
    return Q(Contains(_told_steps(), f'"{key_of(campaign)}"'))


def told_in_vain(campaign: Campaign) -> Q:
    """Build the condition on an answer that the message which told its owner surely failed."""
    failed = TransactionalMessage.objects.filter(
        pk=OuterRef("told_message"), status=MessageStatus.FAILED
    )
    return Q(EndsWith(_told_steps(), f'"{key_of(campaign)}"]')) & Q(Exists(failed))


def noted_of(campaign: Campaign, *, through: str = "") -> Q:
    """Build the condition on a subscriber that a message told them what a campaign tells.

    Where it surely failed, a campaign may still reach them.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    told = Rsvp.objects.filter(noted(campaign), ~told_in_vain(campaign), event=campaign.event_id)
    own = told.filter(subscriber_id=OuterRef(f"{through}pk"))
    as_guest = told.exclude(digest="").filter(digest=OuterRef(f"{through}digest"))
    return Q(Exists(own)) | Q(Exists(as_guest))


def _told_steps() -> Cast:
    # As text, because SQLite can't look into a list.
    return Cast("told_steps", TextField())
