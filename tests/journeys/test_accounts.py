"""An account from its invitation to the loss of its device, in a browser with a passkey of its own.

The passkey is Chromium's virtual authenticator (DevTools, WebAuthn).
"""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import PHONE
from tests.journeys.passkey_relay import (
    Thief,
    sign_in_from_our_own_origin,
    try_from_other_origins,
)
from tests.journeys.running import RunningInstallation
from tests.journeys.test_whole_chain import open_campaign, read_mail_in_inbox, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]

NORA = "nora.lindqvist@example.org"
PASSWORD = "a row of quite ordinary words"
TOLD = [
    "account.signed_in",  # the first login
    "account.invited",
    "account.invitation_taken",
    "account.signed_in",
    "account.passkey_added",
    "account.codes_made",
    "account.app_added",
    "account.code_failed",  # the passkey on another port
    "account.code_failed",  # on a look-alike website
    "account.signed_in",  # on our own
    "account.code_failed",  # the same answer once more
    "account.signed_in_again",
    "account.signed_in",  # by a recovery code
    "account.passkey_removed",
    "account.signed_out",
]
"""What the audit log is to tell, in this order, of accounts."""


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Nora's telephone, which can make passkeys."""
    context = chromium.new_context(viewport=PHONE)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def add_authenticator(page: Page) -> None:
    """Give a tab an authenticator that answers by itself, as a fingerprint would."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def sign_in_without_scripts(chromium: Browser, installation: RunningInstallation) -> None:
    """See the sign-in form, which unfold hides until its script runs."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    enter(page, installation)
    expect(page.get_by_role("alert")).to_be_visible()
    context.close()


def enter(page: Page, installation: RunningInstallation) -> None:
    """Enter Nora's address and password."""
    page.goto(f"{installation.url}/staff/login/")
    page.get_by_label("Username or email address").fill(NORA)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def confirm_by_password(page: Page, password: str) -> None:
    """Show that it is still the same person, where that is asked."""
    if page.get_by_role("heading", name="Confirm that it’s you").is_visible():
        page.get_by_label("Password").fill(password)
        press(page, "Confirm by password")


def invite(page: Page, installation: RunningInstallation) -> None:
    sign_in(page, installation)
    expect(page.locator("main")).to_contain_text("works without a second step")
    page.goto(f"{installation.url}/staff/account/invite/")
    confirm_by_password(page, installation.login["password"])
    page.get_by_label("Name", exact=True).fill("Nora Lindqvist")
    page.get_by_label("Email address").fill(NORA)
    page.get_by_role("checkbox", name=re.compile("^Publisher")).check()
    press(page, "Send invitation")
    expect(page.locator("main")).to_contain_text("Nora Lindqvist")


def accept(phone: BrowserContext, installation: RunningInstallation) -> Page:
    page = phone.new_page()
    email = read_mail_in_inbox(page, installation, to=NORA, subject="Your staff account")
    with page.expect_popup() as opened:
        email.get_by_role("link", name="Choose a password").first.click()
    own = opened.value
    own.get_by_label("New password", exact=True).fill(PASSWORD)
    own.get_by_label("New password again").fill(PASSWORD)
    press(own, "Set password")
    expect(own.locator(".st-message-list")).to_contain_text("Your password is set")
    enter(own, installation)
    expect(own.locator("main")).to_contain_text("Your account needs a second step")
    return own


def add_passkey(page: Page, installation: RunningInstallation) -> list[str]:
    """Add a passkey, and return the recovery codes."""
    add_authenticator(page)
    page.goto(f"{installation.url}/staff/account/passkeys/add/")
    confirm_by_password(page, PASSWORD)
    page.get_by_label("Name").fill("Telephone")
    press(page, "Add passkey")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    press(page, "Copy codes")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return [each.inner_text() for each in page.locator(".st-codes code").all()]


def add_app(page: Page, installation: RunningInstallation) -> None:
    page.goto(f"{installation.url}/staff/account/app/")
    confirm_by_password(page, PASSWORD)
    secret = page.locator("main code").first.inner_text()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Code from the app").fill(code)
    press(page, "Set up app")
    expect(page.locator("main")).to_contain_text("Passkey: Telephone")
    expect(page.locator("main")).to_contain_text("Authenticator app")


def offer_the_passkey_elsewhere(
    page: Page, chromium: Browser, installation: RunningInstallation
) -> None:
    """Have somebody who knows the password lure Nora's passkey into answering for them."""
    known = {"name": NORA, "password": PASSWORD}
    with chromium.new_context() as context:
        context.set_default_timeout(30_000)
        thief = Thief(context.new_page(), installation)
        try_from_other_origins(page, thief, **known)
        used = sign_in_from_our_own_origin(page, thief, **known)
        thief.begin(**known)
        thief.hand_in(used)
        thief.expect_to_be_refused()


def launch_after_being_asked(
    page: Page, installation: RunningInstallation, *, signed_in: float
) -> None:
    """Launch, once the sign-in isn't recent any more.

    Args:
        signed_in: when Nora last showed that it was her, by the clock of `time.monotonic`.
    """
    [(name,)] = installation.rows("SELECT name FROM campaigns_campaign WHERE status = 'approved'")
    page.wait_for_timeout(max(0, 26 - (time.monotonic() - signed_in)) * 1000)
    open_campaign(page, installation, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it’s you")
    press(page, "Use passkey")
    page.wait_for_url(re.compile("/launch/"))
    page.locator("[name=when][value=now]").check()  # a step of a series proposes its own time
    page.get_by_role("button", name=re.compile(r"Send to \d+")).click()
    page.wait_for_url(re.compile("/progress/"))


def come_back(chromium: Browser, installation: RunningInstallation, code: str) -> None:
    """Sign in on another device by a recovery code, and remove the lost one."""
    context = chromium.new_context()
    page = context.new_page()
    enter(page, installation)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in: second step")
    page.get_by_label("Code").fill(code)
    press(page, "Continue")
    page.goto(f"{installation.url}/staff/account/")
    expect(page.locator("main")).to_contain_text("9 codes are left")
    page.get_by_role("link", name="Remove passkey Telephone").click()
    press(page, "Remove passkey")
    expect(page.locator("main")).not_to_contain_text("Passkey: Telephone")
    page.evaluate("document.getElementById('logout-form').submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    context.close()


def test_invited_secured_asked_again_lost_and_back(
    page: Page,
    phone: BrowserContext,
    chromium: Browser,
    forgetful_installation: RunningInstallation,
) -> None:
    installation = forgetful_installation
    sign_in_without_scripts(chromium, installation)
    invite(page, installation)
    own = accept(phone, installation)
    codes = add_passkey(own, installation)
    add_app(own, installation)
    signed_in = time.monotonic()
    offer_the_passkey_elsewhere(own, chromium, installation)
    launch_after_being_asked(own, installation, signed_in=signed_in)
    come_back(chromium, installation, codes[0])
    read_mail_in_inbox(page, installation, to=NORA, subject="New sign-in")
    told = [
        action
        for (action,) in installation.rows(
            "SELECT action FROM newsletter_auditentry WHERE action LIKE 'account.%' ORDER BY id"
        )
    ]
    position = iter(told)
    assert all(wanted in position for wanted in TOLD), told
