"""The notice that a campaign was sent in error."""

from django.db import models

from campaigns.models.campaign import Campaign


class Retraction(models.Model):
    """The notice that readers find where a campaign can be read, since it was sent in error.

    Who wrote it is in the audit log.

    `retention`: kept as long as its campaign, whose readers it is for; deleted when it is taken
    back. It names nobody.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="retraction")
    text = models.TextField(help_text="For readers, in the campaign’s main language.")
    hides_email = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether readers find the text alone, and not the email.",
    )
    retracted_at = models.DateTimeField("marked (UTC)")

    def __str__(self) -> str:
        return f"Retraction of {self.campaign_id}"


def retraction_of(campaign: Campaign) -> Retraction | None:
    """Return the notice that a campaign was sent in error, if it was."""
    found: Retraction | None = getattr(campaign, "retraction", None)
    return found


def is_retracted(campaign_id: int) -> bool:
    """Return whether a campaign was marked as sent in error."""
    return Retraction.objects.filter(campaign=campaign_id).exists()
