"""Signing in ends on a staff page, whichever page it started from."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import Resolver404, resolve

from newsletter.models import Brand
from staff.sign_in.redirect import login_redirect

LOGIN = "/staff/login/"
PASSWORD = "correct horse battery staple"

ELSEWHERE = [
    "",
    " ",
    "/",
    "/accounts/profile/",
    "/events/",
    "/subscribe/",
    "/inbox/",
    "/no/such/page",
    "/staffing/",
    "/staff/../events/",
    "/staff/%2e%2e/events/",
    "/staff\\..\\events/",
    "https://evil.example/",
    "https://evil.example/staff/",
    "//evil.example/staff/",
    "///evil.example",
    "\\\\evil.example/staff/",
    "/\\evil.example/",
    "/staff//evil.example",
    "http:///evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "staff/",
    "/staff/login/",
    "/staff/logout/",
    "/staff/login/?next=https://evil.example/",
    "/staff/\x00",
    "/staff/\r\nSet-Cookie: a=b",
    "/staff/no/such/page/",
    "/" * 3000,
    "/staff/" + "x" * 5000,
]


def sign_in(client: Client, to: str, *, how: str) -> str:
    """Return where a sign-in ends: by the form's field, the query, or for a signed-in person."""
    fields = {"username": "sam", "password": PASSWORD}
    if how == "field":
        answer = client.post(LOGIN, {**fields, "next": to})
    elif how == "address":
        answer = client.post(LOGIN, fields, query_params={"next": to})
    else:
        client.force_login(User.objects.get(username="sam"))
        answer = client.get(LOGIN, {"next": to})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize("to", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_any_other_page_leads_to_the_dashboard(to: str) -> None:
    assert login_redirect(to) == "/staff/"


@pytest.mark.parametrize("how", ["field", "address", "signed in"])
@pytest.mark.parametrize(
    "to", ["", "/events/", "https://evil.example/staff/", "/accounts/profile/"]
)
def test_every_sign_in_ends_on_a_staff_page(
    client: Client, brand: Brand, sam: User, to: str, how: str
) -> None:
    assert sign_in(client, to, how=how) == "/staff/"


@pytest.mark.parametrize("how", ["field", "address", "signed in"])
@pytest.mark.parametrize(
    "to",
    ["/staff/", "/staff/campaigns/campaign/", "/staff/campaigns/campaign/?status=draft&q=a%20b"],
)
def test_a_requested_staff_page_is_opened(
    client: Client, brand: Brand, sam: User, to: str, how: str
) -> None:
    assert sign_in(client, to, how=how) == to


def test_a_page_that_needs_a_sign_in_is_opened_after_it(
    client: Client, brand: Brand, sam: User
) -> None:
    sent = client.get("/staff/campaigns/event/")
    answer = client.post(sent["Location"], {"username": "sam", "password": PASSWORD})
    assert answer["Location"] == "/staff/campaigns/event/"


@pytest.mark.parametrize("to", ["/accounts/profile/", "https://evil.example/"])
def test_a_wrong_password_keeps_no_foreign_destination(
    client: Client, brand: Brand, sam: User, to: str
) -> None:
    page = client.post(LOGIN, {"username": "sam", "password": "wrong", "next": to}).content.decode()
    assert to not in page


def test_an_empty_field_says_what_belongs_there(client: Client, brand: Brand) -> None:
    page = client.post(LOGIN, {}).content.decode()
    assert "Enter your username or email address." in page
    assert "Enter your password." in page


def test_there_is_no_profile_page(client: Client) -> None:
    with pytest.raises(Resolver404):
        resolve("/accounts/profile/")
