"""Details that an import filled in for somebody known before, so that undo takes them back."""

from django.db import models

from subscribers.models.import_batch import ImportBatch
from subscribers.models.subscriber import Subscriber


class ImportFill(models.Model):
    """The details of one subscriber that were empty and that one import filled.

    A column is empty where the import filled nothing.

    `retention`: deleted after KEEP_IMPORT_DETAILS, when an undo no longer takes them back, and with
    the subscriber.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="fills")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="+")
    full_name = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    # Named as in the row of the subscriber.
    institution = models.CharField(max_length=200, blank=True, db_column="organisation")
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    filled_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["filled_at"], name="import_fill_to_forget")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.subscriber_id}"
