"""Note of a campaign that tells of a change of an event which change it is."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Take the sequence that was sent; of a draft, the event's present one."""
    event = apps.get_model("campaigns", "Event")._default_manager.filter(pk=OuterRef("event"))
    telling = apps.get_model("campaigns", "Campaign")._default_manager.filter(
        kind__in=["update", "cancellation", "new_link"], change_sequence=None
    )
    present = Subquery(event.values("sequence")[:1])
    telling.update(change_sequence=Coalesce("calendar_sequence", present))


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0031_earlier_calendar_mails'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='change_sequence',
            field=models.PositiveIntegerField(blank=True, editable=False, help_text='The event’s sequence at the change that it tells of: the same for each topic that is told of that change.', null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='audience',
            name='rule',
            field=models.CharField(blank=True, choices=[('', 'Everybody, whatever they answered'), ('accepted', 'People who come'), ('no_answer', 'People who haven’t answered yet'), ('waiting', 'People on the waiting list'), ('came', 'People who came'), ('did_not_come', 'People who had accepted and didn’t come'), ('holders', 'People who got the event for their calendar, or may come'), ('has_link', 'People who got the meeting link, or come')], db_default='', default='', help_text='Looked at when sending begins, and again just before each email leaves. Whoever doesn’t fit any more doesn’t get it.', max_length=12, verbose_name='answers'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='kind',
            field=models.CharField(choices=[('announcement', 'Announcement'), ('consent', 'Asks people to agree again'), ('update', 'Tells of a change of an event'), ('cancellation', 'Tells that an event is cancelled'), ('new_link', 'Tells of another way to join')], db_default='announcement', default='announcement', editable=False, max_length=12),
        ),
        migrations.AlterField(
            model_name='rsvp',
            name='told_steps',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='What they were told by a message of their own: steps of the event’s series, by its start, and changes, by its sequence.'),
        ),
    ]
