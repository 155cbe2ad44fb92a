"""Make a group for each role, and give accounts the roles that their permissions amounted to."""

from django.conf import settings
from django.db import migrations

ROLES = ["Author", "Reviewer", "Publisher", "List manager", "Administrator", "Auditor"]
OF_SUPERUSERS = ROLES[:-1]
"""What a superuser could do so far. The auditor's log is new."""
NEEDED = {
    "Author": {"add_campaign", "change_campaign", "add_event", "change_event"},
    "Reviewer": {"launch_campaign"},
    "Publisher": {"launch_campaign"},
    "List manager": {
        "view_subscriber",
        "change_subscriber",
        "delete_subscriber",
        "view_suppression",
        "add_suppression",
        "change_suppression",
        "add_topic",
        "change_topic",
        "change_transactionalmessage",
    },
}
"""Role → the permissions of before that it stands for. Whoever held fewer gets no role: it would
give them more than they had. An administrator decides.
"""


def give_roles(apps, schema_editor):
    groups = {
        name: apps.get_model("auth", "Group").objects.get_or_create(name=name)[0] for name in ROLES
    }
    permissions = apps.get_model("auth", "Permission").objects
    accounts = apps.get_model("auth", "User").objects.filter(is_staff=True)
    for account in accounts.order_by("pk"):
        if account.is_superuser:
            names = OF_SUPERUSERS
        else:
            held = {
                *permissions.filter(user=account).values_list("codename", flat=True),
                *permissions.filter(group__user=account).values_list("codename", flat=True),
            }
            names = [name for name, needed in NEEDED.items() if needed <= held]
        account.groups.add(*(groups[name] for name in names))
    accounts.filter(is_superuser=True).update(is_superuser=False)


def back_to_superusers(apps, schema_editor):
    accounts = apps.get_model("auth", "User").objects
    accounts.filter(groups__name="Administrator").update(is_superuser=True)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(give_roles, back_to_superusers)]
