"""Wordings in a table of their own, and what seals the consent records."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

FORMS = [
    ("sign_up", "Sign-up form"),
    ("preferences", "Preferences page"),
    ("import", "Import of a list"),
    ("staff", "Staff"),
]
REASONS = [("time", "Kept for its time"), ("erasure", "Erased at their request")]
WHICH_KEY = "Which of LINK_KEYS has signed it."


def _text(length: int, help_text: str = "", **options: object) -> "models.CharField[str, str]":
    return models.CharField(
        max_length=length, blank=True, default="", db_default="", help_text=help_text, **options
    )


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0017_address_check")]

    operations = [
        migrations.CreateModel(
            name="ConsentWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=FORMS, help_text="Where people agreed to it.", max_length=12
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="In which it is written; empty where nobody said.",
                        max_length=12,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        help_text="1, 2, 3 … of this form and language, in the order of their "
                        "first use."
                    ),
                ),
                ("text", models.TextField()),
                (
                    "text_hash",
                    models.CharField(help_text="SHA-256 of the text in UTF-8.", max_length=64),
                ),
                ("first_used_at", models.DateTimeField()),
                ("key_id", models.CharField(help_text=WHICH_KEY, max_length=8)),
                (
                    "signature",
                    models.CharField(help_text="HMAC-SHA256 over the columns above.", max_length=64),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "text_hash"), name="one_wording_of_a_form"
                    ),
                    models.UniqueConstraint(
                        fields=("form", "language", "version"), name="one_wording_of_a_version"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentSeal",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(
                        help_text="1, 2, 3 … without a gap.", primary_key=True, serialize=False
                    ),
                ),
                (
                    "entry_ids",
                    models.JSONField(
                        help_text="The ids of its entries, as pairs of the first and the last of "
                        "each run."
                    ),
                ),
                (
                    "entries_hash",
                    models.CharField(
                        help_text="SHA-256 over ids and digests of its entries, in order.",
                        max_length=64,
                    ),
                ),
                (
                    "previous",
                    models.CharField(blank=True, help_text="The seal before.", max_length=64),
                ),
                ("sealed_at", models.DateTimeField()),
                ("key_id", models.CharField(help_text=WHICH_KEY, max_length=8)),
                (
                    "seal",
                    models.CharField(help_text="HMAC-SHA256 over the columns above.", max_length=64),
                ),
            ],
            options={
                "verbose_name": "seal of consent records",
                "verbose_name_plural": "seals of consent records",
                "ordering": ["number"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConsentRemoval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "records",
                    models.JSONField(help_text="Pairs of the id and the signature of each."),
                ),
                ("why", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("key_id", models.CharField(help_text=WHICH_KEY, max_length=8)),
                (
                    "signature",
                    models.CharField(help_text="HMAC-SHA256 over the columns above.", max_length=64),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="removals",
                        to="subscribers.consentseal",
                    ),
                ),
            ],
        ),
        # For Python alone: the column is the same, and the release before goes on writing it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("consentrecord", "words", "former_words"),
                migrations.AlterField(
                    "consentrecord",
                    "former_words",
                    models.TextField(blank=True, db_column="words", default=""),
                ),
                migrations.AlterField(
                    "consentrecord",
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
            ]
        ),
        migrations.AddField(
            "consentrecord",
            "wording",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="The exact words the person agreed to.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="subscribers.consentwording",
            ),
        ),
        migrations.AddField(
            "consentrecord",
            "answers",
            models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What an imported row answered to questions of consent, one on a line.",
            ),
        ),
        migrations.AddField(
            "consentrecord",
            "salt",
            _text(32, "Random, so that nobody can guess by its hash what was trimmed."),
        ),
        migrations.AddField("consentrecord", "key_id", _text(8, WHICH_KEY)),
        migrations.AddField(
            "consentrecord",
            "signature",
            _text(
                64, "HMAC-SHA256 over the columns above, of the last four by way of a hash."
            ),
        ),
        migrations.AddField(
            "consentrecord",
            "seal",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="subscribers.consentseal",
            ),
        ),
        migrations.AddField(
            "consentrecord", "trimmed_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("consentrecord", "trimmed_why", _text(8, choices=REASONS)),
        migrations.AddField(
            "consentrecord", "trimmed_hash", _text(64, "The hash of what was trimmed.")
        ),
        migrations.AddField(
            "consentrecord",
            "trimmed_signature",
            _text(64, "HMAC-SHA256 over that hash, time, reason and what is left."),
        ),
    ]
