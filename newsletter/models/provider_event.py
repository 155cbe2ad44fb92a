"""What providers tell us: delivered, bounced, complained."""

from django.db import models
from django.db.models import Q

from newsletter.states import BounceClass


class ProviderEvent(models.Model):
    """A provider's statement, kept raw first and interpreted later. `retention`: deleted after KEEP_PROVIDER_EVENTS."""

    provider = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64, unique=True, help_text="Event id, or a digest of what tells events apart.")
    raw = models.BinaryField(help_text="The body as it came.")
    headers = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    interpreted_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    bounce_class = models.CharField(max_length=5, choices=BounceClass.choices, blank=True)
    delivery_ref = models.CharField(max_length=40, blank=True, help_text="The signed delivery id that travelled as metadata.")
    digest = models.CharField(max_length=64, blank=True, help_text="Keyed digest of the recipient's address.")
    happened_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why it could not be interpreted.")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(interpreted_at=None), name="event_to_interpret")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind or 'event'} {self.pk}"
