"""The counts of a campaign's deliveries, minute by minute."""

from django.db import models

from campaigns.models.campaign import Campaign
from campaigns.states import Counted


class DeliveryMinute(models.Model):
    """The number of deliveries of a campaign to which one thing happened in one minute.

    It is kept by increments, in the transactions that settle. Host and mailer are part of the key,
    so that workers of different hosts don't wait for each other's rows.

    `retention`: deleted KEEP_DELIVERY_SUBSCRIBERS after the campaign was launched, with what leads
    to its recipients. It names nobody, but in a small campaign a minute may tell who it was.
    """

    # No constraint: to check it, each new row would lock the campaign's, for which somebody may
    # wait who is waited for in turn. A campaign that was launched is never deleted.
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="minutes",
        db_index=False,
        db_constraint=False,
    )
    minute = models.DateTimeField(help_text="Its start, by the database’s clock.")
    host = models.CharField(max_length=60, blank=True, help_text="The host that settled.")
    mailer = models.CharField(max_length=60, blank=True, help_text="The mailer’s name.")
    what = models.CharField(max_length=13, choices=Counted.choices)
    code = models.CharField(
        max_length=20,
        blank=True,
        help_text="Of the mail server’s or provider’s answer, without its words.",
    )
    number = models.BigIntegerField(
        default=0, help_text="Below zero where a fact was counted as another one before."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "minute", "host", "mailer", "what", "code"],
                name="one_count_per_minute",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.minute:%H:%M} {self.what} {self.number}"
