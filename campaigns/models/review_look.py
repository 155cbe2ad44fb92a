"""Looks at a campaign in one language."""

from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign


class ReviewLook(models.Model):
    """Somebody's word that they looked at one language of a campaign, as it was then.

    People say so by a button; nothing is counted when an email or a page is opened.

    `retention`: deleted KEEP_DELIVERY_SUBSCRIBERS after the launch of the campaign, or after the
    last change of one that was never launched.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="looks")
    language = models.CharField(max_length=12)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    by = models.CharField(max_length=150, help_text="The person’s name at the time.")
    fingerprint = models.CharField(max_length=64, help_text="Of the campaign as it was shown.")
    looked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language", "account", "fingerprint"],
                name="one_look_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.language}"
