"""Questions to imported people, who get campaigns only once they have confirmed."""

from django.db import models
from django.db.models import Q

from subscribers.models.import_batch import ImportBatch
from subscribers.models.topic import Topic


class ImportQuestion(models.Model):
    """The question to one imported person if they want to go on getting email of one topic.

    There is one for each person and topic, so that nobody is asked twice, however often a list is
    imported. It knows the person by digest alone, because it outlives an answer that never came.

    `retention`: deleted after KEEP_IMPORT_QUESTIONS, on erasure, and with an import that is undone
    before it was sent.
    """

    digest = models.CharField(max_length=64, help_text="Keyed digest of the address.")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(
        ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the email was queued, or found needless."
    )
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="The address had a like email today: ask later."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "topic"], name="one_question_per_topic")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(asked_at__isnull=True), name="import_question_to_ask"
            ),
            models.Index(fields=["created_at"], name="import_question_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.created_at}"
