"""The step in between: what it asks for, what it brings back, and that it loses nothing."""

import html
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.core.requests.window_counts import count_windows
from newsletter.models import Brand
from newsletter.states import Trust
from subscribers.consent.form_limits import (
    PER_NETWORK,
    PER_NETWORK_IN_DOUBT,
    RUSH,
    TOTAL_PER_DOMAIN,
    Asked,
)
from subscribers.models import FormSubmission
from subscribers.states import ConsentMethod
from subscribers.views.forms import SIGN_UP
from tests.discretion import NEUTRAL
from tests.subscribers.consent.proofs import solved

pytestmark = pytest.mark.usefixtures("brand", "topic", "other_topic")

PAGE, EMBED, CHALLENGE = "/subscribe/", "/subscribe/embed/", "/subscribe/challenge/"
PATHS = pytest.mark.parametrize("path", [PAGE, EMBED])
EVE = {
    "email": "eve@example.org",
    "name": 'Eve "&<b>" Adams',
    "language": "en",
    "country": "NZ",
    "time_zone": "Pacific/Auckland",
    "topics": ["quarterly-meetings", "forums"],
}


@pytest.fixture
def flooded() -> None:
    """Others of Eve's network have used up its limit."""
    form = Asked(form=SIGN_UP, network="127.0.0.0/24", address="x@example.com", in_doubt=True)
    for _ in range(PER_NETWORK_IN_DOUBT[0][0]):
        count_windows(form.free())


