"""Mailers in trouble."""

from django.db import models


class MailerHealth(models.Model):
    """A mailer at rest. A mailer without a row is well."""

    mailer = models.CharField(max_length=60, unique=True, help_text="The mailer's name.")
    rests_until = models.DateTimeField(
        help_text="Afterwards one worker tries it, and puts this off meanwhile."
    )
    failures = models.PositiveIntegerField(
        default=0, help_text="One after the other; each makes the rest longer."
    )
    is_misconfigured = models.BooleanField(
        default=False, help_text="Its circuit is open: it refuses us, and not for the time being."
    )
    is_tried = models.BooleanField(
        default=False,
        db_default=False,
        help_text="One worker is finding out if it is well again; until `rests_until` at most.",
    )
    reason = models.CharField(max_length=300)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mailer} rests until {self.rests_until}: {self.reason}"
