"""Words for staff: labels, help and choices. The tables stay as they are."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0002_addresses_out_of_the_log"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="consentrecord",
                    name="method",
                    field=models.CharField(
                        choices=[
                            ("form", "Sign-up page"),
                            ("embed", "Embedded form"),
                            ("mail_link", "Link in an email"),
                            ("one_click", "One-click unsubscribe"),
                            ("preferences", "Preferences page"),
                            ("import", "Import"),
                            ("staff", "Staff"),
                            ("complaint", "Reported as spam"),
                            ("provider", "Unsubscribed at the email provider"),
                            ("demo", "Demo data"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="formsubmission",
                    name="method",
                    field=models.CharField(
                        choices=[
                            ("form", "Sign-up page"),
                            ("embed", "Embedded form"),
                            ("mail_link", "Link in an email"),
                            ("one_click", "One-click unsubscribe"),
                            ("preferences", "Preferences page"),
                            ("import", "Import"),
                            ("staff", "Staff"),
                            ("complaint", "Reported as spam"),
                            ("provider", "Unsubscribed at the email provider"),
                            ("demo", "Demo data"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="importbatch",
                    name="opted_out",
                    field=models.PositiveIntegerField(
                        default=0,
                        help_text="Unsubscribed before, so not subscribed again.",
                        verbose_name="opted out",
                    ),
                ),
                migrations.AlterField(
                    model_name="importbatch",
                    name="undone_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="undone (UTC)"),
                ),
                migrations.AlterField(
                    model_name="subscriber",
                    name="language",
                    field=models.CharField(
                        default="en",
                        help_text="Such as en or pt-br. Emails not written in it are sent in the campaign’s own.",
                        max_length=12,
                        verbose_name="language code",
                    ),
                ),
                migrations.AlterField(
                    model_name="suppression",
                    name="digest",
                    field=models.CharField(
                        help_text="Computed from the address.",
                        max_length=64,
                        verbose_name="address code",
                    ),
                ),
                migrations.AlterField(
                    model_name="suppression",
                    name="lifted_by",
                    field=models.CharField(
                        blank=True,
                        help_text="Staff, or empty for the person’s own opt-in.",
                        max_length=150,
                        verbose_name="removed by",
                    ),
                ),
                migrations.AlterField(
                    model_name="topic",
                    name="is_moderated",
                    field=models.BooleanField(default=False, verbose_name="moderated"),
                ),
                migrations.AlterField(
                    model_name="topic",
                    name="slug",
                    field=models.SlugField(
                        error_messages={"unique": "Another topic has this URL name."},
                        help_text="Used in links, email headers and commands. You can’t change it later.",
                        max_length=60,
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
            ]
        )
    ]
