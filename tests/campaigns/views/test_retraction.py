"""A campaign that was sent in error: readers find the notice, and the email only if they may."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.content.narrow_archive import narrow_archive
from campaigns.models import Campaign, Retraction
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.resolve import NotResolvable, resolve_uncertain
from campaigns.sending.retract import (
    LONGEST_NOTICE,
    CannotRetract,
    retract,
    take_back_retraction,
)
from campaigns.sending.retry_failed import NotRetryable, retry_failed, why_not
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import AuditEntry
from newsletter.transport.results.result import Outcome, Result
from staff.roles import AUTHOR, PUBLISHER
from subscribers.states import ArchiveAccess
from tests.campaigns.views.reading import email_path, text
from tests.staff_members import browser_of, staff_member

NOTICE = "The date in it is wrong. We meet on <Friday>."
ESCAPED = "The date in it is wrong. We meet on &lt;Friday&gt;."
LISTS = ("/", "/archive/", "/archive/feed/")


@pytest.fixture
def lee(db: None) -> Client:
    """The browser of somebody who sends campaigns."""
    return browser_of(staff_member("lee", PUBLISHER))


def page(campaign: Campaign) -> str:
    return reverse("admin:studio_retract", args=[campaign.pk])


def test_the_notice_stands_above_the_email_and_in_the_lists(client: Client, sent: Campaign) -> None:
    assert "Sent in error" not in text(client, "/archive/")

    retract(sent.pk, text=NOTICE, hides_email=False)

    html = client.get(email_path(sent)).content.decode()
    assert html.index("This email was sent in error") < html.index(ESCAPED)
    assert html.index(ESCAPED) < html.index("Dear colleague, we meet at")
    for path in LISTS:
        assert "Sent in error" in text(client, path)
        assert "You are invited, colleague" in text(client, path)


def test_staff_see_it_wherever_they_meet_the_campaign(lee: Client, sent: Campaign) -> None:
    pages = (
        "/staff/",
        reverse("admin:campaigns_campaign_changelist"),
        reverse("admin:studio_report", args=[sent.pk]),
        reverse("admin:studio_progress", args=[sent.pk]),
    )
    badge = re.compile(r'<span class="st-badge st-bad">\s*Sent in error\s*</span>')
    for path in pages:
        assert not badge.search(lee.get(path).content.decode()), path
    retract(sent.pk, text=NOTICE, hides_email=False)
    for path in pages:
        assert badge.search(lee.get(path).content.decode()), path
    take_back_retraction(sent.pk)
    for path in pages:
        assert not badge.search(lee.get(path).content.decode()), path


def test_the_notice_may_stand_in_place_of_the_email(client: Client, sent: Campaign) -> None:
    retract(sent.pk, text=NOTICE, hides_email=True)

    html = client.get(email_path(sent)).content.decode()
    assert ESCAPED in html
    assert "Dear colleague" not in html
    assert "You are invited" not in html
    for path in LISTS:
        assert "You are invited" not in text(client, path)
        assert "An email that was sent in error" in text(client, path)


def test_no_search_finds_the_words_of_what_is_hidden(client: Client, sent: Campaign) -> None:
    sent.contents.update(archive_text=" you are invited colleague")
    assert "You are invited" in text(client, "/archive/?q=invited")

    retract(sent.pk, text=NOTICE, hides_email=True)

    assert "No email matches your search" in text(client, "/archive/?q=invited")


def test_it_says_so_in_the_language_of_the_page(client: Client, sent: Campaign) -> None:
    retract(sent.pk, text=NOTICE, hides_email=True)

    english = client.get("/archive/", headers={"accept-language": "en"}).content.decode()
    french = client.get("/archive/", headers={"accept-language": "fr"}).content.decode()

    assert "Sent in error" in english
    assert "Sent in error" not in french
    assert "Envoyé par erreur" in french


def test_nobody_else_gets_it_once_it_is_marked(sent: Campaign) -> None:
    assert "in error" not in why_not(sent)

    retract(sent.pk, text=NOTICE, hides_email=False)

    with pytest.raises(NotRetryable, match="marked as sent in error"):
        retry_failed(sent.pk)


def test_it_is_taken_back(client: Client, sent: Campaign) -> None:
    retract(sent.pk, text=NOTICE, hides_email=True)
    text(client, email_path(sent))

    assert take_back_retraction(sent.pk)
    assert not take_back_retraction(sent.pk)

    assert "Dear colleague" in text(client, email_path(sent))
    assert "Sent in error" not in text(client, "/archive/")
    actions = [each.action for each in AuditEntry.objects.order_by("pk")]
    assert actions[-2:] == ["campaign.retracted", "campaign.retraction_ended"]


@pytest.mark.usefixtures("brand")
def test_people_in_discreet_mode_find_it_too(client: Client, sent: Campaign) -> None:
    link = f"/read/{make_token(Purpose.READ_CAMPAIGN, sent.contents.get().pk)}/"
    retract(sent.pk, text=NOTICE, hides_email=False)
    both = client.post(link).content.decode()
    assert ESCAPED in both
    assert "Our next meeting" in both

    retract(sent.pk, text=NOTICE, hides_email=True)

    alone = client.post(link).content.decode()
    assert ESCAPED in alone
    assert "Our next meeting" not in alone


@pytest.mark.parametrize("said", ["", " \0 \n", "x" * (LONGEST_NOTICE + 1)])
def test_it_needs_words_and_not_too_many(sent: Campaign, said: str, lee: Client) -> None:
    with pytest.raises(CannotRetract):
        retract(sent.pk, text=said, hides_email=True)

    answer = lee.post(page(sent), {"text": said, "shows": "notice"})

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not Retraction.objects.exists()


def test_nothing_is_said_of_what_was_never_sent(sent: Campaign, lee: Client) -> None:
    Campaign.objects.update(status=CampaignStatus.APPROVED, launched_at=None)

    with pytest.raises(CannotRetract, match="Nothing of this campaign was sent"):
        retract(sent.pk, text=NOTICE, hides_email=True)
    assert lee.get(page(sent)).status_code == 302


def test_a_publisher_marks_it_changes_the_notice_and_takes_it_back(
    sent: Campaign, lee: Client
) -> None:
    assert "Mark as sent in error" in lee.get(page(sent)).content.decode()
    lee.post(page(sent), {"act": "mark", "text": NOTICE, "shows": "both"})
    first = Retraction.objects.get()
    assert not first.hides_email

    lee.post(page(sent), {"act": "mark", "text": "Wrong.", "shows": "notice"})

    changed = Retraction.objects.get()
    assert (changed.text, changed.hides_email) == ("Wrong.", True)
    assert changed.retracted_at == first.retracted_at
    report = lee.get(reverse("admin:studio_report", args=[sent.pk])).content.decode()
    assert "“Wrong.”" in report
    lee.post(page(sent), {"act": "end"})
    assert not Retraction.objects.exists()
    again = lee.post(page(sent), {"act": "end"}, follow=True).content.decode()
    assert "lee took back the notice that it was sent in error at" in again


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("act", ["mark", "end"])
@pytest.mark.parametrize("was_marked", [True, False])
def test_whoever_comes_second_reads_what_happened_and_loses_no_words(
    act: str, was_marked: bool, sent: Campaign, lee: Client
) -> None:
    if was_marked:
        retract(sent.pk, text="First words.", hides_email=False)
    seen = lee.get(page(sent)).context["seen"]
    kit = browser_of(staff_member("kit", PUBLISHER))
    kit.post(page(sent), {"act": "mark", "text": "Kit’s words.", "shows": "notice"})

    mine = {"act": act, "text": "My words.", "shows": "both", "seen": seen}
    refused = lee.post(page(sent), mine)

    html = refused.content.decode()
    assert refused.status_code == 409
    assert "kit marked it as sent in error at" in html
    assert "Kit’s words." in html
    assert ">My words.</textarea>" in html
    assert Retraction.objects.get().text == "Kit’s words."
    assert lee.post(page(sent), mine).status_code == 409
    newer = refused.context["newer"]
    if act == "end":
        lee.post(page(sent), {**mine, "act": "", "take_back": newer})
        assert not Retraction.objects.exists()
    else:
        lee.post(page(sent), {**mine, "act": "", "overwrite": newer})
        assert Retraction.objects.get().text == "My words."


def test_a_change_of_a_notice_that_is_gone_asks_first(sent: Campaign, lee: Client) -> None:
    retract(sent.pk, text=NOTICE, hides_email=False)
    seen = lee.get(page(sent)).context["seen"]
    browser_of(staff_member("kit", PUBLISHER)).post(page(sent), {"act": "end"})

    refused = lee.post(page(sent), {"text": "My words.", "shows": "both", "seen": seen})

    html = refused.content.decode()
    assert refused.status_code == 409
    assert "kit took back the notice that it was sent in error at" in html
    assert "Readers now find the email as it was sent." in html
    assert not Retraction.objects.exists()


def test_a_button_that_is_pressed_twice_does_once_what_it_says(sent: Campaign, lee: Client) -> None:
    typed = {"act": "mark", "text": NOTICE, "shows": "both"}
    seen = lee.get(page(sent)).context["seen"]
    for _ in range(2):
        assert lee.post(page(sent), {**typed, "seen": seen}).status_code == 302
    seen = lee.get(page(sent)).context["seen"]
    for _ in range(2):
        assert lee.post(page(sent), {"act": "end", "seen": seen}).status_code == 302
    assert not Retraction.objects.exists()


def test_whoever_only_writes_may_not(sent: Campaign) -> None:
    wren = browser_of(staff_member("wren", AUTHOR))
    assert wren.get(page(sent)).status_code == 403
    assert wren.post(page(sent), {"text": NOTICE}).status_code == 403


def test_what_is_still_being_sent_is_paused_and_its_doubts_stay(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1, mailer="smtp")
    settle(
        claimed,
        {claimed.deliveries[0].pk: Result(Outcome.UNKNOWN, reason="no answer", mailer="smtp")},
    )
    retract(sending.pk, text=NOTICE, hides_email=False)
    sending.refresh_from_db()
    assert (sending.status, sending.pause_reason) == (
        CampaignStatus.PAUSED,
        "Marked as sent in error.",
    )
    with pytest.raises(NotResolvable, match="sent in error"):
        resolve_uncertain(sending.pk, to=DeliveryStatus.PLANNED, by="lee")
    assert resolve_uncertain(sending.pk, to=DeliveryStatus.FAILED, by="lee") == 1


@pytest.mark.parametrize(("act", "status"), [("subscribers", 302), ("none", 404)])
def test_a_sent_email_is_shown_to_fewer_people_and_never_to_more(
    client: Client, sent: Campaign, lee: Client, act: str, status: int
) -> None:
    for path in (*LISTS, email_path(sent)):
        text(client, path)
    assert "Show to nobody" in lee.get(page(sent)).content.decode()

    done = lee.post(page(sent), {"act": act}, follow=True).content.decode()

    assert "Who can read this email on your pages from now on" in done
    assert client.get(email_path(sent)).status_code == status
    for path in LISTS:
        assert "You are invited" not in text(client, path)
    assert AuditEntry.objects.latest("pk").action == "campaign.archive_narrowed"
    number = AuditEntry.objects.count()
    for other in ("public", act):
        again = lee.post(page(sent), {"act": other}, follow=True).content.decode()
        assert "Nothing was changed" in again
        sent.refresh_from_db()
        assert sent.archive_access == act
    assert AuditEntry.objects.count() == number


def test_a_draft_is_not_narrowed_there_nor_by_whoever_only_writes(
    sent: Campaign, lee: Client
) -> None:
    wren = browser_of(staff_member("wren", AUTHOR))
    assert wren.post(page(sent), {"act": "none"}).status_code == 403
    Campaign.objects.update(status=CampaignStatus.APPROVED, launched_at=None)

    assert lee.post(page(sent), {"act": "none"}).status_code == 302
    assert not narrow_archive(sent.pk, to=ArchiveAccess.NONE)

    sent.refresh_from_db()
    assert sent.archive_access == ArchiveAccess.PUBLIC
