"""The trust that a stored form has, and when it could not be handled."""

from django.db import migrations, models

TRUST = [
    (0, "Past a limit, without proof of work"),
    (1, "Looks automated"),
    (2, "Usual"),
    (3, "With proof of work"),
    (4, "Asked for by somebody known"),
]


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0008_replaced_grants")]

    operations = [
        migrations.AddField(
            "formsubmission",
            "failed_at",
            models.DateTimeField(
                blank=True,
                help_text="When it could not be handled. The clock tries again.",
                null=True,
            ),
        ),
        migrations.AddField(
            "formsubmission",
            "trust",
            models.SmallIntegerField(
                choices=TRUST,
                db_default=2,
                default=2,
                help_text="Of the forms that wait, the most trusted are handled first.",
            ),
        ),
    ]
