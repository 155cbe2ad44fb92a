"""Custom fields as merge fields of emails."""

from collections.abc import Iterator

from newsletter.rendering.merge_fields import LONGEST_CUSTOM, MergeField
from subscribers.models import CustomField


def merge_fields() -> Iterator[MergeField]:
    """Yield the merge field of each custom field."""
    for field in CustomField.objects.all():
        yield MergeField(
            name=field.key,
            meaning=f"the recipient’s “{field.name}”",
            longest=LONGEST_CUSTOM,
        )
