"""Soft bounces of an address.

One may pass; many over some time mean that nobody reads the mailbox.
"""

from django.db import models
from django.db.models import Value


class SoftBounces(models.Model):
    """The emails that an address has bounced softly since mail last arrived there.

    `retention`: deleted when mail arrives, when the suppression that followed is lifted, on
    erasure, and KEEP_SOFT_BOUNCES after the last one.
    """

    digest = models.CharField(max_length=64, help_text="Keyed digest of the address.")
    number = models.PositiveSmallIntegerField(default=0)
    sends = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        help_text="The last of them: what was sent, and when it bounced.",
    )
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "soft bounces"
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="soft_bounces_of_one_digest")
        ]

    def __str__(self) -> str:
        return f"{self.number} soft bounces"
