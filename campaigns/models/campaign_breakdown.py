"""The counts of a campaign's deliveries by what is known of their recipients."""

from django.db import models

from campaigns.models.campaign import Campaign


class CampaignBreakdown(models.Model):
    """The deliveries of a campaign by mail domain, by country or body, and by language.

    A worker counts them when the tallies have changed, so that no page reads a million rows. Mail
    domains of few recipients are counted together, because a domain may be one person's own.

    `retention`: counted anew after an erasure, and deleted KEEP_DELIVERY_SUBSCRIBERS after the
    campaign was launched.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="breakdown")
    counts = models.JSONField(
        default=dict, help_text="Kind of group → group → status or fact → number."
    )
    tallies = models.JSONField(
        default=dict, help_text="The tallies beside which it was counted. Empty: count it anew."
    )
    counted_at = models.DateTimeField("counted (UTC)")

    def __str__(self) -> str:
        return f"breakdown of {self.campaign_id}"
