"""No form that anybody can send is dropped in silence past a limit that many share.

Each asks for proof of work, brings back what was typed, and takes the form with proof, and without.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db.models import Model
from django.test import Client

from newsletter.core.requests.window_counts import count_windows
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand, TransactionalMessage
from newsletter.states import Trust
from subscribers.consent.form_limits import (
    PER_DOMAIN,
    PER_MAILBOX,
    PER_NETWORK,
    TOTAL_PER_DOMAIN,
    Asked,
)
from subscribers.consent.seen_limits import own_seen
from subscribers.consent.submissions import handle_waiting, store_preferences_request
from subscribers.models import AddressChange, FormSubmission, Subscriber, Topic
from tests.subscribers.applications.conftest import legislators
from tests.subscribers.consent.proofs import solved
from tests.subscribers.views.test_held_back import challenge_of, hidden_fields
from tests.subscribers.views.test_join import TYPED

__all__ = ["legislators"]  # a fixture of the applications, here too

EVE = "eve@example.org"


@dataclass(frozen=True)
class OpenPage:
    """A form that anybody can send, or whoever has a link.

    Args:
        name: by which its limits are counted.
        stored: the model of what is kept of it.
    """

    name: str
    path: str
    typed: dict[str, str]
    stored: type[Model] = FormSubmission


FORMS = ["sign-up", "sign-up in a frame", "join", "preferences link", "address check"]
WITH_A_LINK = ["new address"]


@pytest.fixture(params=[*FORMS, *WITH_A_LINK])
def page(request: pytest.FixtureRequest, brand: Brand, topic: Topic, ada: Subscriber) -> OpenPage:
    name = str(request.param)
    if name == "join":
        request.getfixturevalue("legislators")
        return OpenPage(name, "/join/", {**TYPED, "email": EVE})
    if name == "new address":
        token = make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk)
        return OpenPage(name, f"/preferences/address/{token}/", {"email": EVE}, AddressChange)
    paths = {"preferences link": "/preferences/", "address check": "/preferences/which/"}
    if name in paths:
        return OpenPage(name, paths[name], {"email": EVE})
    path = "/subscribe/embed/" if name.endswith("frame") else "/subscribe/"
    return OpenPage("sign-up", path, {"email": EVE, "topics": topic.slug})


def asked(page: OpenPage, *, network: str = "127.0.0.0/24", address: str = EVE) -> Asked:
    return Asked(form=page.name, network=network, address=address)


def use_up_network(page: OpenPage) -> None:
    for turn in range(PER_NETWORK[0][0]):
        count_windows(asked(page, address=f"x@d{turn}.example").free())


def use_up_domain(page: OpenPage) -> None:
    for turn in range(PER_DOMAIN[0][0]):
        count_windows(asked(page, network=f"net {turn}").free())


def be_seen_by_the_process(page: OpenPage) -> None:
    use_up_network(page)
    own_seen().note_limits(page.name, "127.0.0.0/24", are_used_up=True)


LIMITS = pytest.mark.parametrize("use_up", [use_up_network, use_up_domain, be_seen_by_the_process])


@pytest.mark.thorough(sample=4)
@LIMITS
def test_past_a_limit_it_asks_for_proof_and_takes_the_form_with_it(
    client: Client, page: OpenPage, use_up: Callable[[OpenPage], None]
) -> None:
    use_up(page)

    response = client.post(page.path, page.typed)

    assert response.status_code == 429
    assert not page.stored._default_manager.exists()
    fields = hidden_fields(response.content)
    assert {name: fields[name] for name in page.typed} == {
        name: [value] for name, value in page.typed.items()
    }
    [action] = re.findall(r'action="([^"]*)" data-challenge', response.content.decode())
    answer = client.post(
        html.unescape(action), {**fields, "altcha": solved(challenge_of(response.content))}
    )
    assert answer.status_code in (200, 302)
    assert page.stored._default_manager.count() == 1
    if page.stored is FormSubmission:
        assert FormSubmission.objects.get().trust == Trust.PROVEN


@LIMITS
def test_without_scripts_its_button_takes_the_form_too(
    client: Client, page: OpenPage, use_up: Callable[[OpenPage], None]
) -> None:
    use_up(page)
    answer = client.post(page.path, hidden_fields(client.post(page.path, page.typed).content))
    assert answer.status_code in (200, 302)
    assert page.stored._default_manager.count() == 1
    if page.stored is FormSubmission:
        assert FormSubmission.objects.get().trust == Trust.UNPROVEN


def test_past_the_last_limits_it_says_so(client: Client, page: OpenPage) -> None:
    for _ in range(TOTAL_PER_DOMAIN[0][0]):
        count_windows(asked(page).totals())
    response = client.post(page.path, page.typed)
    assert response.status_code == 503
    assert "Nothing was saved." in response.content.decode()
    assert not page.stored._default_manager.exists()


def test_the_limit_of_a_mailbox_alone_stays_silent(client: Client, page: OpenPage) -> None:
    """An answer would tell that somebody else entered the address before."""
    first = client.post(page.path, page.typed)
    for _ in range(PER_MAILBOX[0][0]):
        again = client.post(page.path, page.typed)
    assert (again.status_code, again.get("Location")) == (
        first.status_code, first.get("Location"),
    )  # fmt: skip
    kept = page.stored._default_manager.all()
    if page.stored is FormSubmission:
        # What is dropped is stored, too, so that its time doesn't tell; nobody handles it.
        kept = kept.exclude(trust=Trust.NONE)
    assert kept.count() <= PER_MAILBOX[0][0]


@pytest.mark.parametrize("trust", [Trust.UNPROVEN, Trust.USUAL, Trust.PROVEN])
def test_a_flood_of_requests_for_a_link_overtakes_nobody_s_confirmation(
    brand: Brand, ada: Subscriber, trust: Trust
) -> None:
    store_preferences_request(ada.email, trust=trust)
    handle_waiting(lambda _: None, seconds=600)
    message = TransactionalMessage.objects.get(kind="preferences_link")
    assert message.trust == (trust if trust < Trust.USUAL else Trust.AWAITED)
