"""A session ends when it is idle, and when its owner ends it."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from staff.models import StaffSession
from staff.sessions.expire import expire_sessions
from staff.sessions.idle import BY_ITSELF, NOTED_EVERY
from tests.staff.conftest import Person, code_of
from tests.staff_members import staff_member

ACCOUNT = "/staff/account/"


def _idle_for(period: timedelta) -> None:
    StaffSession.objects.update(seen_at=timezone.now() - period)


def test_a_session_lasts_twelve_hours_from_the_last_page() -> None:
    assert timedelta(hours=12) == settings.KEEP_SESSIONS
    assert settings.SESSION_COOKIE_AGE == 12 * 3600


def test_an_idle_session_ends(samira: Person) -> None:
    _idle_for(settings.KEEP_SESSIONS + timedelta(minutes=1))
    assert samira.browser.get(ACCOUNT)["Location"].startswith("/staff/login/")


def test_a_session_in_use_goes_on(samira: Person) -> None:
    _idle_for(settings.KEEP_SESSIONS - timedelta(minutes=1))
    assert samira.browser.get(ACCOUNT).status_code == 200
    assert StaffSession.objects.get().seen_at > timezone.now() - timedelta(minutes=1)
    assert int(samira.browser.cookies["sessionid"]["max-age"]) == 12 * 3600


def test_a_page_soon_after_another_writes_nothing(samira: Person) -> None:
    _idle_for(NOTED_EVERY - timedelta(minutes=1))
    before = StaffSession.objects.get().seen_at
    samira.browser.get(ACCOUNT)
    assert StaffSession.objects.get().seen_at == before


def test_what_a_page_does_by_itself_keeps_nobody_signed_in(samira: Person) -> None:
    _idle_for(settings.KEEP_SESSIONS - timedelta(minutes=1))
    before = StaffSession.objects.get().seen_at
    assert samira.browser.get(ACCOUNT, headers={BY_ITSELF: ""}).status_code == 200
    assert StaffSession.objects.get().seen_at == before


def test_public_pages_do_not_ask_who_is_there(samira: Person) -> None:
    _idle_for(settings.KEEP_SESSIONS + timedelta(minutes=1))
    answer = samira.browser.get("/events/")
    assert "Cookie" not in answer.get("Vary", "")


def test_a_session_that_has_ended_opens_no_page_that_asks_who_is_there(
    samira: Person, settings: Settings
) -> None:
    settings.SITE_URL = "https://lists.example.org"  # where the development inbox asks
    assert samira.browser.get("/inbox/").status_code == 403
    StaffSession.objects.all().delete()
    assert samira.browser.get("/inbox/").status_code == 302


def test_signing_in_twice_in_a_browser_is_one_session(samira: Person) -> None:
    samira.sign_in()
    samira.sign_in()
    assert StaffSession.objects.count() == 1
    ria = Person(staff_member("ria"), browser=samira.browser)
    ria.sign_in()
    assert StaffSession.objects.get().account == ria.account


@pytest.mark.parametrize("factor", ["app", "passkey"])
def test_a_second_factor_that_is_new_or_gone_ends_the_other_sessions(
    factor: str,
    samira: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    stranger = Client()
    samira.sign_in(browser=stranger)
    with django_capture_on_commit_callbacks(execute=True):
        samira.add_app() if factor == "app" else samira.add_passkey()
    assert stranger.get(ACCOUNT).status_code == 302
    assert samira.browser.get(ACCOUNT).status_code == 200

    lost = StaffSession.objects.create(
        account=samira.account, device="Phone", started_at=timezone.now(), seen_at=timezone.now()
    )
    row = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).get()
    page = "app/remove/" if factor == "app" else f"passkeys/{row.pk}/remove/"
    samira.browser.post(f"{ACCOUNT}{page}")
    assert not StaffSession.objects.filter(pk=lost.pk).exists()
    assert samira.browser.get(ACCOUNT).status_code == 200


def test_new_recovery_codes_end_no_session(samira: Person) -> None:
    samira.add_app()
    other = Client()
    samira.sign_in(browser=other)
    samira.enter(code_of(samira.secret), other)
    samira.browser.post(f"{ACCOUNT}recovery-codes/")
    assert other.get(ACCOUNT).status_code == 200


def test_what_has_ended_is_deleted(samira: Person) -> None:
    assert expire_sessions() == 0
    _idle_for(settings.KEEP_SESSIONS)
    Session.objects.update(expire_date=timezone.now())
    assert expire_sessions() == 1
    assert not StaffSession.objects.exists()
    assert not Session.objects.exists()
