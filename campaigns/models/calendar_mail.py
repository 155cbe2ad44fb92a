"""Mails to the reply mailbox that need a person."""

from django.db import models

from campaigns.event_states import CalendarMailKind
from campaigns.models.event import Event
from subscribers.models import Subscriber

LONGEST_TEXT = 1000


class CalendarMail(models.Model):
    """One mail from somebody's calendar, or to its address, that staff look at.

    `retention`: goes with the subscriber, and KEEP_CALENDAR_MAIL after it came. One that leads to
    nobody holds an address that it claims to be from, which an erasure finds by its digest.
    """

    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_mails"
    )
    subscriber = models.ForeignKey(
        Subscriber, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_mails"
    )
    kind = models.CharField(max_length=12, choices=CalendarMailKind.choices)
    sender = models.CharField(
        max_length=254, blank=True, help_text="The address that it says it is from."
    )
    sender_digest = models.CharField(
        max_length=64, blank=True, help_text="Keyed digest of that address."
    )
    text = models.TextField(blank=True, help_text="What it says, or its subject.")
    proposed_start = models.DateTimeField(null=True, blank=True)
    proposed_end = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(
        max_length=64, unique=True, help_text="Of the mail: one that comes again is kept once."
    )
    earlier = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Emails of the same person about the event that came before, and aren’t kept.",
    )
    received_at = models.DateTimeField("received (UTC)", db_index=True)

    class Meta:
        verbose_name = "email from a calendar"
        verbose_name_plural = "emails from calendars"
        indexes = [
            models.Index(
                fields=["sender_digest"],
                condition=~models.Q(sender_digest=""),
                name="calendar_mail_sender",
            )
        ]

    def __str__(self) -> str:
        return f"calendar mail {self.pk}"
