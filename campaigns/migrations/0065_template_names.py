"""A key for the name of each template, by which no two that are seen together have the same.

In steps that the release before survives: its rows have no key, any number of them, and the next
name that is kept gives them one (campaigns.content.template_names).
"""

import unicodedata
from typing import Any

from django.db import migrations, models

MAXIMUM_NAME = 160


def number_doubles(apps: Any, schema_editor: Any) -> None:
    """Give each template its key, the oldest first, and a number to whose name is taken."""
    taken: set[str] = set()
    templates = apps.get_model("campaigns", "CampaignTemplate").objects.select_related("topic")
    for template in templates.order_by("pk"):
        name, number = template.name.strip(), 1
        while (key := _key(template)) in taken:
            number += 1
            ending = f" ({number})"
            template.name = f"{name[: MAXIMUM_NAME - len(ending)]}{ending}"
        taken.add(key)
        template.name_key = key
        template.save(update_fields=["name", "name_key"])


def _key(template: Any) -> str:
    words = unicodedata.normalize("NFKC", template.name).casefold().split()
    among = template.topic_id if template.topic.is_restricted else 0
    return f"{among}:{' '.join(words)}"[:640]


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0064_delivery_campaign_id'),
        ('subscribers', '0041_merged_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaigntemplate',
            name='name_key',
            field=models.CharField(editable=False, help_text='The name without case, by which two that read alike are one, behind the need-to-know topic that it is for. Nothing: the release before wrote the row.', max_length=640, null=True),
        ),
        migrations.AddConstraint(
            model_name='campaigntemplate',
            constraint=models.UniqueConstraint(fields=('name_key',), name='one_template_per_name'),
        ),
        migrations.RunPython(number_doubles, migrations.RunPython.noop),
    ]
