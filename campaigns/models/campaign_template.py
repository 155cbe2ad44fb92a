"""Templates that staff made of campaigns."""

from django.db import models

from subscribers.models import Topic

LONGEST_TEMPLATE_NAME = 160


class CampaignTemplate(models.Model):
    """The content of a campaign in all its languages, to begin others with."""

    name = models.CharField(
        max_length=LONGEST_TEMPLATE_NAME, help_text="For staff, such as “Monthly briefing”."
    )
    name_key = models.CharField(  # noqa: DJ001 - rows without a key aren’t doubles of each other
        max_length=LONGEST_TEMPLATE_NAME * 4,
        null=True,
        editable=False,
        help_text=(
            "The name without case, by which two that read alike are one, behind the need-to-know "
            "topic that it is for. Nothing: the release before wrote the row."
        ),
    )
    topic = models.ForeignKey(
        Topic,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=(
            "The topic of the campaign that it was made of. If it is need-to-know, the template is "
            "for its campaigns alone."
        ),
    )
    language = models.CharField(
        max_length=12, help_text="The main language of the campaign that it was made of."
    )
    contents = models.JSONField(help_text="Language → subject, preheader and blocks.")
    translated_parts = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text=(
            "How each part of a translation stands to its source: the fields of a TranslatedPart."
        ),
    )
    authors = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="Everybody who has written in the campaign, as the audit log tells them apart.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # Not unique=True, with which Django makes a second index on PostgreSQL.
            models.UniqueConstraint(fields=["name_key"], name="one_template_per_name"),
        ]

    def __str__(self) -> str:
        return self.name
