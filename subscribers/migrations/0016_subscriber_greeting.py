"""How a person wants to be greeted. The release before may run beside it, and ignores it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0015_subscriber_paused")]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="greeting",
            field=models.CharField(
                blank=True,
                choices=[
                    ("given_name", "By given name"),
                    ("full_name", "By full name"),
                    ("salutation", "In words of their own"),
                    ("no_name", "Without a name"),
                ],
                db_default="",
                default="",
                help_text="How this person wants to be greeted in email. Empty if they haven’t said.",
                max_length=10,
                verbose_name="how to greet",
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="salutation",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as “Senator Okoro”. Used if the person is greeted in their own words.",
                max_length=100,
                verbose_name="own words",
            ),
        ),
    ]
