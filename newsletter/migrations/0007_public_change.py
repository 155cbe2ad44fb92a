"""Changes of what public pages show. The triggers that note them are made after migrations."""

from django.db import migrations, models


def remove_triggers(apps, schema_editor):
    """Take the triggers away before their table goes."""
    from newsletter.public_pages.triggers import remove_triggers

    remove_triggers()


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0006_need_to_know"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        help_text="Random: the same number after a rollback is another change.",
                        max_length=36,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="public_change_to_forget")],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_triggers),
    ]
