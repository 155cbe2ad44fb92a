"""Signing in by the pages, as people do, with second factors."""

import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.test import Client

from newsletter.models import AuditEntry, Brand
from staff.roles import ADMINISTRATOR
from tests.fakes.passkey import SoftPasskey
from tests.staff_members import PASSWORD, staff_member

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LOGIN, SECOND_FACTOR = "/staff/login/", "/staff/login/second-factor/"
ADD_APP, ADD_PASSKEY = "/staff/account/app/", "/staff/account/passkeys/add/"


def options_of(answer: "Answer") -> dict[str, Any]:
    """Return what a page asks of a passkey."""
    found = re.search(
        r'<script id="passkey-options" type="application/json">(.*?)</script>',
        answer.content.decode(),
    )
    assert found, answer.content.decode()
    options: dict[str, Any] = json.loads(found[1])
    return options


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return the code of an app whose clock is that many steps of 30 seconds ahead."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def recorded() -> list[str]:
    """Return the codes of what the audit log has, in order."""
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@dataclass
class Person:
    """Somebody with an account, at a browser."""

    account: User
    browser: Client = field(default_factory=Client)
    secret: str = ""
    passkey: SoftPasskey = field(default_factory=SoftPasskey)

    def sign_in(self, *, to: str = "", browser: Client | None = None) -> "Answer":
        """Enter username and password."""
        fields = {"username": self.account.username, "password": PASSWORD, "next": to}
        return (browser or self.browser).post(LOGIN, fields)

    def enter(self, code: str, browser: Client | None = None) -> "Answer":
        """Enter a code as the second step."""
        return (browser or self.browser).post(SECOND_FACTOR, {"code": code})

    def add_app(self) -> list[str]:
        """Set up an authenticator app, and return the recovery codes."""
        page = self.browser.get(ADD_APP).content.decode()
        key = re.findall(r'<code class="st-key">(.+?)</code>', page)[0]
        self.secret = "".join(re.findall(r"<span>([A-Z2-7]+)</span>", key))
        # An earlier code, so that the present one is still good.
        self.browser.post(ADD_APP, {"code": code_of(self.secret, steps=-3)})
        return self.recovery_codes()

    def recovery_codes(self) -> list[str]:
        page = self.browser.get("/staff/account/recovery-codes/").content.decode()
        return re.findall(r"<code>([0-9 ]+)</code>", page)

    def add_passkey(self) -> "Answer":
        options = options_of(self.browser.get(ADD_PASSKEY))
        typed = {"name": "Laptop", "credential": self.passkey.create(options)}
        return self.browser.post(ADD_PASSKEY, typed)


@pytest.fixture
def samira(brand: Brand) -> Person:
    """Samira, an administrator who signed in at her own browser, with a password alone."""
    person = Person(staff_member("samira", ADMINISTRATOR))
    person.sign_in()
    return person
