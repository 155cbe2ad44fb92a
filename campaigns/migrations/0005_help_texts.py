"""Help texts of staff forms, which stand in the models. The tables stay as they are."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_fill_join_url"),
        ("subscribers", "0004_help_texts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="campaign",
                    name="event",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The email can show its time in each recipient’s time zone.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="campaigns.event",
                    ),
                ),
                migrations.AlterField(
                    model_name="campaign",
                    name="language",
                    field=models.CharField(
                        default="en",
                        help_text="The main language. Recipients get this version if there is none in their own language.",
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="campaign",
                    name="name",
                    field=models.CharField(help_text="Only staff see this.", max_length=160),
                ),
                migrations.AlterField(
                    model_name="campaign",
                    name="topic",
                    field=models.ForeignKey(
                        help_text="The email goes to people who subscribe to this topic.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="subscribers.topic",
                    ),
                ),
                migrations.AlterField(
                    model_name="campaigncontent",
                    name="subject",
                    field=models.CharField(
                        help_text="The subject line of the email. You can change it later.",
                        max_length=200,
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="join_url",
                    field=models.URLField(
                        blank=True,
                        help_text="Shown in emails to subscribers only, never on a public page.",
                        verbose_name="meeting link",
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="local_end",
                    field=models.DateTimeField(),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="local_start",
                    field=models.DateTimeField(help_text="In the event’s time zone."),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="slug",
                    field=models.SlugField(
                        error_messages={"unique": "Another event has this URL name."},
                        help_text="The end of the event’s web address. You can’t change it later.",
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
                    model_name="event",
                    name="time_zone",
                    field=models.CharField(
                        help_text="Recipients see the time in their own time zone and in UTC.",
                        max_length=64,
                    ),
                ),
            ]
        )
    ]
