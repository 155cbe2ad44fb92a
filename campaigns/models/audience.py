"""The audience of a campaign, which is a rule and not a list."""

from django.db import models

from campaigns.models.campaign import Campaign


class Audience(models.Model):
    """A rule that narrows the followers of the campaign's topic by country or language.

    An empty list narrows nothing.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="audience")
    countries = models.JSONField(default=list, blank=True, help_text="ISO 3166-1 alpha-2 codes.")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47 tags.")

    def __str__(self) -> str:
        return f"audience of {self.campaign_id}"
