"""Floods of sign-ups, which the dashboard shows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0010_submission_next")]

    operations = [
        migrations.CreateModel(
            name="SignUpAttack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField(unique=True, verbose_name="began (UTC)")),
                ("last_at", models.DateTimeField(db_index=True, verbose_name="last seen (UTC)")),
                (
                    "posts",
                    models.PositiveBigIntegerField(
                        help_text="Forms that had to bring proof of work, or were refused."
                    ),
                ),
                (
                    "networks",
                    models.PositiveIntegerField(
                        help_text="Networks that they came from, about."
                    ),
                ),
            ],
            options={
                "verbose_name": "flood of sign-ups",
                "verbose_name_plural": "floods of sign-ups",
            },
        ),
    ]
