"""The audience of a campaign, which is a rule and not a list."""

from django.db import models

from campaigns.models.campaign import Campaign
from campaigns.states import AudienceRule


class Audience(models.Model):
    """A rule that narrows the followers of the campaign's topic.

    It narrows by country, by language, by what they answered to the invitation to the campaign's
    event, and by any other conditions. What is empty narrows nothing.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="audience")
    countries = models.JSONField(default=list, blank=True, help_text="ISO 3166-1 alpha-2 codes.")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47 tags.")
    rule = models.CharField(
        "answers",
        max_length=12,
        choices=AudienceRule.choices,
        blank=True,
        default=AudienceRule.NONE,
        db_default=AudienceRule.NONE.value,
        help_text=(
            "Looked at when sending begins, and again just before each email leaves. Whoever "
            "doesn’t fit any more doesn’t get it."
        ),
    )

    conditions = models.JSONField(
        default=dict,
        blank=True,
        db_default=models.Value({}, models.JSONField()),
        help_text="All other conditions, as campaigns.audience.conditions.tree keeps them.",
    )
    words = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="The conditions in words, as they were when sending began.",
    )

    def __str__(self) -> str:
        return f"audience of {self.campaign_id}"
