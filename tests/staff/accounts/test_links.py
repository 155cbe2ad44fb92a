"""A link to a password works once, for its time, and for one purpose."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing

from staff.accounts.links import INVITATION, PASSWORD, LinkKind, make, read
from tests.staff_members import staff_member


@pytest.fixture
def iris(db: None) -> User:
    return staff_member("iris")


@pytest.mark.parametrize("kind", [INVITATION, PASSWORD], ids=lambda kind: kind.name)
def test_a_link_works_for_its_time(
    kind: LinkKind, iris: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, now = make(iris, kind), time.time()
    assert read(token, kind) == iris
    monkeypatch.setattr(time, "time", lambda: now + kind.lifetime.total_seconds() - 60)
    assert read(token, kind) == iris
    monkeypatch.setattr(time, "time", lambda: now + kind.lifetime.total_seconds() + 60)
    assert read(token, kind) is None


def test_lifetimes_are_those_that_emails_name() -> None:
    assert timedelta(days=7) == settings.INVITATION_LIFETIME
    assert timedelta(hours=1) == settings.PASSWORD_LINK_LIFETIME


def test_a_link_of_one_purpose_opens_no_other_page(iris: User) -> None:
    assert read(make(iris, INVITATION), PASSWORD) is None
    assert read(make(iris, PASSWORD), INVITATION) is None


@pytest.mark.parametrize(
    "change",
    [
        {"password": "x"},
        {"email": "new@example.org"},
        {"is_active": False},
        {"is_staff": False},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_link_ends_with_what_it_was_made_for(change: dict[str, object], iris: User) -> None:
    token = make(iris, PASSWORD)
    User.objects.filter(pk=iris.pk).update(**change)
    assert read(token, PASSWORD) is None


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é", "\x00", "x" * 5000, "::", "W10:1:x"])
def test_a_made_up_link_is_none(token: str) -> None:
    assert read(token, PASSWORD) is None


@pytest.mark.django_db
@pytest.mark.parametrize("signed", [None, 7, "x", [], [1], [1, 2, 3], {"a": 1}])
def test_something_else_that_we_signed_is_no_link(signed: object) -> None:
    token = signing.dumps(signed, salt=f"staff link {PASSWORD.name}")
    assert read(token, PASSWORD) is None
