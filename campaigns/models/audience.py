"""To whom: a rule, not a list."""

from django.db import models

from campaigns.models.campaign import Campaign


class Audience(models.Model):
    """Followers of the campaign's topic, narrowed by country or language.

    Empty lists narrow nothing.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="audience")
    countries = models.JSONField(default=list, blank=True, help_text="ISO 3166-1 alpha-2 codes.")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47 tags.")

    def __str__(self) -> str:
        return f"audience of {self.campaign_id}"
