"""Bodies beside the countries of ISO 3166-1: Kosovo and the European Parliament to begin with.
"""

from typing import Any

import django.core.validators
from django.db import migrations, models


BODIES = {
    "XK": ("Kosovo", {}),
    "XE": (
        "European Parliament",
        {
            "fr": "Parlement européen",
            "es": "Parlamento Europeo",
            "ro": "Parlamentul European",
            "uk": "Європейський парламент",
            "ar": "البرلمان الأوروبي",
        },
    ),
}
"""Code → name, and the names in other languages by which it calls itself. Those of Kosovo are
Unicode's.
"""


def add_bodies(apps: Any, schema_editor: Any) -> None:
    body = apps.get_model("subscribers", "Body")
    for code, (name, names) in BODIES.items():
        body.objects.get_or_create(code=code, defaults={"name": name, "names": names})


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0022_unlisted_topics'),
    ]

    operations = [
        migrations.CreateModel(
            name='Body',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=2, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{2}\\Z', 'Two capitals.')])),
                ('name', models.CharField(help_text='As its members write it, in the language of these pages.', max_length=100)),
                ('names', models.JSONField(blank=True, default=dict, help_text='Language → name, where known.')),
                ('is_offered', models.BooleanField(default=True, help_text='Clear it to take it off the forms. People who have chosen it keep it.', verbose_name='offered in forms')),
            ],
            options={
                'verbose_name': 'body',
                'verbose_name_plural': 'bodies',
                'ordering': ['name'],
            },
        ),
        migrations.RunPython(add_bodies, migrations.RunPython.noop),
    ]
