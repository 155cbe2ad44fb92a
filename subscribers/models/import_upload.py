"""A list on its way into the database: uploaded by staff, looked at, and imported by a worker."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from subscribers.models.import_batch import ImportBatch
from subscribers.models.topic import Topic
from subscribers.states import ImportStep


class ImportUpload(models.Model):
    """One uploaded file, the choices about it, and where it is.

    Its files lie in a folder of their own in VAR_DIR/imports. Only the account that uploaded it
    sees it; what comes of it is an ImportBatch.

    `retention`: files and row go after KEEP_IMPORT_UPLOADS, counted from the last step; once it is
    imported, the uploaded file goes at once, and the outcome of each row after KEEP_IMPORT_REPORTS.
    """

    folder = models.CharField(max_length=32, unique=True, help_text="Its name in VAR_DIR/imports.")
    file_name = models.CharField("file", max_length=255)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=ImportStep.choices, default=ImportStep.READING)
    parts = models.JSONField(
        default=list, help_text="The files or sheets in it: name, headers, what their rows are."
    )
    choices = models.JSONField(
        default=dict, help_text="Columns, encoding, dates and time zone, as chosen."
    )
    consent_words = models.TextField(blank=True)
    re_permission = models.BooleanField(default=False)
    problem = models.TextField(blank=True, help_text="Why it can’t go on as it is.")
    problem_header = models.TextField(blank=True, help_text="The column that this is about.")
    findings = models.JSONField(
        default=dict, help_text="How many rows of each kind, and notes, of the last look."
    )
    batch = models.OneToOneField(
        ImportBatch, null=True, blank=True, on_delete=models.CASCADE, related_name="upload"
    )
    attempt = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(help_text="When the step last changed.")

    class Meta:
        verbose_name = "uploaded list"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ImportStep.values), name="import_upload_step_known"
            )
        ]
        indexes = [models.Index(fields=["changed_at"], name="import_upload_to_forget")]

    def __str__(self) -> str:
        return self.file_name
