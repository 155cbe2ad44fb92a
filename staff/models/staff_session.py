"""Sessions of staff: where an account is signed in."""

from django.conf import settings
from django.db import models


class StaffSession(models.Model):
    """One device on which an account is signed in.

    The session itself names this row: without the row, its next request signs it out.

    `retention`: deleted when the session ends, which is KEEP_SESSIONS after its last page.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_sessions"
    )
    device = models.CharField(max_length=100)
    """In words, such as "Firefox on Windows"."""
    network = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.device
