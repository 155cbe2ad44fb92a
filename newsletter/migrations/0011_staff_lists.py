"""Indexes for the lists of the staff pages, made while the installation runs."""

from django.db import migrations, models


from newsletter.core.db.migration_operations import AddIndexConcurrently, add_words_index


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('newsletter', '0010_brand_about'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='auditentry',
            index=models.Index(fields=['action', 'id'], name='audit_action'),
        ),
        AddIndexConcurrently(
            model_name='auditentry',
            index=models.Index(fields=['actor_kind', 'id'], name='audit_actor_kind'),
        ),
        AddIndexConcurrently(
            model_name='providerevent',
            index=models.Index(condition=models.Q(('kind__in', ('', 'accepted', 'delivered')), _negated=True), fields=['kind', 'id'], name='event_noteworthy'),
        ),
        AddIndexConcurrently(
            model_name='providerevent',
            index=models.Index(condition=models.Q(('bounce_class', ''), _negated=True), fields=['bounce_class', 'id'], name='event_of_bounce_class'),
        ),
        AddIndexConcurrently(
            model_name='providerevent',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['id'], name='event_with_problem'),
        ),
        AddIndexConcurrently(
            model_name='providerevent',
            index=models.Index(condition=models.Q(('digest', ''), _negated=True), fields=['digest'], name='event_of_address'),
        ),
        AddIndexConcurrently(
            model_name='transactionalmessage',
            index=models.Index(fields=['kind', 'id'], name='message_of_kind'),
        ),
        AddIndexConcurrently(
            model_name='transactionalmessage',
            index=models.Index(condition=models.Q(('status__in', ('failed', 'skipped', 'uncertain'))), fields=['status', 'id'], name='message_noteworthy'),
        ),
        add_words_index("audit_words", "newsletter_auditentry", "actor_name", "object_label"),
    ]
