"""Public forms as they were sent, kept until a worker handles them."""

from django.db import models

from newsletter.states import Trust
from subscribers.states import ConsentMethod, SubmissionKind


class FormSubmission(models.Model):
    """One filled-in form.

    The request only stores it, with the same statements for every address, so neither the answer
    nor its time tells whether the address is known. Unlike a job's message it can be counted,
    repaired and erased.

    `retention`: deleted as soon as it has been handled, otherwise after KEEP_FORM_SUBMISSIONS.
    """

    kind = models.CharField(max_length=16, choices=SubmissionKind.choices)
    email = models.CharField(max_length=320, help_text="As parse_address returned it.")
    digest = models.CharField(
        max_length=64, db_index=True, help_text="Keyed digest of the address."
    )
    details = models.JSONField(default=dict, blank=True, help_text="What else was typed.")
    topics = models.JSONField(default=list, blank=True, help_text="Ids of the topics asked for.")
    words = models.TextField(blank=True, help_text="The exact words that stood beside the button.")
    method = models.CharField(max_length=12, choices=ConsentMethod.choices)
    network = models.CharField(max_length=45, blank=True)
    trust = models.SmallIntegerField(
        choices=Trust.choices,
        default=Trust.USUAL,
        db_default=Trust.USUAL,
        help_text="Of the forms that wait, the most trusted are handled first.",
    )
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it could not be handled. The clock tries again."
    )

    class Meta:
        indexes = [models.Index(fields=["-trust", "id"], name="submission_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
