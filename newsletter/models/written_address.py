"""Addresses that we once wrote to, of which nothing else is kept."""

from django.db import models


class WrittenAddress(models.Model):
    """The digest of an address, once the emails that went to it are no longer on record.

    `retention`: kept for good, because the link by which an owner blocks all email holds only the
    beginning of the digest, and never expires.
    """

    digest = models.CharField(
        max_length=64, unique=True, help_text="Keyed digest of the address, and nothing else."
    )

    class Meta:
        verbose_name = "address that was written to"
        verbose_name_plural = "addresses that were written to"

    def __str__(self) -> str:
        return f"Address {self.pk}"
