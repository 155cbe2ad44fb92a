from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0048_campaign_breakdown'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='late_before',
            field=models.DateTimeField(blank=True, editable=False, help_text='Whose hour was before it was known to be late when the launch was confirmed.', null=True),
        ),
    ]
