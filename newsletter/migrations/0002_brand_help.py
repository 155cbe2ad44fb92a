from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="brand",
            name="contact_email",
            field=models.EmailField(
                blank=True,
                help_text="For questions about data protection. Shown on the public pages.",
                max_length=254,
                verbose_name="contact email address",
            ),
        ),
        migrations.AlterField(
            model_name="brand",
            name="website",
            field=models.URLField(blank=True, help_text="Shown at the end of every email."),
        ),
    ]
