"""A session ends when it is idle, and when its owner ends it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from staff.models import StaffSession
from staff.sessions.device_words import device_words
from staff.sessions.expire import expire_sessions
from staff.sessions.idle import NOTED_EVERY
from tests.staff.conftest import Person

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


def test_public_pages_do_not_ask_who_is_there(samira: Person) -> None:
    _idle_for(settings.KEEP_SESSIONS + timedelta(minutes=1))
    answer = samira.browser.get("/events/")
    assert "Cookie" not in answer.get("Vary", "")


def test_what_has_ended_is_deleted(samira: Person) -> None:
    assert expire_sessions() == 0
    _idle_for(settings.KEEP_SESSIONS)
    Session.objects.update(expire_date=timezone.now())
    assert expire_sessions() == 1
    assert not StaffSession.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox on Linux"),
        ("curl/8", "A device of an unknown kind"),
        ("", "A device of an unknown kind"),
        ("<script>" * 900, "A device of an unknown kind"),
    ],
)
def test_a_device_is_named_by_browser_and_system(agent: str, words: str) -> None:
    assert device_words(agent) == words
