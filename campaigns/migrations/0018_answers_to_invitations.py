"""Answers to invitations: what an event asks for, and what people answer.

Nothing has written an answer before, so that table is empty.
"""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0017_delivery_agreed'),
        ('subscribers', '0029_invitation_is_mailed'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='answers_until',
            field=models.DateTimeField(blank=True, help_text='Derived.', null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='attendance',
            field=models.CharField(choices=[('online', 'Online'), ('in_person', 'In person'), ('hybrid', 'In person or online')], db_default='online', default='online', help_text='How people take part.', max_length=9),
        ),
        migrations.AddField(
            model_name='event',
            name='capacity',
            field=models.PositiveIntegerField(blank=True, help_text='Leave it empty if there is room for everybody. If people can come in person or take part online, only those who come in person need a place.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='number of places'),
        ),
        migrations.AddField(
            model_name='event',
            name='has_waiting_list',
            field=models.BooleanField(db_default=True, default=True, help_text='When all places are taken, people can wait for one. It is offered to the first in line.', verbose_name='waiting list'),
        ),
        migrations.AddField(
            model_name='event',
            name='interpretation',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='Language tags, such as fr or ar.', verbose_name='interpretation'),
        ),
        migrations.AddField(
            model_name='event',
            name='local_answers_until',
            field=models.DateTimeField(blank=True, help_text='In the event’s time zone. Afterwards nobody can answer or change an answer. Leave it empty to take answers until the event starts.', null=True, verbose_name='answer by'),
        ),
        migrations.AddField(
            model_name='event',
            name='takes_answers',
            field=models.BooleanField(db_default=False, default=False, help_text='People answer with the link in the invitation: yes, no, maybe, or somebody else comes in their place.', verbose_name='ask for answers'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='access_needs',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='attends',
            field=models.CharField(blank=True, choices=[('online', 'Online'), ('in_person', 'In person'), ('hybrid', 'In person or online')], db_default='', default='', max_length=9, verbose_name='takes part'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='came',
            field=models.BooleanField(blank=True, help_text='Empty until staff mark it.', null=True),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='delegate_of',
            field=models.ForeignKey(blank=True, help_text='The answer of the person in whose place a delegate comes.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='delegates', to='campaigns.rsvp'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='dietary_needs',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='digest',
            field=models.CharField(blank=True, db_default='', default='', help_text='Keyed digest of a guest’s address.', max_length=64),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='email',
            field=models.EmailField(blank=True, db_default='', default='', help_text='Of a guest alone.', max_length=254),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='full_name',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of a guest alone.', max_length=200, verbose_name='name'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='interpretation',
            field=models.CharField(blank=True, db_default='', default='', help_text='Language tag.', max_length=35),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of a guest’s emails.', max_length=35),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', max_length=1000),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='offered_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='seat',
            field=models.CharField(blank=True, choices=[('', 'None'), ('taken', 'Has a place'), ('waiting', 'On the waiting list'), ('offered', 'Offered a place'), ('lapsed', 'Didn’t take the place in time')], db_default='', default='', max_length=7, verbose_name='place'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='source',
            field=models.CharField(choices=[('link', 'By the link in an email'), ('staff', 'Entered by staff'), ('calendar', 'By their calendar'), ('delegate', 'As a delegate')], db_default='link', default='link', max_length=8),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='waiting_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='rsvp',
            name='answer',
            field=models.CharField(blank=True, choices=[('yes', 'Yes, I’ll come'), ('no', 'No, I can’t come'), ('maybe', 'Maybe'), ('delegate', 'Somebody else comes in my place')], help_text='Empty while a delegate has not answered yet.', max_length=8),
        ),
        migrations.AlterField(
            model_name='rsvp',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='rsvp',
            name='subscriber',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rsvps', to='subscribers.subscriber'),
        ),
        migrations.AddIndex(
            model_name='rsvp',
            index=models.Index(condition=models.Q(('seat', ''), _negated=True), fields=['event', 'seat', 'waiting_since'], name='rsvp_places'),
        ),
        migrations.AddIndex(
            model_name='rsvp',
            index=models.Index(condition=models.Q(('seat', 'offered')), fields=['offered_until'], name='rsvp_offers'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('event', 'digest'), name='one_answer_per_guest'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.CheckConstraint(condition=models.Q(('subscriber__isnull', True), ('digest', ''), _connector='XOR'), name='rsvp_of_one_person'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.CheckConstraint(condition=models.Q(('seat__in', ['', 'lapsed']), ('answer', 'yes'), _connector='OR'), name='rsvp_place_of_yes'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seat', 'waiting'), _negated=True), ('waiting_since__isnull', False), _connector='OR'), name='rsvp_waits_since'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seat', 'offered'), _negated=True), ('offered_until__isnull', False), _connector='OR'), name='rsvp_offered_until'),
        ),
    ]
