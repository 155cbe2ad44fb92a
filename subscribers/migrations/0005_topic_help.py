"""The help text of a topic's visibility, which names past emails. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0004_help_texts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="topic",
                    name="is_public",
                    field=models.BooleanField(
                        default=True,
                        help_text="Show this topic on the sign-up page, and its emails under “Past emails”. Emails sent while it is not public stay hidden. Changing this can turn approved and scheduled campaigns of this topic into drafts, which need a new approval.",
                        verbose_name="public",
                    ),
                ),
            ]
        )
    ]
