"""Notes of staff on people."""

from django.db import models

from subscribers.models.application import LONGEST_TEXT
from subscribers.models.subscriber import Subscriber


class SubscriberNote(models.Model):
    """A note of a member of staff on a person, for colleagues.

    The person gets it with all that is kept of them: a note is about them.

    `retention`: goes with the subscriber, on erasure at the latest; of one who never confirmed,
    KEEP_UNCONFIRMED after they were asked.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField("note", max_length=LONGEST_TEXT)
    written_by = models.CharField(max_length=150, help_text="Username.")
    written_at = models.DateTimeField("written (UTC)")

    def __str__(self) -> str:
        return f"Note {self.pk}"
