"""What was typed into the preference centre stays on the page until it is saved."""

import re

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Subscriber, Topic
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.subscribers.views.test_preferences import SAID


@pytest.fixture
def path(ada: Subscriber, brand: Brand) -> str:
    return "/" + manage_url(ada).split("/", 3)[3]


@pytest.mark.parametrize("action", ["address", "erase", "resume", "leave"])
def test_a_button_that_saves_nothing_keeps_what_was_typed_and_says_so(
    path: str, client: Client, ada: Subscriber, other_topic: Topic, action: str
) -> None:
    typed = {**SAID, "name": "x" * 201, "topics": ["forums"], "action": action}
    page = client.post(path, typed).content.decode()
    assert f'value="{"x" * 201}"' in page
    assert '<option value="GB" selected' in page
    assert ('value="forums" checked' in page) is (action != "leave")
    assert 'value="quarterly-meetings" checked' not in page
    assert "Your other changes on this page are not saved yet." in page
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"
    assert not ada.subscriptions.filter(topic=other_topic).exists()


def test_all_buttons_of_the_page_send_what_was_typed(
    path: str, client: Client, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    page = client.get(path).content.decode()
    assert page.count("<form") == 1
    before, _, inside = page.partition('<form class="form" id="preferences"')
    outside = before + inside.partition("</form>")[2]
    assert outside.count("<button") == outside.count('form="preferences"') == 6
    assert page.index('value="save"') < page.index('value="resume"'), "Enter presses the first"


def test_nothing_is_unsaved_where_nothing_was_typed(
    path: str, client: Client, ada: Subscriber
) -> None:
    known = {
        "name": ada.full_name,
        "language": "en",
        "country": "NZ",
        "time_zone": "Pacific/Auckland",
        "chosen": "1",
        "topics": ["quarterly-meetings"],
    }
    assert "not saved yet" not in client.post(path, {**known, "action": "erase"}).content.decode()
    assert "not saved yet" not in client.post(path, {"action": "erase"}).content.decode()


def test_a_mistake_leaves_the_topics_as_they_were_ticked(
    path: str, client: Client, other_topic: Topic
) -> None:
    page = client.post(path, {**SAID, "topics": ["forums"], "name": "Ada.com"}).content.decode()
    assert 'value="forums" checked' in page
    assert 'value="quarterly-meetings" checked' not in page
    page = client.post(path, {**SAID, "topics": [], "name": "Ada.com"}).content.decode()
    assert 'type="checkbox" name="topics"' in page
    assert not re.search(r'type="checkbox"[^>]* checked', page)
