"""Encrypt the secrets of authenticator apps and recovery codes that are stored already."""

from django.db import migrations

from staff.second_factor.encryption import decrypt, encrypt

SECRETS = {"totp": "secret", "recovery_codes": "seed"}
"""Kind of second factor → where its secret stands."""


def rewrite(apps, how):
    rows = apps.get_model("mfa", "Authenticator").objects.filter(type__in=list(SECRETS))
    for row in rows.order_by("pk"):
        row.data[SECRETS[row.type]] = how(row.data[SECRETS[row.type]])
        row.save(update_fields=["data"])


def encrypt_secrets(apps, schema_editor):
    rewrite(apps, encrypt)


def decrypt_secrets(apps, schema_editor):
    rewrite(apps, decrypt)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0003_accounts"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(encrypt_secrets, decrypt_secrets)]
