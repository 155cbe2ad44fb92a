"""The epoch, by which an older copy of the database is told from the present one."""

from django.db import models


class Epoch(models.Model):
    """One step of the epoch: inserted for each claim, opt-out, launch and stop, and never changed.

    Its id comes from a sequence, so no transaction waits for another. A step is a row, because
    pg_dump reads sequences outside its snapshot: the dump of a long campaign may hold a sequence
    that is hours ahead of its rows.

    The newest step stays for good, older ones for `EPOCHS_KEPT` (newsletter.retention.forget). They
    say nothing of any person.
    """

    nonce = models.CharField(
        max_length=16, help_text="Random: the same number in a restored database is another step."
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="epoch_to_forget")]

    def __str__(self) -> str:
        return f"{self.pk} at {self.at}"
