"""Reviews of campaigns."""

from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.review_states import ReviewDecision


class Review(models.Model):
    """One person's decision about one fingerprint of content and audience.

    A changed campaign has another fingerprint, and needs another review.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reviews")
    fingerprint = models.CharField(
        max_length=64, help_text="SHA-256 of content and audience, as read."
    )
    decision = models.CharField(max_length=8, choices=ReviewDecision.choices)
    note = models.CharField(max_length=500, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.CharField(
        max_length=150, help_text="The reviewer's name at the time, or the command line."
    )
    by_author = models.BooleanField(
        default=False, db_default=False, help_text="Whether the reviewer had written in it."
    )
    second_factor = models.BooleanField(
        null=True, help_text="Whether the reviewer had signed in with one; unknown in old reviews."
    )
    facts = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
        help_text="All that was decided on but the texts, which the version holds.",
    )
    version = models.ForeignKey(
        CampaignVersion,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The texts that were decided on.",
    )
    lapse_told_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Of an approval: when publishers heard that its reviewer may approve no more.",
    )
    decided_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.decision}"
