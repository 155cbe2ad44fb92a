"""Comments of reviewers on a campaign."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from campaigns.review_states import CommentEnding


class ReviewComment(models.Model):
    """A reviewer's remark on one part of a campaign in one language, until it is settled.

    `retention`: deleted KEEP_DELIVERY_SUBSCRIBERS after the launch of the campaign, or after the
    last change of one that was never launched.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="comments")
    language = models.CharField(max_length=12)
    part = models.CharField(
        max_length=64,
        blank=True,
        help_text="The id of a block, @subject or @preheader; empty: the whole email.",
    )
    label = models.CharField(max_length=80, blank=True, help_text="The part’s name at the time.")
    words = models.TextField(blank=True, help_text="What the part said when this was written.")
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.CharField(max_length=150, help_text="The name of whoever wrote it, at the time.")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=8, choices=CommentEnding.choices, blank=True)
    ended_by = models.CharField(
        max_length=150, blank=True, help_text="The name of whoever settled it, at the time."
    )
    answer = models.TextField(blank=True, help_text="What an author says about it.")

    class Meta:
        indexes = [
            models.Index(
                fields=["campaign", "id"], condition=Q(ended_at=None), name="open_comments"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.part}"
