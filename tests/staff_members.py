"""Staff accounts with roles, and browsers in which they are signed in."""

import pwd

import pytest
from django.contrib.auth.models import User
from django.test import Client

from staff.accounts.roles_of import groups_of
from staff.roles import ADMINISTRATOR, AUTHOR, LIST_MANAGER, PUBLISHER, REVIEWER, Role

PASSWORD = "correct horse battery staple"
ALL_BUT_AUDITOR = (AUTHOR, REVIEWER, PUBLISHER, LIST_MANAGER, ADMINISTRATOR)


def staff_member(name: str, *roles: Role) -> User:
    """Create an account with these roles, which can sign in."""
    account = User.objects.create_user(name, f"{name}@example.org", PASSWORD, is_staff=True)
    account.groups.set(groups_of(roles))
    return account


def browser_of(account: User) -> Client:
    """Return a browser in which this account is signed in."""
    client = Client()
    client.force_login(account)
    return client


def sign_in_long_ago(browser: Client, *, minutes: int = 61) -> None:
    """Let minutes pass since this browser's person has shown who they are."""
    session = browser.session
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - 60 * minutes}
        for each in session["account_authentication_methods"]
    ]
    session.save()


def run_by(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Have a command run by this user of the system."""
    user = pwd.struct_passwd((name, "x", 1000, 1000, "", "/", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda number: user)
