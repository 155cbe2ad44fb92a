"""Provider reports as they came: one request, or one mail of the bounce mailbox."""

from django.db import models
from django.db.models import Q


class ProviderReport(models.Model):
    """One webhook request or bounce mail, kept until its provider events have been read out of it.

    A report is a place in a queue: the transaction that interprets it deletes it, and its content
    lives on in its events. One that can't be interpreted stays, with what is wrong with it.

    `retention`: it holds addresses that nobody can look for, so an erasure doesn't find it;
    whatever stays is deleted after KEEP_PROVIDER_EVENTS.
    """

    provider = models.CharField(max_length=30)
    fingerprint = models.CharField(
        max_length=64,
        help_text="Digest of provider and body: a request that is repeated is stored once.",
    )
    raw = models.BinaryField(help_text="The body as it came.")
    size = models.PositiveIntegerField(help_text="Bytes of the body.")
    headers = models.JSONField(
        default=dict,
        blank=True,
        help_text="Those that say how to read the body, and who signed it.",
    )
    received_at = models.DateTimeField("received (UTC)", db_index=True)
    retry_at = models.DateTimeField(
        "next attempt (UTC)", null=True, blank=True, help_text="Not processed before then."
    )
    problem = models.CharField(max_length=300, blank=True, help_text="Why it can’t be processed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], name="one_report_per_fingerprint")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(problem=""), name="report_to_interpret")]

    def __str__(self) -> str:
        return f"{self.provider} report {self.pk}"
