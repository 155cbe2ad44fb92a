"""Versions of a campaign's content that stay."""

from django.db import models

from campaigns.models.campaign import Campaign
from campaigns.states import VersionReason


class CampaignVersion(models.Model):
    """The content of a campaign in all its languages at one moment.

    The content that is written now is no row of this table: autosaves write it over and over.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions")
    reason = models.CharField(max_length=9, choices=VersionReason.choices)
    name = models.CharField(
        max_length=80, blank=True, help_text="For staff, such as “Before the minister's changes”."
    )
    contents = models.JSONField(help_text="Language → subject, preheader and blocks.")
    by = models.CharField(
        max_length=150, help_text="The name of whoever did it, at the time, or the command line."
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "-id"], name="versions_of_campaign")]

    def __str__(self) -> str:
        return self.name or self.get_reason_display()
