"""One language of a campaign."""

from django.db import models

from campaigns.models.campaign import Campaign


class CampaignContent(models.Model):
    """Subject, preheader and blocks of a campaign in one language.

    From launch on the row also holds the rendered email, with its merge fields open.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contents")
    language = models.CharField(max_length=12, default="en")
    subject = models.CharField(
        max_length=200, help_text="The subject line of the email. You can change it later."
    )
    preheader = models.CharField(max_length=200, blank=True)
    blocks = models.JSONField(default=list)
    falls_back = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=(
            "Left out when it was sent, as it wasn’t complete: its recipients got the version that "
            "they get where there is none of this language."
        ),
    )
    asked_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=(
            "SHA-256 of the consent wording that it asked for, from launch on; empty where it asks "
            "for none."
        ),
    )
    rendered_subject = models.TextField(blank=True)
    rendered_html = models.TextField(blank=True)
    rendered_text = models.TextField(blank=True)
    rendered_calendar = models.TextField(
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The calendar part, with the lines of one recipient left open.",
    )
    rendered_at = models.DateTimeField(null=True, blank=True)
    archive_text = models.TextField(  # noqa: DJ001 - without a value it is not known yet
        null=True, editable=False, help_text="The words by which the archive is searched."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language"], name="one_content_per_language"
            )
        ]

    def __str__(self) -> str:
        return self.subject
