"""Make drafts of what is approved, because an approval covers more than its reviewer has seen."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WHY = (
    "Convene was updated. An approval now covers the sender and “Past emails”, too. "
    "This campaign is a draft again: it needs a new approval and, if it was scheduled, a new time."
)


def end_approvals(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Take approved and scheduled campaigns back to draft, and say why on their pages.

    Their fingerprints are of an earlier kind, so nothing of them could be sent. At its hour a
    scheduled one would have been refused with the reason that somebody had changed it.
    """
    ready = apps.get_model("campaigns", "Campaign")._default_manager.filter(
        status__in=["approved", "scheduled"]
    )
    ready.update(status="draft", scheduled_at=None, pause_reason=WHY)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_unseen_emails_stay_hidden")]

    operations = [migrations.RunPython(end_approvals, migrations.RunPython.noop)]
