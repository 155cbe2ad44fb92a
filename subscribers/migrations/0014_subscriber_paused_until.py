"""Until when a person has paused campaigns. The release before may run beside it, and ignores it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0013_list_imports")]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="paused_until",
            field=models.DateTimeField(
                blank=True,
                help_text="This person asked for no campaigns before then.",
                null=True,
                verbose_name="paused until (UTC)",
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="paused_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When they asked for that. Empty without a pause.",
                null=True,
            ),
        ),
    ]
