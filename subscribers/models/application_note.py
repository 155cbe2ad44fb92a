"""Internal notes on an application."""

from django.db import models

from subscribers.models.application import LONGEST_TEXT, Application


class ApplicationNote(models.Model):
    """A note of a member of staff on an application, for colleagues alone.

    The person gets it with all that is kept of them: a note is about them.

    `retention`: deleted with its application, KEEP_APPLICATIONS after the decision.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField("note", max_length=LONGEST_TEXT)
    written_by = models.CharField(max_length=150, help_text="Username.")
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Note {self.pk}"
