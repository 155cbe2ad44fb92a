"""Seals, which chain the rows of a table in batches."""

from django.db import models


class Seal(models.Model):
    """One batch of a table's rows, sealed by the clock, and chained to the seal before.

    Whoever writes a row waits for nobody, because the chain is made of seals. Each table that is
    sealed has a table of seals of its own.
    """

    number = models.PositiveBigIntegerField(primary_key=True, help_text="1, 2, 3 … without a gap.")
    entry_ids = models.JSONField(
        help_text="The ids of its entries, as pairs of the first and the last of each run."
    )
    entries_hash = models.CharField(
        max_length=64, help_text="SHA-256 over ids and digests of its entries, in order."
    )
    previous = models.CharField(max_length=64, blank=True, help_text="The seal before.")
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=8, help_text="Which of LINK_KEYS has signed it.")
    seal = models.CharField(max_length=64, help_text="HMAC-SHA256 over the columns above.")

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Seal {self.number}"
