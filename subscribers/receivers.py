"""Receivers of signals from the newsletter app."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from newsletter.models import ProviderEvent, TransactionalMessage
from newsletter.signals import (
    asked_before_attempt,
    asked_whether_discreet,
    neutral_sender_missing,
    provider_events_recorded,
)
from subscribers.consent.objections import objections
from subscribers.people.discreet import WAITS, discreet_among, somebody_is_discreet
from subscribers.suppression.bounces_and_complaints import MailboxNews, suppress_mailboxes


@receiver(provider_events_recorded)
def react_to_news_of_single_messages(
    sender: Any, *, events: list[ProviderEvent], **kwargs: Any
) -> None:
    """React to bounces and complaints of single messages, such as a confirmation.

    Campaigns report those of their own mail: only they know whether an event is about a delivery's
    own recipient.
    """
    suppress_mailboxes(
        MailboxNews(
            digest=event.digest,
            kind=event.kind,
            bounce_class=event.bounce_class,
            at=event.happened_at or event.received_at,
            send=f"message {event.message_id}",
        )
        for event in events
        if event.message_id is not None and event.digest
    )


@receiver(asked_before_attempt)
def say_why_not_to_write(
    sender: Any, *, messages: Sequence[TransactionalMessage], by_person: bool, **kwargs: Any
) -> dict[int, str]:
    """Object to messages whose owners have opted out since they were written."""
    return objections(messages, by_person=by_person)


@receiver(asked_whether_discreet)
def say_who_is_discreet(
    sender: Any, *, messages: Sequence[TransactionalMessage], **kwargs: Any
) -> set[int]:
    """Say of which messages the recipients are in discreet mode."""
    discreet = discreet_among({message.digest for message in messages})
    return {message.pk for message in messages if message.digest in discreet}


@receiver(neutral_sender_missing)
def say_that_discreet_mail_waits(sender: Any, **kwargs: Any) -> str:
    """Tell staff that people in discreet mode get no email without a neutral sender."""
    return WAITS if somebody_is_discreet() else ""
