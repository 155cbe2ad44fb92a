"""Sessions of staff as rows, and from when accounts need a second factor.

Whoever is signed in during the upgrade signs in once more: their session has no row.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

NEED_SECOND_FACTOR = ["Publisher", "List manager", "Administrator", "Auditor"]


def begin_grace(apps, schema_editor):
    due = apps.get_model("staff", "SecondFactorDue").objects
    accounts = apps.get_model("auth", "User").objects
    now = timezone.now()
    for account in accounts.filter(
        Q(groups__name__in=NEED_SECOND_FACTOR) | Q(is_superuser=True)
    ).distinct():
        due.get_or_create(account=account, defaults={"since": now})
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0002_every_account_is_staff'),
        ("sessions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactorDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('first_login', models.BooleanField(db_default=False, default=False)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor_due', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='StaffSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.CharField(max_length=100)),
                ('network', models.CharField(blank=True, max_length=64)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(db_index=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff_sessions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.RunPython(begin_grace, migrations.RunPython.noop),
    ]
