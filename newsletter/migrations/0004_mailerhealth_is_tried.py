from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0003_labels")]

    operations = [
        migrations.AddField(
            model_name="mailerhealth",
            name="is_tried",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="One worker is finding out if it is well again; until `rests_until` at most.",
            ),
        )
    ]
