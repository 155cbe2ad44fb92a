"""How often people change their answers, and delegates, to whom a place is offered first.

No release before wrote an answer, so the table is empty.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0022_interpretation_help'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rsvp',
            name='rsvp_place_of_yes',
        ),
        migrations.AddField(
            model_name='rsvp',
            name='agreed_words',
            field=models.TextField(blank=True, db_default='', default='', help_text='The words that a delegate agreed to.'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='changes',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Changes by the person themselves since `changes_since`.'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='changes_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='delegates_named',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Since `changes_since`.'),
        ),
        migrations.AddIndex(
            model_name='rsvp',
            index=models.Index(condition=models.Q(('digest', ''), _negated=True), fields=['digest'], name='rsvp_guests'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.CheckConstraint(condition=models.Q(('seat__in', ['', 'lapsed']), ('answer', 'yes'), models.Q(('answer', ''), ('seat', 'offered')), _connector='OR'), name='rsvp_place_of_yes'),
        ),
    ]
