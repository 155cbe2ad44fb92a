from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0011_sign_up_attack"),
    ]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="consent",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="The words people agree to when they subscribe to this topic alone. Leave it empty for our own: “I agree to receive email from … about …. I can unsubscribe at any time.”",
                max_length=1000,
                verbose_name="consent wording",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="texts",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text="Shown to people who read our pages and emails in that language. Where a text is missing, they see the one above.",
                verbose_name="other languages",
            ),
        ),
    ]
