"""Browser tabs in which the content of a campaign is open."""

from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign


class ContentEditor(models.Model):
    """One browser tab in which somebody has a language of a campaign open.

    `retention`: deleted when the page is closed, else an hour after its last sign.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    tab = models.CharField(max_length=16, help_text="Drawn by the page when it is opened.")
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language", "account", "tab"], name="one_row_per_open_tab"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.language}"
