"""A part of a translation, with the words of the source from which it was made."""

from django.db import models

from campaigns.models.campaign import Campaign


class TranslationOrigin(models.TextChoices):
    """The way in which a part of a translation came to be."""

    WRITTEN = "written", "Written"
    COPIED = "copied", "Copied from the source, and not translated yet"
    LEFT_OUT = "left_out", "Left out of this translation on purpose"


class TranslatedPart(models.Model):
    """A block, the subject or the preheader of one translation, and its source as it was then.

    A translation without any such row is of unknown origin, and counts as up to date.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="translated_parts"
    )
    language = models.CharField(max_length=12, help_text="Of the translation.")
    part = models.CharField(
        max_length=20, help_text="The id of a block, or @subject or @preheader."
    )
    source_language = models.CharField(
        max_length=12,
        help_text="The campaign’s own language then. Rows of another count for nothing.",
    )
    source = models.JSONField(
        default=dict,
        blank=True,
        help_text="The type and the fields of the source; empty: of an earlier text, not known.",
    )
    origin = models.CharField(
        max_length=8, choices=TranslationOrigin.choices, default=TranslationOrigin.WRITTEN
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language", "part"], name="one_row_per_translated_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}, {self.part}"
