"""Make accounts that could not open the staff pages inactive, since they were of no use.

An account is for the staff pages. Whether somebody may open them has one answer now: whether their
account is active.
"""

from django.conf import settings
from django.db import migrations


def close_accounts(apps, schema_editor):
    accounts = apps.get_model("auth", "User").objects
    accounts.filter(is_staff=False).update(is_active=False, is_staff=True)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(close_accounts, migrations.RunPython.noop)]
