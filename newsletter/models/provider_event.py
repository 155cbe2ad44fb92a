"""Provider events: delivered, bounced, complained."""

from django.db import models
from django.db.models import Q

from newsletter.states import BounceClass, ProviderEventKind

USUAL = ("", ProviderEventKind.ACCEPTED, ProviderEventKind.DELIVERED)
"""The kinds of most events; the first, of one that waits to be processed."""


class ProviderEvent(models.Model):
    """One event that a provider reported, about one message to one recipient.

    `retention`: `raw` may hold an address that nobody can look for, so an erasure doesn't find it;
    deleted after KEEP_PROVIDER_EVENTS.
    """

    provider = models.CharField(max_length=30)
    fingerprint = models.CharField(
        max_length=64, unique=True, help_text="Event id, or a digest of what tells events apart."
    )
    raw = models.BinaryField(help_text="The event as it came.")
    headers = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField("received (UTC)", auto_now_add=True, db_index=True)
    interpreted_at = models.DateTimeField(
        "processed (UTC)",
        null=True,
        blank=True,
        help_text="Empty while it waits to be processed.",
    )
    kind = models.CharField("type", max_length=30, choices=ProviderEventKind.choices, blank=True)
    bounce_class = models.CharField(
        "bounce type", max_length=5, choices=BounceClass.choices, blank=True
    )
    delivery_ref = models.CharField(
        max_length=40, blank=True, help_text="The signed delivery id that travelled as metadata."
    )
    digest = models.CharField(
        "address code",
        max_length=64,
        blank=True,
        help_text="Computed from the recipient’s address.",
    )
    happened_at = models.DateTimeField("happened (UTC)", null=True, blank=True)
    problem = models.CharField(
        max_length=300, blank=True, help_text="What we could not understand."
    )
    provider_message_id = models.CharField(
        "provider’s message ID",
        max_length=200,
        blank=True,
        db_default="",
        help_text="The provider’s own ID of the email.",
    )
    delivery_id = models.BigIntegerField(
        "campaign email",
        null=True,
        blank=True,
        help_text="Its number, if this is about an email of a campaign.",
    )
    message_id = models.BigIntegerField(
        "transactional email",
        null=True,
        blank=True,
        help_text="Its number, if this is about a transactional email to this recipient.",
    )
    detail = models.CharField(
        "details",
        max_length=300,
        blank=True,
        db_default="",
        help_text="In the provider’s words.",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(interpreted_at=None), name="event_to_interpret"
            ),
            # For the staff pages: what few events have, and who they are about.
            models.Index(
                fields=["kind", "id"], condition=~Q(kind__in=USUAL), name="event_noteworthy"
            ),
            models.Index(
                fields=["bounce_class", "id"],
                condition=~Q(bounce_class=""),
                name="event_of_bounce_class",
            ),
            models.Index(fields=["id"], condition=~Q(problem=""), name="event_with_problem"),
            models.Index(fields=["digest"], condition=~Q(digest=""), name="event_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind or 'event'} {self.pk}"
