"""The daily number of messages of a mailer that is being warmed up."""

from django.db import models


class MailerDay(models.Model):
    """Messages that were given to one mailer on one day.

    There is a row only where the mailer's plan has a limit for that day.
    """

    mailer = models.CharField(max_length=60, help_text="The mailer's name.")
    day = models.DateField(help_text="By UTC.")
    handed_over = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailer", "day"], name="one_row_per_mailer_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.mailer} on {self.day}: {self.handed_over}"
