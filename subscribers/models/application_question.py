"""Questions to an applicant, and their answers."""

from datetime import datetime

from django.conf import settings
from django.db import models

from subscribers.models.application import LONGEST_TEXT, Application


class ApplicationQuestion(models.Model):
    """One question that staff mailed to an applicant, with the answer that came by its link.

    `retention`: deleted with its application, KEEP_APPLICATIONS after the decision.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField("question", max_length=LONGEST_TEXT)
    asked_by = models.CharField(max_length=150, help_text="Username.")
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(blank=True, max_length=LONGEST_TEXT)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Question {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Return whether its link still takes an answer, as far as this row can tell."""
        return self.answered_at is None and now < self.asked_at + settings.ANSWER_LINK_LIFETIME
