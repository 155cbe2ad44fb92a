"""The epoch: what claims, opt-outs, and launching or stopping a campaign advance, so that an older copy of the database can be told."""

from django.db import models


class Epoch(models.Model):
    """One step. Inserted, never changed: its id comes from a sequence, so nobody waits for anybody.

    A row, because pg_dump reads sequences outside its snapshot: the dump of a long campaign may
        hold a sequence that is hours ahead
    of its rows. The newest one stays for good (see newsletter.retention.forget); it says nothing of
    any person.
    """

    nonce = models.CharField(
        max_length=16, help_text="Random: the same number in a restored database is another step."
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk} at {self.at}"
