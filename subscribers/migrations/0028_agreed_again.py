
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0027_undo_in_pieces'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consentrecord',
            name='action',
            field=models.CharField(choices=[('requested', 'Asked to subscribe'), ('confirmed', 'Confirmed'), ('imported', 'Imported with consent'), ('accepted', 'Accepted by staff'), ('declined', 'Declined by staff'), ('unsubscribed', 'Unsubscribed'), ('discreet', 'Switched discreet mode on'), ('not_discreet', 'Switched discreet mode off'), ('agreed_again', 'Agreed again')], max_length=12),
        ),
    ]
