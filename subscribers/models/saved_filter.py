"""Filters of the list of people that staff have saved under a name."""

from django.conf import settings
from django.db import models

LONGEST_FILTER_NAME, LONGEST_FILTERS = 80, 1_000


class SavedFilter(models.Model):
    """Filters of the list of people with a name, of one member of staff or shared with all.

    Words of a search are no part of it: they may be an address or a name. It is deleted with the
    account.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=LONGEST_FILTER_NAME)
    filters = models.CharField(
        max_length=LONGEST_FILTERS, help_text="As a query string, without a search."
    )
    is_shared = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField("created (UTC)", auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_filter_per_name")
        ]

    def __str__(self) -> str:
        return self.name
