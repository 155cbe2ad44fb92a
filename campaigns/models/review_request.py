"""Requests to review a campaign."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from campaigns.review_states import ReviewEnding


class ReviewRequest(models.Model):
    """One person who was asked to review a campaign.

    `retention`: deleted KEEP_DELIVERY_SUBSCRIBERS after the launch of the campaign, or after the
    last change of one that was never launched.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="review_requests")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.CharField(max_length=150, help_text="The name of whoever asked, at the time.")
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=9, choices=ReviewEnding.choices, blank=True)
    ended_by = models.CharField(
        max_length=150, blank=True, help_text="The name of whoever ended it, at the time."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "account"],
                condition=Q(ended_at=None),
                name="one_open_request_per_reviewer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.account_id}"
