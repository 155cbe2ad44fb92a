"""The history of a database: which database this is, and whether sending is held."""

from django.db import models


class DatabaseHistory(models.Model):
    """One stretch of the history, from the beginning or from a person's word after a restore.

    The one with the highest number is the present.

    Hosts remember the identity, so that another database isn't taken for an older one.
    """

    number = models.PositiveIntegerField(
        primary_key=True, help_text="1 is the first; each after_restore begins the next."
    )
    identity = models.CharField(
        max_length=32, unique=True, help_text="Random; no other stretch of any database has it."
    )
    began_at = models.DateTimeField()
    began_by = models.CharField(
        max_length=150,
        blank=True,
        help_text="Who said that sending may go on; empty for the first.",
    )
    held_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was found to be older than what is remembered."
    )
    remembered_at = models.DateTimeField(
        null=True, blank=True, help_text="The newest moment that was remembered then."
    )
    newest_at = models.DateTimeField(
        null=True, blank=True, help_text="The newest moment in the database then."
    )
    restored_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the restore before it was noticed; what existed then may have been sent.",
    )

    class Meta:
        verbose_name_plural = "database histories"

    def __str__(self) -> str:
        return f"{self.identity} since {self.began_at:%Y-%m-%d %H:%M} UTC"
