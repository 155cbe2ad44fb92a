"""The numbers of topics month by month."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0050_conditions'),
        ('subscribers', '0035_subscriber_institution'),
    ]

    operations = [
        migrations.CreateModel(
            name='TopicMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day.')),
                ('joined', models.PositiveIntegerField(db_default=0, default=0)),
                ('left', models.PositiveIntegerField(db_default=0, default=0)),
                ('subscribed', models.PositiveIntegerField(db_default=0, default=0, help_text='At the month’s end, or when it was counted last.')),
                ('campaigns', models.PositiveIntegerField(db_default=0, default=0, help_text='Campaigns that were launched in it.')),
                ('emails', models.PositiveBigIntegerField(db_default=0, default=0, help_text='Of these, of which the provider reported what became, as the guard counts.')),
                ('bounced', models.PositiveIntegerField(db_default=0, default=0, help_text='Mailbox doesn’t exist, or refused by its provider.')),
                ('complained', models.PositiveIntegerField(db_default=0, default=0)),
                ('unsubscribed', models.PositiveIntegerField(db_default=0, default=0, help_text='By a link of these emails.')),
                ('events', models.PositiveIntegerField(db_default=0, default=0, help_text='Events that took place in it.')),
                ('invited', models.PositiveIntegerField(db_default=0, default=0, help_text='Emails of the largest campaign about each.')),
                ('said_yes', models.PositiveIntegerField(db_default=0, default=0)),
                ('said_no', models.PositiveIntegerField(db_default=0, default=0)),
                ('said_else', models.PositiveIntegerField(db_default=0, default=0, help_text='Maybe, or somebody else in their place.')),
                ('came', models.PositiveIntegerField(db_default=0, default=0)),
                ('has_few_answers', models.BooleanField(db_default=False, default=False, help_text='At one of the events, so few gave an answer that its page doesn’t tell all.')),
                ('counted_at', models.DateTimeField(verbose_name='counted (UTC)')),
                ('beside', models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, help_text='The newest consent records beside which growth was counted, and its time.')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='months', to='subscribers.topic')),
            ],
            options={
                'ordering': ['month', 'topic'],
                'indexes': [models.Index(fields=['month'], name='topic_month')],
                'constraints': [models.UniqueConstraint(fields=('topic', 'month'), name='one_month_per_topic')],
            },
        ),
    ]
