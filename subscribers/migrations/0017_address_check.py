"""A form that asks which address we know. Only Python sees the change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0016_subscriber_greeting")]

    operations = [
        migrations.AlterField(
            model_name="formsubmission",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sign_up", "Sign-up"),
                    ("preferences_link", "Link to the preferences"),
                    ("address_check", "Which address we know"),
                ],
                max_length=16,
            ),
        )
    ]
