"""Let a campaign say who can read its email later, by one column in place of a box."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Keep what each campaign says: what was in the archive stays, and nothing comes into it.

    The column begins with nobody, so that holds also of what the release before writes meanwhile.
    A draft keeps the tick that it has, which somebody may have set.
    """
    campaigns = apps.get_model("campaigns", "Campaign")._default_manager
    campaigns.filter(is_archived=True).update(archive_access="public")


def unfill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Tick the boxes of those that anybody can read, and leave out those for subscribers."""
    campaigns = apps.get_model("campaigns", "Campaign")._default_manager
    is_public = models.Q(archive_access="public") | models.Q(
        archive_access="", topic__archive_access="public", launched_at=None
    )
    campaigns.filter(is_public).update(is_archived=True)
    campaigns.exclude(pk__in=campaigns.filter(is_public).values("pk")).update(is_archived=False)


def retire(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let rows be written without the box, which stays for the release before.

    In PostgreSQL. Of SQLite there is one release at a time, and it can't change a default alone.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE campaigns_campaign ALTER COLUMN is_archived SET DEFAULT false"
        )
    else:
        model = apps.get_model("campaigns", "Campaign")
        schema_editor.remove_field(model, model._meta.get_field("is_archived"))


def bring_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the default away again, or add the column."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE campaigns_campaign ALTER COLUMN is_archived DROP DEFAULT"
        )
    else:
        model = apps.get_model("campaigns", "Campaign")
        schema_editor.add_field(model, model._meta.get_field("is_archived"))


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0057_counted_links"),
        ("subscribers", "0039_archive_access"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="archive_access",
            field=models.CharField(
                blank=True,
                choices=[
                    ("public", "Anybody, under “Past emails”"),
                    ("subscribers", "Subscribers of the topic, by a link that we email them"),
                    ("none", "Nobody"),
                ],
                db_default="none",
                default="",
                help_text="Who can read this email on our pages once it is sent. Only emails of a public topic are shown to anybody, and those of a need-to-know topic to nobody.",
                max_length=11,
            ),
        ),
        migrations.RunPython(fill, unfill),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="campaign", name="is_archived")],
            database_operations=[migrations.RunPython(retire, bring_back)],
        ),
    ]
