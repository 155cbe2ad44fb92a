"""One import of a file, so that it can be shown and undone."""

from django.conf import settings
from django.db import models

from subscribers.models.topic import Topic


class ImportBatch(models.Model):
    """One import: what was read, what came of it, and what was refused.

    `retention`: `refused` goes after KEEP_IMPORT_DETAILS.
    """

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("file", max_length=255)
    file_digest = models.CharField(
        "fingerprint of the file", max_length=64, help_text="SHA-256 of the file."
    )
    consent_words = models.TextField(
        "consent text", help_text="How these people agreed to get email."
    )
    mapping = models.JSONField("columns", default=dict, help_text="Header → field.")
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0, help_text="New subscriptions.")
    undated = models.PositiveIntegerField(
        "added without a date of consent",
        null=True,
        blank=True,
        help_text="Their rows said nothing of when they agreed. Not counted in earlier imports.",
    )
    unchanged = models.PositiveIntegerField(
        default=0, help_text="Already subscribed, or repeated in the file."
    )
    opted_out = models.PositiveIntegerField(
        "opted out", default=0, help_text="Unsubscribed before, so not subscribed again."
    )
    opt_outs = models.PositiveIntegerField(
        "opt-outs recorded",
        default=0,
        db_default=0,
        help_text=(
            "People who opted out of another list, according to the file. They stay on record."
        ),
    )
    refused_count = models.PositiveIntegerField("refused", default=0)
    refused = models.JSONField(
        "refused rows",
        default=list,
        blank=True,
        help_text="Row number and reason of the first 1,000.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asks = models.BooleanField(
        "asks to confirm",
        default=False,
        db_default=False,
        help_text="Each person added is asked once to confirm, and gets no campaigns until then.",
    )
    filled = models.PositiveIntegerField(
        default=0, db_default=0, help_text="People known before whose empty details were filled in."
    )
    created_at = models.DateTimeField("imported (UTC)", auto_now_add=True)
    undo_asked_at = models.DateTimeField("undo asked for (UTC)", null=True, blank=True)
    undo_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undo_state = models.JSONField(
        null=True, blank=True, help_text="How far the undo is, and what came of it so far."
    )
    undo_result = models.JSONField(
        "result of the undo", null=True, blank=True, help_text="How many rows of each fate."
    )
    undone_at = models.DateTimeField("undone (UTC)", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"

    def __str__(self) -> str:
        return self.file_name
