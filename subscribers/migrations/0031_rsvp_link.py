"""A form that asks for the link to answers to invitations. Only Python sees the change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0030_no_trust")]

    operations = [
        migrations.AlterField(
            model_name="formsubmission",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sign_up", "Sign-up"),
                    ("preferences_link", "Link to the preferences"),
                    ("address_check", "Which address we know"),
                    ("application", "Application to join"),
                    ("rsvp_link", "Link to answers to invitations"),
                ],
                max_length=16,
            ),
        )
    ]
