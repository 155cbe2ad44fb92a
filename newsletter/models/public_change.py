"""The version of the public pages: a row for each change of what they show."""

from django.db import models


class PublicChange(models.Model):
    """One change of a row that public pages show, noted by a trigger of the database.

    Its id comes from a sequence, so no transaction waits for another. The newest rows are the
    version of the public pages (newsletter.public_pages.version); older ones are deleted within an
    hour or two (newsletter.retention.forget). They say nothing of any person.

    On SQLite this table can't be altered while the triggers stand, as any table that triggers name
    (newsletter.public_pages.triggers takes them away while migrations run).
    """

    nonce = models.CharField(
        max_length=36, help_text="Random: the same number after a rollback is another change."
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="public_change_to_forget")]

    def __str__(self) -> str:
        return f"{self.pk} at {self.at}"
