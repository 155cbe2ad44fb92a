"""The page for people who don't know which address we have: the same for every address."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.models import Brand
from newsletter.states import Trust
from subscribers.consent.form_limits import PER_MAILBOX
from subscribers.models import FormSubmission, Subscriber
from tests.subscribers.views.conftest import Mailed

PATH = "/preferences/which/"


def test_the_preferences_page_leads_to_it(client: Client, brand: Brand) -> None:
    assert f'href="{PATH}"' in client.get("/preferences/").content.decode()
    assert client.get(PATH).status_code == 200


def test_every_address_gets_the_same_answer_and_its_owner_the_mail(
    client: Client, brand: Brand, ada: Subscriber, cleo: Subscriber, mailed: Mailed
) -> None:
    everybody = (ada.email, cleo.email, "stranger@example.org")
    answers = [client.post(PATH, {"email": email}) for email in everybody]
    assert {(each.status_code, each["Location"], each.content) for each in answers} == {
        (302, "/preferences/which/sent/", b"")
    }
    assert client.get("/preferences/which/sent/").status_code == 200
    assert [mailed(email) for email in everybody] == [["address_check"], [], ["address_check"]]


def test_asking_runs_the_same_statements_for_everybody(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    asked = []
    for email in (ada.email, "stranger@example.org"):
        with CaptureQueriesContext(connection) as statements:
            client.post(PATH, {"email": email})
        asked.append([re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in statements])
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    "email", ["", "nonsense", "x" * 100_000, "a@b\x00", "<script>alert(1)</script>"]
)
def test_a_mistaken_address_is_told(client: Client, brand: Brand, email: str) -> None:
    response = client.post(PATH, {"email": email})
    assert response.status_code == 422
    assert "<title>Error: " in response.content.decode()
    assert "<script>alert" not in response.content.decode()
    assert not FormSubmission.objects.exists()


def test_a_field_that_people_do_not_see_asks_for_proof(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    assert client.post(PATH, {"email": ada.email, "website": "x"}).status_code == 429
    assert not FormSubmission.objects.exists()


def test_past_the_limit_of_a_mailbox_what_is_kept_leads_to_nothing(
    client: Client, brand: Brand
) -> None:
    most = PER_MAILBOX[0][0]
    for number in range(most + 3):
        assert client.post(PATH, {"email": f"eve+{number}@example.org"}).status_code == 302
    assert FormSubmission.objects.exclude(trust=Trust.NONE).count() == most
    assert FormSubmission.objects.count() == most + 3, "or the time would tell"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_reading_asks_nothing(client: Client, brand: Brand, method: str) -> None:
    client.generic(method, f"{PATH}?email=ada@example.nz")
    assert not FormSubmission.objects.exists()


def test_it_is_answered_without_the_slash_too(client: Client, brand: Brand) -> None:
    assert client.post("/preferences/which", {"email": "eve@example.org"}).status_code == 302
    assert FormSubmission.objects.count() == 1
