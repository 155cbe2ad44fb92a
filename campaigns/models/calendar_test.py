"""Self-tests of calendar invitations: a mail to ourselves, and in which form it came back."""

from django.db import models


class CalendarTest(models.Model):
    """The latest self-test of one mailer.

    Only a mailer whose test came back whole may carry invitations.
    """

    mailer = models.CharField(max_length=60, unique=True, help_text="Its name.")
    settings_digest = models.CharField(
        max_length=64, help_text="Of the mailer’s settings: others need a test of their own."
    )
    calendar_hash = models.CharField(
        max_length=64, help_text="SHA-256 of the calendar that was sent."
    )
    sent_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"calendar test of {self.mailer}"
