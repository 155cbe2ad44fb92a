"""The first staff account of an installation, and the file that tells its password."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from newsletter.core.private_files import whole_private_file
from staff.accounts.administrators import administrators
from staff.accounts.roles_of import groups_of
from staff.accounts.second_factor_due import note_first_login
from staff.accounts.unique_login import free_username
from staff.roles import AUDITOR, ROLES

FILE_NAME = "staff-login.txt"


def login_file() -> Path:
    """Return the path of the file with the login, which its owner alone can read."""
    return Path(settings.VAR_DIR) / FILE_NAME


@transaction.atomic
def make_first_staff() -> str | None:
    """Create a staff account with all roles but the auditor's, unless there is an administrator.

    The file is written before the account is committed, so neither exists without the other.

    Returns:
        The password; None where there is an administrator already.

    Raises:
        OSError: the file can't be written, and no account has been created.
    """
    if administrators().select_for_update().exists():
        return None
    name = free_username("staff")
    password = secrets.token_urlsafe(12)  # 96 bits
    account = User.objects.create_user(name, password=password, is_staff=True)
    # Whoever audits an installation is another person than those who run it.
    account.groups.set(groups_of(role for role in ROLES.values() if role is not AUDITOR))
    note_first_login(account)
    with whole_private_file(login_file()) as file:
        file.write(f"username: {name}\npassword: {password}\n")
    return password
