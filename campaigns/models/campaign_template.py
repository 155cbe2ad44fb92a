"""Templates that staff made of campaigns."""

from django.db import models

from subscribers.models import Topic


class CampaignTemplate(models.Model):
    """The content of a campaign in all its languages, to begin others with."""

    name = models.CharField(max_length=160, help_text="For staff, such as “Monthly briefing”.")
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

    def __str__(self) -> str:
        return self.name
