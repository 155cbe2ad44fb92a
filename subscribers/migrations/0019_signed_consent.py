"""Sign the consent records that are there, and move their words to the table of wordings."""

from typing import Any

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently
from subscribers.evidence.adopt import Adoption


def sign(apps: Any, schema_editor: Any) -> None:
    """Sign what the releases before have written. It may be repeated where it was interrupted."""
    model = lambda name: apps.get_model("subscribers", name)  # noqa: E731
    Adoption(model("ConsentRecord"), model("ConsentWording"), model("ImportBatch")).run()


def unsign(apps: Any, schema_editor: Any) -> None:
    """Give the records their words back."""
    records = apps.get_model("subscribers", "ConsentRecord")
    wordings = apps.get_model("subscribers", "ConsentWording")
    texts: dict[int, str] = dict(wordings.objects.values_list("pk", "text"))
    with_words = records.objects.filter(wording__isnull=False).order_by("pk")
    for record in with_words.iterator(2_000):
        text = texts[record.wording_id]
        words = f"{text}\n{record.answers}" if record.answers else text
        records.objects.filter(pk=record.pk).update(former_words=words)
    records.objects.update(wording=None, seal=None, signature="", answers="")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("subscribers", "0018_consent_chain")]

    operations = [
        migrations.RunPython(sign, unsign),
        AddIndexConcurrently(
            "consentrecord",
            models.Index(
                fields=["id"], condition=models.Q(("seal", None)), name="consent_to_seal"
            ),
        ),
        AddIndexConcurrently(
            "consentrecord",
            models.Index(
                fields=["seal", "id"],
                condition=models.Q(("seal__isnull", False)),
                name="consent_of_seal",
            ),
        ),
    ]
