import pytest
from django.test import Client

from campaigns.models import Campaign, CampaignContent
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import form, page


def test_the_email_is_shown_under_a_policy_that_runs_nothing(
    wrens: Client, draft: Campaign
) -> None:
    answer = wrens.get(page("email", draft, "en"))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]


def test_it_is_shown_as_the_chosen_recipient_gets_it(
    sams: Client, draft: Campaign, ada: Subscriber
) -> None:
    html = sams.get(page("email", draft, "en"), {"recipient": str(ada.pk)}).content.decode()
    assert "Dear Ada" in html
    assert "Auckland" in html


def test_without_a_recipient_merge_fields_fall_back(wrens: Client, draft: Campaign) -> None:
    assert (
        "Dear colleague"
        in wrens.get(page("email", draft, "en"), {"recipient": "nobody"}).content.decode()
    )


def test_somebody_who_is_not_a_recipient_is_never_shown(
    sams: Client, draft: Campaign, dora: Subscriber
) -> None:
    html = sams.get(page("email", draft, "en"), {"recipient": str(dora.pk)}).content.decode()
    assert "Dear colleague" in html
    assert "Dora" not in html


def test_the_plain_text_version_is_plain_text(wrens: Client, draft: Campaign) -> None:
    answer = wrens.get(page("email", draft, "en"), {"show": "text"})
    assert answer["Content-Type"].startswith("text/plain")
    assert "Dear colleague" in answer.content.decode()


def test_what_is_typed_is_shown_and_not_saved(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(
        page("typed_email", draft, "en"),
        form({"type": "heading", "text": "Only typed"}, {"type": "button", "label": "", "url": ""}),
    )
    assert answer.status_code == 200
    assert answer["X-Blocks-Left-Out"] == "1"
    assert "Only typed" in answer.content.decode()
    assert "Only typed" not in str(CampaignContent.objects.get(campaign=draft).blocks)


def test_hostile_typing_reaches_the_frame_without_its_script(
    wrens: Client, draft: Campaign
) -> None:
    hostile = {
        "type": "rich_text",
        "html": "<p>x</p><script>alert(1)</script><img src=x onerror=alert(2)>",
    }
    html = wrens.post(
        page("typed_email", draft, "en"),
        form(hostile, subject="</title><script>alert(3)</script>"),
    ).content.decode()
    assert "alert(1)" not in html
    assert "onerror" not in html
    assert "<script>alert(3)" not in html


def test_links_of_a_preview_unsubscribe_nobody(
    sams: Client, draft: Campaign, ada: Subscriber
) -> None:
    html = sams.get(page("email", draft, "en"), {"recipient": str(ada.pk)}).content.decode()
    assert "Dear Ada" in html
    assert "/u/" not in html


def test_an_unfinished_event_card_is_said_in_words(wrens: Client, draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(event=None)
    answer = wrens.get(page("email", draft, "en"))
    assert answer.status_code == 200
    assert "The checks under Review say what." in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (form(subject="Dear {nam}"), "Subject: There is no merge field {nam}."),
        (form(preheader="For {nam}"), "Preview text: There is no merge field {nam}."),
        (form({"type": "event_card"}), "An event card needs an event; choose one"),
    ],
)
def test_what_is_wrong_with_typed_content_is_said_in_the_preview_itself(
    wrens: Client, draft: Campaign, typed: dict[str, str], said: str
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(event=None)
    html = wrens.post(page("typed_email", draft, "en"), typed).content.decode()
    assert said in html
    assert "Review" not in html


@pytest.mark.parametrize("language", ["fr", "es", "xx"])
def test_the_preview_of_a_language_that_nothing_is_written_in_is_a_calm_page_in_the_frame(
    wrens: Client, draft: Campaign, language: str
) -> None:
    answer = wrens.get(page("email", draft, language))
    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "There is no content in" in answer.content.decode()


def test_the_frame_that_scripts_write_into_runs_none(wrens: Client, draft: Campaign) -> None:
    answer = wrens.get(page("preview_frame", draft))
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["sandbox"] == "allow-same-origin"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'self'"


def test_an_email_is_shown_in_another_time_zone(lees: Client, draft: Campaign) -> None:
    draft.contents.update(blocks=[{"type": "heading", "text": "At {event_time}"}])
    asked = {"zone": "Pacific/Auckland"}
    assert "Auckland" in lees.get(page("email", draft, "en"), asked).content.decode()
    unknown = lees.get(page("email", draft, "en"), {"zone": "Nowhere/None"})
    assert unknown.status_code == 200
    assert "Auckland" not in unknown.content.decode()
