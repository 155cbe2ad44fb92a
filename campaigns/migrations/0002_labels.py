"""Words for staff: labels, help and choices. The tables stay as they are."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelOptions(
                    name="delivery",
                    options={"verbose_name": "campaign email"},
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="bounce_class",
                    field=models.CharField(
                        blank=True,
                        choices=[("hard", "Hard"), ("soft", "Soft"), ("block", "Block")],
                        max_length=5,
                        verbose_name="bounce type",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="lease_until",
                    field=models.DateTimeField(
                        blank=True, null=True, verbose_name="sending until (UTC)"
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="provider_message_id",
                    field=models.CharField(
                        blank=True, max_length=200, verbose_name="provider’s message ID"
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="settled_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="When the result was recorded.",
                        null=True,
                        verbose_name="last update (UTC)",
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("meeting", "Virtual meeting"),
                            ("forum", "Forum"),
                            ("visit", "Site visit"),
                        ],
                        default="meeting",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="slug",
                    field=models.SlugField(
                        error_messages={"unique": "Another event has this URL name."},
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z",
                                "Use lower-case letters, numbers and single hyphens.",
                            )
                        ],
                        verbose_name="URL name (slug)",
                    ),
                ),
                migrations.AlterField(
                    model_name="rsvp",
                    name="answer",
                    field=models.CharField(
                        choices=[
                            ("yes", "Will come"),
                            ("no", "Can’t come"),
                            ("maybe", "Not sure yet"),
                        ],
                        max_length=5,
                    ),
                ),
            ]
        )
    ]
