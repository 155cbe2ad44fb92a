"""Indexes for the lists of the staff pages, made while the installation runs."""

from django.db import migrations, models


from newsletter.core.db.migration_operations import AddIndexConcurrently, add_words_index


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('subscribers', '0023_bodies'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='application',
            index=models.Index(condition=models.Q(('decided_at', None)), fields=['confirmed_at', 'id'], name='application_waiting'),
        ),
        AddIndexConcurrently(
            model_name='application',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['decided_at', 'id'], name='application_decided'),
        ),
        AddIndexConcurrently(
            model_name='application',
            index=models.Index(fields=['status', 'decided_at', 'id'], name='application_by_status'),
        ),
        AddIndexConcurrently(
            model_name='suppression',
            index=models.Index(fields=['digest'], name='suppression_of_address'),
        ),
        AddIndexConcurrently(
            model_name='suppression',
            index=models.Index(fields=['reason', 'id'], name='suppression_by_reason'),
        ),
        AddIndexConcurrently(
            model_name='suppression',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['id'], name='suppression_standing'),
        ),
        add_words_index(
            "subscriber_words", "subscribers_subscriber", "email", "full_name", "given_name"
        ),
        add_words_index(
            "application_words", "subscribers_application", "full_name", "institution"
        ),
    ]
