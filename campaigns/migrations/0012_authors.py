"""Who has written in a campaign, and under which circumstances one was approved."""

from django.db import migrations, models

EDITABLE = ["draft", "in_review", "approved", "scheduled"]


def take_creators_for_authors(apps, schema_editor):
    """Whoever created a draft counts as its author; who else has written in it isn't known."""
    campaigns = apps.get_model("campaigns", "Campaign").objects
    rows = campaigns.filter(status__in=EDITABLE, created_by__isnull=False)
    for number, account in rows.values_list("pk", "created_by"):
        campaigns.filter(pk=number).update(authors=[f"account:{account}"])


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0011_need_to_know"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="authors",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Everybody who has written in it, as the audit log tells them apart.",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="by_author",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether the reviewer had written in it.",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="second_factor",
            field=models.BooleanField(
                help_text="Whether the reviewer had signed in with one; unknown in old reviews.",
                null=True,
            ),
        ),
        migrations.RunPython(take_creators_for_authors, migrations.RunPython.noop),
    ]
