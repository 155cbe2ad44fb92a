"""Every answer of the review page shows the email that its reader was looking at."""

from html.parser import HTMLParser

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.content.edit_content import save_content
from campaigns.models import Campaign, CampaignContent
from campaigns.review.approval import return_to_draft
from campaigns.states import CampaignStatus
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import page

GREETING = {"type": "heading", "text": "Hola, {given_name|colega}"}


@pytest.fixture
def translated(draft: Campaign, ada: Subscriber, settings: Settings) -> Campaign:
    settings.CONTENT_LANGUAGES = ["en", "es"]
    save_content(draft, language="es", subject="Invitación", preheader="", blocks=[GREETING])
    return draft


class _Forms(HTMLParser):
    """The hidden fields of each form of a page, by the form's address."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str]] = {}
        self._form = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = given.get("action", "")
            self.fields[self._form] = {}
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[self._form][given["name"]] = given["value"]


def hidden_fields(
    client: Client, campaign: Campaign, recipient: Subscriber, form: str
) -> dict[str, str]:
    """Return the hidden fields of a form of the Spanish page, as `recipient` sees it."""
    shown = {"language": "es", "recipient": str(recipient.pk)}
    parser = _Forms()
    parser.feed(client.get(page("review", campaign), shown).content.decode())
    return parser.fields[page(form, campaign)]


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("proof", {"to": "sam@example.org"}),
        ("proof", {"to": "no address"}),
        ("submit", {}),
        ("decide", {"decision": ""}),
        ("decide", {"decision": "approve", "fingerprint": "of an older version"}),
        ("decide", {"decision": "return", "fingerprint": "of an older version"}),
        ("decide", {"decision": "return"}),
    ],
)
def test_the_answer_shows_the_same_language_and_recipient(
    sams: Client, translated: Campaign, ada: Subscriber, form: str, typed: dict[str, str]
) -> None:
    if typed.get("decision") == "return":
        Campaign.objects.update(status=CampaignStatus.IN_REVIEW)
    fields = hidden_fields(sams, translated, ada, form)
    answer = sams.post(page(form, translated), {**fields, **typed}, follow=True)
    assert answer.context["language"] == "es"
    assert answer.context["rendered"].subject == "Invitación"
    assert "Hola, Ada" in answer.context["rendered"].text


@pytest.mark.parametrize("decision", ["approve", "return"])
def test_a_decision_about_an_older_version_says_that_it_was_not_saved(
    lees: Client, approved: Campaign, decision: str
) -> None:
    CampaignContent.objects.update(subject="Something else")
    typed = {"fingerprint": "of an older version", "decision": decision}
    html = lees.post(page("decide", approved), typed).content.decode()
    assert "Your decision was not saved: someone changed the campaign" in html


def test_changes_since_a_request_stand_beside_those_since_the_approval(
    lees: Client, approved: Campaign
) -> None:
    return_to_draft(approved, by="Ria", note="Friendlier, please.")
    CampaignContent.objects.update(subject="You are warmly invited")
    html = lees.get(page("review", approved)).content.decode()
    assert html.index('id="since-request"') < html.index('id="since"')
    assert "Ria requested changes on" in html
    assert "Ria approved it on" in html