def hidden_fields(page: bytes) -> dict[str, list[str]]:
    """Return the fields that the page brings back."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.decode()
    ):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def challenge_of(page: bytes) -> dict[str, object]:
    [text] = re.findall(r'data-challenge="([^"]*)"', page.decode())
    made: dict[str, object] = json.loads(html.unescape(text))
    return made


@PATHS
@pytest.mark.usefixtures("flooded")
def test_past_a_limit_the_page_asks_for_proof_and_brings_all_fields_back(
    client: Client, path: str
) -> None:
    response = client.post(path, EVE)

    assert response.status_code == 429
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    fields = hidden_fields(response.content)
    assert {name: fields[name] for name in EVE} == {
        name: value if isinstance(value, list) else [value] for name, value in EVE.items()
    }
    assert not FormSubmission.objects.exists()

    answer = client.post(path, {**fields, "altcha": solved(challenge_of(response.content))})

    assert (answer.status_code, answer["Location"]) == (302, f"{path}done/")
    stored = FormSubmission.objects.get()
    assert (stored.email, stored.trust) == ("eve@example.org", Trust.PROVEN)
    assert stored.details["full_name"] == EVE["name"]
    assert len(stored.topics) == 2
    assert stored.method == (ConsentMethod.FORM if path == PAGE else ConsentMethod.EMBED)


@PATHS
@pytest.mark.usefixtures("flooded")
def test_without_scripts_the_button_takes_the_form_too(client: Client, path: str) -> None:
    fields = hidden_fields(client.post(path, EVE).content)
    assert fields["altcha"] == [""]

    answer = client.post(path, fields)

    assert (answer.status_code, answer["Location"]) == (302, f"{path}done/")
    stored = FormSubmission.objects.get()
    assert (stored.email, stored.trust) == ("eve@example.org", Trust.UNPROVEN)


@PATHS
def test_when_nothing_more_is_taken_the_page_says_so_and_what_to_do(
    client: Client, brand: Brand, path: str
) -> None:
    for _ in range(TOTAL_PER_DOMAIN[0][0]):
        form = Asked(form=SIGN_UP, network="a", address="x@example.org")
        count_windows(form.totals())
    Brand.objects.update(contact_email="help@example.org")

    response = client.post(path, EVE)

    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "3600")
    assert "Nothing was saved." in page
    assert "Try again in an hour." in page
    assert 'href="mailto:help@example.org"' in page
    assert not FormSubmission.objects.exists()


@pytest.mark.usefixtures("flooded")
def test_a_frame_on_another_site_may_show_the_step(client: Client, settings: Settings) -> None:
    settings.EMBED_ORIGINS = ["https://www.example.org"]
    response = client.post(EMBED, EVE)
    assert response.status_code == 429
    assert "frame-ancestors https://www.example.org" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


@pytest.mark.usefixtures("flooded")
def test_pressing_twice_stores_nothing_that_should_not_be(client: Client) -> None:
    response = client.post(PAGE, EVE)
    fields = {**hidden_fields(response.content), "altcha": solved(challenge_of(response.content))}
    answers = [client.post(PAGE, fields).status_code for _ in range(2)]
    assert answers == [302, 302], "the proof is spent, and the pass is left"
    assert sorted(FormSubmission.objects.values_list("trust", flat=True)) == [
        Trust.UNPROVEN,
        Trust.PROVEN,
    ]


@pytest.mark.usefixtures("flooded")
def test_a_form_with_a_mistake_is_told_so_before_anything_is_asked(client: Client) -> None:
    assert client.post(PAGE, {**EVE, "email": "eve"}).status_code == 422


class TestAhead:
    def test_when_it_is_calm_there_is_nothing_to_compute(self, client: Client) -> None:
        response = client.get(CHALLENGE)
        assert (response.status_code, response.content) == (204, b"")
        assert "no-store" in response["Cache-Control"]

    def test_in_a_rush_there_is_and_it_is_proof(self, client: Client) -> None:
        form = Asked(form=SIGN_UP, network="", address="")
        for _ in range(RUSH[0][0]):
            count_windows(form.rush())
        proof = solved(client.get(CHALLENGE).json())
        client.post(PAGE, {**EVE, "altcha": proof})
        assert FormSubmission.objects.get().trust == Trust.PROVEN

    def test_the_form_names_it(self, client: Client) -> None:
        for path in (PAGE, EMBED):
            page = client.get(path).content.decode()
            assert f'data-challenge-url="{CHALLENGE}"' in page
            assert "proof.js" in page


HOSTILE: list[Callable[[str], dict[str, object]]] = [
    lambda field: {field: "x" * 1_000_000},
    lambda field: {field: "\0"},
    lambda field: {field: "é\u202e\ud7ff" * 100},
    lambda field: {field: ["a", "b"]},
]


@pytest.mark.thorough(sample=15)
@pytest.mark.parametrize("hostile", HOSTILE, ids=["a million", "NUL", "odd", "twice"])
@pytest.mark.parametrize(
    "field", [*EVE, "altcha", "waiting", "stamp", "website", "csrfmiddlewaretoken", "x" * 3]
)
@pytest.mark.parametrize("is_flooded", [False, True])
def test_whatever_stands_in_a_field_there_is_an_answer_and_no_state_that_should_not_be(
    client: Client, field: str, hostile: Callable[[str], dict[str, object]], is_flooded: bool
) -> None:
    if is_flooded:
        form = Asked(form=SIGN_UP, network="127.0.0.0/24", address="x@example.com", in_doubt=True)
        for _ in range(PER_NETWORK[0][0]):
            count_windows(form.free())

    response = client.post(PAGE, {**EVE, **hostile(field)})

    assert response.status_code in (302, 422, 429)
    assert len(response.content) < 3_000_000
    assert FormSubmission.objects.count() == (response.status_code == 302)


@pytest.mark.parametrize("asks_first", ["us", "the neutral domain"])
def test_the_step_in_between_names_us_at_our_domain_alone_whoever_asks_first(
    client: Client, settings: Settings, asks_first: str
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    form = Asked(form="preferences link", network="127.0.0.0/24", address="x@example.com")
    for _ in range(max(amount for amount, _ in PER_NETWORK)):
        count_windows(form.per_network())
    hosts = {"us": "testserver", "the neutral domain": NEUTRAL["neutral_domain"]}

    names_us = {}
    for who in sorted(hosts, key=lambda who: who != asks_first):
        page = client.post("/preferences/", {"email": EVE["email"]}, headers={"host": hosts[who]})
        assert page.status_code == 429
        names_us[who] = Brand.objects.get().name in page.content.decode()

    assert names_us == {"us": True, "the neutral domain": False}
