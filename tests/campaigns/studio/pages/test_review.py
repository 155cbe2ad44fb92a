from html import escape, unescape

import pytest
from django.test import Client

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, CampaignContent
from campaigns.states import CampaignStatus
from newsletter.models import Brand, TransactionalMessage
from staff.roles import AUTHOR, PUBLISHER, REVIEWER, ROLES, Role
from subscribers.models import Subscriber
from subscribers.states import ArchiveAccess
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member


def status_of(campaign: Campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def test_the_page_shows_what_the_checks_found(sams: Client, draft: Campaign) -> None:
    html = sams.get(page("review", draft)).content.decode()
    assert "Nobody would get this email" in html
    assert "You are invited, colleague" in html


def test_the_reviewer_sees_from_whom_it_comes_and_whether_anybody_can_read_it(
    lees: Client, draft: Campaign
) -> None:
    html = lees.get(page("review", draft)).content.decode()
    assert "Interparliamentary Taskforce &lt;news@lists.example.org&gt;" in html
    assert "office@example.org" in html
    assert "Shown once it is sent" in html
    Campaign.objects.update(archive_access=ArchiveAccess.NONE)
    assert "Shown once it is sent" not in lees.get(page("review", draft)).content.decode()


def test_an_author_submits_and_a_colleague_approves(
    wrens: Client, lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    wrens.post(page("submit", draft))
    assert status_of(draft) == CampaignStatus.IN_REVIEW
    answer = lees.post(
        page("decide", draft),
        {"fingerprint": fingerprint(draft), "decision": "approve", "note": "Good."},
    )
    assert answer["Location"] == page("launch", draft)
    assert status_of(draft) == CampaignStatus.APPROVED
    review = draft.reviews.get()
    assert (review.by, review.note) == ("lee", "Good.")


def test_who_may_approve_is_told_so_and_nobody_else(
    wrens: Client, sams: Client, draft: Campaign, ada: Subscriber
) -> None:
    for client, asked, who in (
        (wrens, "Ask a colleague to check and approve this campaign.", "A colleague can approve"),
        (sams, "or approve it yourself", "You or a colleague can approve"),
    ):
        Campaign.objects.update(status=CampaignStatus.DRAFT)
        assert asked in client.get(page("review", draft)).content.decode()
        assert who in client.post(page("submit", draft), follow=True).content.decode()


def test_staff_who_may_only_edit_can_not_approve(
    wrens: Client, draft: Campaign, ada: Subscriber
) -> None:
    answer = wrens.post(
        page("decide", draft), {"fingerprint": fingerprint(draft), "decision": "approve"}
    )
    assert answer.status_code == 403
    assert status_of(draft) == CampaignStatus.DRAFT


def test_a_reviewer_approves_and_leaves_sending_to_a_colleague(
    draft: Campaign, ada: Subscriber
) -> None:
    reviewer = browser_of(staff_member("rea", REVIEWER))
    assert "Submit for review" not in reviewer.get(page("review", draft)).content.decode()
    assert reviewer.post(page("submit", draft)).status_code == 403
    answer = reviewer.post(
        page("decide", draft),
        {"fingerprint": fingerprint(draft), "decision": "approve"},
        follow=True,
    )
    shown = answer.content.decode()
    assert "Approved. A colleague can send it now." in shown
    assert "A colleague who can send campaigns can send it from this page." in shown
    assert "Cancel campaign" not in shown
    html = reviewer.get(page("review", draft)).content.decode()
    assert 'value="return"' in html
    assert "Go to send" not in html


def test_a_publisher_sends_what_others_approve(draft: Campaign, ada: Subscriber) -> None:
    publisher = browser_of(staff_member("pia", PUBLISHER))
    staff_member("ria", REVIEWER)
    Campaign.objects.update(status=CampaignStatus.IN_REVIEW)
    html = publisher.get(page("review", draft)).content.decode()
    assert "waiting for approval by a colleague" in html
    assert 'name="decision"' not in html
    for decision in ("approve", "return"):
        typed = {"fingerprint": fingerprint(draft), "decision": decision}
        assert publisher.post(page("decide", draft), typed).status_code == 403
    assert status_of(draft) == CampaignStatus.IN_REVIEW


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_authors_reviewers_and_publishers_send_test_emails(role: Role, draft: Campaign) -> None:
    browser = browser_of(staff_member("paul", role))
    may = role in (AUTHOR, REVIEWER, PUBLISHER)
    html = browser.get(page("review", draft)).content.decode()
    assert ("Send test email" in html) is may
    answer = browser.post(page("proof", draft), {"to": "paul@example.org"})
    assert (answer.status_code != 403) is may
    assert TransactionalMessage.objects.exists() is may


def test_a_campaign_that_changed_during_the_review_is_not_approved(
    lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    read = fingerprint(draft)
    CampaignContent.objects.filter(campaign=draft).update(subject="Something else")
    answer = lees.post(
        page("decide", draft), {"fingerprint": read, "decision": "approve"}, follow=True
    )
    assert "changed the campaign while you read it" in answer.content.decode()
    assert status_of(draft) == CampaignStatus.DRAFT


def test_blockers_forbid_an_approval(lees: Client, draft: Campaign) -> None:
    answer = lees.post(
        page("decide", draft),
        {"fingerprint": fingerprint(draft), "decision": "approve"},
        follow=True,
    )
    assert "Nobody would get this email" in answer.content.decode()
    assert status_of(draft) == CampaignStatus.DRAFT


def test_a_reviewer_requests_changes_with_a_note(lees: Client, approved: Campaign) -> None:
    lees.post(
        page("decide", approved),
        {
            "fingerprint": fingerprint(approved),
            "decision": "return",
            "note": "Shorter.\x00" + "x" * 900,
        },
    )
    assert status_of(approved) == CampaignStatus.DRAFT
    assert approved.reviews.order_by("-pk")[0].note.startswith("Shorter.xxx")


def test_a_request_for_changes_says_that_the_schedule_is_gone(
    lees: Client, approved: Campaign
) -> None:
    Campaign.objects.update(status=CampaignStatus.SCHEDULED)
    typed = {"fingerprint": fingerprint(approved), "decision": "return"}
    shown = lees.post(page("decide", approved), typed, follow=True).content.decode()
    assert "isn’t sent at the scheduled time" in shown


NOTE = "Shorter, please.\r\nAnd <b>without</b> the photo."


def refused(client: Client, campaign: Campaign, **fields: str) -> str:
    answer = client.post(page("decide", campaign), {"note": NOTE, **fields})
    assert answer.status_code == 422
    return unescape(answer.content.decode())


def test_a_note_stays_where_somebody_changed_the_campaign_meanwhile(
    lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    read = fingerprint(draft)
    CampaignContent.objects.update(subject="Something else")
    assert f"{NOTE}</textarea>" in refused(lees, draft, fingerprint=read, decision="approve")


def test_a_note_stays_where_a_check_fails(lees: Client, draft: Campaign) -> None:
    Campaign.objects.update(status=CampaignStatus.IN_REVIEW)
    read = fingerprint(draft)
    assert f"{NOTE}</textarea>" in refused(lees, draft, fingerprint=read, decision="approve")


@pytest.mark.parametrize("decision", ["", "explode"])
def test_a_note_stays_where_nothing_was_decided(
    lees: Client, approved: Campaign, decision: str
) -> None:
    read = fingerprint(approved)
    assert f"{NOTE}</textarea>" in refused(lees, approved, fingerprint=read, decision=decision)


@pytest.mark.parametrize(
    ("status", "decision"),
    [
        (CampaignStatus.SCHEDULED, "approve"),
        (CampaignStatus.SENDING, "approve"),
        (CampaignStatus.CANCELLED, "return"),
    ],
)
def test_a_note_for_which_it_is_too_late_is_shown_as_not_saved(
    lees: Client, approved: Campaign, status: CampaignStatus, decision: str
) -> None:
    Campaign.objects.update(status=status)
    html = refused(lees, approved, fingerprint=fingerprint(approved), decision=decision)
    assert f"Your note was not saved: <q>{NOTE}</q>" in html


def test_a_refused_decision_is_shown_with_links_that_work(lees: Client, draft: Campaign) -> None:
    answer = lees.post(page("decide", draft), {"decision": "approve"})
    assert f'<form method="get" action="{page("review", draft)}"' in answer.content.decode()


@pytest.mark.parametrize("decision", ["", "explode"])
def test_no_decision_changes_nothing(lees: Client, approved: Campaign, decision: str) -> None:
    lees.post(
        page("decide", approved), {"fingerprint": fingerprint(approved), "decision": decision}
    )
    assert status_of(approved) == CampaignStatus.APPROVED


def test_a_test_email_goes_through_the_outbox(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(
        page("proof", draft), {"to": "wren@example.org", "language": "en"}, follow=True
    )
    assert "on its way" in answer.content.decode()
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to) == ("proof", "wren@example.org")
    assert message.subject.startswith("[Test] ")


@pytest.mark.parametrize(
    ("to", "language"),
    [
        ("", "en"),
        ("no address", "en"),
        ("a@example.org\r\nBcc: b@example.org", "en"),
        ("a@example.org", "xx"),
    ],
)
def test_a_test_email_to_no_address_is_refused_in_words(
    wrens: Client, draft: Campaign, to: str, language: str
) -> None:
    answer = wrens.post(page("proof", draft), {"to": to, "language": language}, follow=True)
    assert "No test email was sent" in answer.content.decode()
    assert not TransactionalMessage.objects.exists()


@pytest.mark.parametrize(
    ("to", "language"), [("wren@example", "en"), ("wren@example.org", "xx"), ("<b>@x", "en")]
)
def test_an_address_that_gets_no_test_email_stays_in_its_field(
    wrens: Client, draft: Campaign, to: str, language: str
) -> None:
    answer = wrens.post(page("proof", draft), {"to": to, "language": language})
    assert answer.status_code == 422
    assert f'name="to" type="email" value="{escape(to)}"' in answer.content.decode()


def test_a_test_email_of_what_is_not_written_yet_says_what_is_missing_and_where_to_write_it(
    wrens: Client, draft: Campaign
) -> None:
    CampaignContent.objects.all().delete()
    missing = "There is no English version yet. Write it under Content."
    assert missing in wrens.get(page("review", draft)).content.decode()
    html = wrens.post(page("proof", draft), {"to": "wren@example.org"}).content.decode()
    assert f"No test email was sent. {missing}" in html


def test_hostile_addresses_are_shown_as_text(wrens: Client, draft: Campaign) -> None:
    html = wrens.post(
        page("proof", draft), {"to": "<script>alert(1)</script>@x"}, follow=True
    ).content.decode()
    assert "<script>alert" not in html


def test_while_a_check_fails_no_button_offers_to_submit_or_approve(
    sams: Client, draft: Campaign
) -> None:
    html = sams.get(page("review", draft)).content.decode()
    assert "can’t be approved" in html
    assert "Submit for review" not in html
    assert 'value="approve"' not in html


def test_when_all_checks_pass_both_are_offered(
    sams: Client, draft: Campaign, ada: Subscriber
) -> None:
    html = sams.get(page("review", draft)).content.decode()
    assert "can’t be approved" not in html
    assert "Submit for review" in html
    assert 'value="approve"' in html


def test_an_approved_campaign_whose_checks_fail_can_be_returned_and_not_sent(
    sams: Client, approved: Campaign
) -> None:
    Brand.objects.update(postal_address="")
    review, launch = (
        sams.get(page(name, approved)).content.decode() for name in ("review", "launch")
    )
    assert 'value="return"' in review
    assert "Go to send" not in review
    assert "can’t be sent" in launch
    assert "st-large" not in launch


def test_staff_who_may_see_subscribers_are_told_that_an_address_is_blocked(
    sams: Client, draft: Campaign, cleo: Subscriber
) -> None:
    answer = sams.post(page("proof", draft), {"to": cleo.email, "language": "en"}, follow=True)
    assert "No email may be sent to this address." in answer.content.decode()
    assert not TransactionalMessage.objects.exists()


def test_other_staff_can_not_find_out_by_a_test_email_that_an_address_is_blocked(
    wrens: Client, draft: Campaign, cleo: Subscriber
) -> None:
    answers = [
        wrens.post(page("proof", draft), {"to": email, "language": "en"}, follow=True)
        for email in (cleo.email, "stranger@example.org")
    ]
    assert [[str(each) for each in answer.context["messages"]] for answer in answers] == [
        ["If cleo@example.com can receive our email, a test email is on its way."],
        ["If stranger@example.org can receive our email, a test email is on its way."],
    ]
    shown = f"{page('review', draft)}?language=en"
    assert [answer.redirect_chain for answer in answers] == [[(shown, 302)]] * 2
    assert TransactionalMessage.objects.get().to == "stranger@example.org"


def test_nor_by_content_that_can_not_be_shown(
    wrens: Client, draft: Campaign, cleo: Subscriber
) -> None:
    Campaign.objects.update(event=None)
    answers = [
        wrens.post(page("proof", draft), {"to": email, "language": "en"})
        for email in (cleo.email, "stranger@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422] * 2
    blocked, other = ([str(each) for each in answer.context["messages"]] for answer in answers)
    assert blocked == other


def test_an_empty_address_is_asked_for(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(page("proof", draft), {"to": " ", "language": "en"}, follow=True)
    assert "Enter an email address." in answer.content.decode()


@pytest.mark.parametrize("name", ["review", "content"])
def test_a_preview_without_a_chosen_recipient_says_so(
    sams: Client, draft: Campaign, name: str
) -> None:
    arguments = ["en"] if name == "content" else []
    assert (
        "Someone with no name or time zone"
        in sams.get(page(name, draft, *arguments)).content.decode()
    )
