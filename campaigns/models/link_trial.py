"""Attempts to open the links of campaigns."""

from django.db import models

from campaigns.review_states import LinkOutcome

MAXIMUM_URL = 2000


class LinkTrial(models.Model):
    """The newest attempt to open a web address that campaigns link to.

    The row is the job, too: it waits where it was asked for after it was tried. It names neither a
    campaign nor a person, so that it tells of none.

    `retention`: deleted three days after somebody asked for it last.
    """

    url_hash = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the address, as a key of even length."
    )
    url = models.CharField("web address", max_length=MAXIMUM_URL)
    host = models.CharField(max_length=253, db_index=True)
    asked_at = models.DateTimeField("asked for (UTC)", db_index=True)
    lease_until = models.DateTimeField("being tried until (UTC)", null=True, blank=True)
    tried_at = models.DateTimeField("tried (UTC)", null=True, blank=True)
    outcome = models.CharField(max_length=30, choices=LinkOutcome, blank=True)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last answer’s HTTP status."
    )
    leads_to = models.CharField(
        max_length=253, blank=True, help_text="The host of another site to which it leads."
    )
    ends_in_http = models.BooleanField(
        default=False, help_text="It leads to a page without encryption."
    )

    def __str__(self) -> str:
        return self.url

    @property
    def is_waiting(self) -> bool:
        """Return whether it is still to be tried."""
        return self.tried_at is None or self.tried_at < self.asked_at
