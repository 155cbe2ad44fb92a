"""Labels and custom fields of subscribers. What was their organisation is their institution."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

OF_IMPORT = "The import that gave it, whose undo takes it back. Empty if staff gave it."
INSTITUTION = "The parliament, ministry or organisation that this person belongs to."


def _id() -> tuple[str, models.BigAutoField]:
    return (
        "id",
        models.BigAutoField(
            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
        ),
    )


def _import_batch() -> tuple[str, models.ForeignKey]:
    return (
        "import_batch",
        models.ForeignKey(
            blank=True,
            db_index=False,
            help_text=OF_IMPORT,
            null=True,
            on_delete=django.db.models.deletion.SET_NULL,
            related_name="+",
            to="subscribers.importbatch",
        ),
    )


def _parent(to: str, related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0033_guard_limits")]

    operations = [
        # For Python alone: the columns are the same, and the release before goes on writing them.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("subscriber", "organisation", "institution"),
                migrations.AlterField(
                    "subscriber",
                    "institution",
                    models.CharField(
                        blank=True,
                        db_column="organisation",
                        help_text=INSTITUTION,
                        max_length=200,
                    ),
                ),
                migrations.RenameField("importfill", "organisation", "institution"),
                migrations.AlterField(
                    "importfill",
                    "institution",
                    models.CharField(blank=True, db_column="organisation", max_length=200),
                ),
            ]
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                _id(),
                ("name", models.CharField(max_length=80)),
                (
                    "key",
                    models.CharField(
                        help_text="The name without case, by which two that read alike are one.",
                        max_length=240,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created (UTC)"),
                ),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="one_label_per_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriberLabel",
            fields=[
                _id(),
                _import_batch(),
                ("label", _parent("subscribers.label", "subscribers")),
                ("subscriber", _parent("subscribers.subscriber", "labels")),
                ("added_at", models.DateTimeField(verbose_name="added (UTC)")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["label", "subscriber"], name="subscribers_of_label"),
                    models.Index(
                        condition=models.Q(("import_batch__isnull", False)),
                        fields=["import_batch"],
                        name="labels_of_import",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subscriber", "label"), name="one_label_once_per_subscriber"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                _id(),
                (
                    "key",
                    models.CharField(
                        help_text=(
                            "Its name in campaigns and in files, such as term_ends. It never "
                            "changes."
                        ),
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z_]*\\Z",
                                "Use small letters a to z and underscores, and begin with a "
                                "letter.",
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(help_text="As staff see it.", max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[("text", "Text"), ("choice", "Choice"), ("date", "Date")],
                        max_length=10,
                    ),
                ),
                (
                    "choices",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What can be chosen, in order. Of a choice alone.",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Fields with a smaller number come first."
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created (UTC)"),
                ),
            ],
            options={
                "ordering": ["position", "key"],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="one_custom_field_per_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomFieldValue",
            fields=[
                _id(),
                (
                    "value",
                    models.CharField(
                        help_text="A date as 2027-01-31, a choice as it is written.",
                        max_length=200,
                    ),
                ),
                (
                    "day",
                    models.DateField(blank=True, help_text="Of a date alone.", null=True),
                ),
                ("set_at", models.DateTimeField(verbose_name="set (UTC)")),
                ("field", _parent("subscribers.customfield", "values")),
                _import_batch(),
                ("subscriber", _parent("subscribers.subscriber", "custom_values")),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["field", "value", "subscriber"], name="subscribers_of_value"
                    ),
                    models.Index(
                        condition=models.Q(("day__isnull", False)),
                        fields=["field", "day", "subscriber"],
                        name="subscribers_of_day",
                    ),
                    models.Index(
                        condition=models.Q(("import_batch__isnull", False)),
                        fields=["import_batch"],
                        name="values_of_import",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subscriber", "field"), name="one_value_per_subscriber_and_field"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", ""), _negated=True),
                        name="custom_field_value_not_empty",
                    ),
                ],
            },
        ),
    ]
