"""Staff who may see campaigns, but not subscribers, learn nobody's address or name."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.sending.pause_cancel_undo import pause
from campaigns.states import DeliveryStatus
from campaigns.studio.masking import shown_reason
from staff.roles import (
    ADMINISTRATOR,
    AUTHOR,
    LIST_MANAGER,
    PUBLISHER,
    REVIEWER,
    ROLES,
    Action,
    Role,
)
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.studio.page_helpers import form, page, pages_of
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member

CLERK = Role(
    "Clerk",
    "Looks up what became of emails, as no role of today does without knowing people.",
    frozenset({Action.SEE_CAMPAIGNS, Action.SEE_SENDING_LOG}),
)
PEOPLE = {"zelda.quill@mailbox.example": "Zelda Quillfeather", "xu-yan@haven.example": "Xu Yannick"}
SECRETS = re.compile(
    r"zelda|quill|mailbox\.example|xu-yan|yannick|haven(?!’t)|atlantic/stanley", re.IGNORECASE
)
"""Whatever identifies one of them: parts of the address, names, the time zone. A verb doesn’t."""
METHOD_NOT_ALLOWED = 405


def secret_in(html: str) -> re.Match[str] | None:
    """Look for a secret; the menu of all time zones there are tells none."""
    return SECRETS.search(re.sub(r'<select[^>]* id="zone".*?</select>', "", html, flags=re.DOTALL))


@pytest.fixture
def veras(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """May do everything with campaigns, look at deliveries, and see no subscriber."""
    monkeypatch.setitem(ROLES, CLERK.name, CLERK)
    roles = (AUTHOR, REVIEWER, PUBLISHER, ADMINISTRATOR, CLERK)
    return browser_of(staff_member("vera", *roles))


@pytest.fixture
def people(make_subscriber: MakeSubscriber, topic: Topic) -> list[Subscriber]:
    return [
        make_subscriber(
            email,
            topic=topic,
            full_name=name,
            given_name=name.split()[0],
            country="FK",
            time_zone="Atlantic/Stanley",
        )
        for email, name in PEOPLE.items()
    ]


def pages(campaign: Campaign, recipient: Subscriber) -> list[str]:
    """Each page of the studio, and those that show an email as a recipient gets it."""
    # The main language can't be removed, so the page that asks about that needs another one.
    CampaignContent.objects.get_or_create(campaign=campaign, language="fr")
    found = pages_of(campaign, studio_remove_language="fr")
    seen_by = f"?recipient={recipient.pk}"
    email = page("email", campaign, "en") + seen_by
    return [*found, page("review", campaign) + seen_by, email, f"{email}&show=text"]


def revealed(client: Client, campaign: Campaign, people: list[Subscriber]) -> list[str]:
    """What the pages reveal about the people, by page. A page that fails would reveal nothing."""
    deliveries = [reverse("admin:campaigns_delivery_changelist"), "/staff/"]
    deliveries += [
        reverse("admin:campaigns_delivery_change", args=[row.pk])
        for row in Delivery.objects.order_by("-pk")[:2]
    ]
    answers = {
        address: client.get(address, follow=True)
        for address in [*pages(campaign, people[0]), *deliveries]
    }
    answers["live"] = client.get(
        page("progress", campaign), headers={"HX-Request": "true"}, follow=True
    )
    for address, answer in answers.items():
        assert answer.status_code in (200, METHOD_NOT_ALLOWED), address
    assert sum(answer.status_code == 200 for answer in answers.values()) >= 10
    return [
        f"{address}: {secret[0]}"
        for address, answer in answers.items()
        if (secret := secret_in(answer.content.decode()))
    ]


@pytest.mark.thorough
def test_no_page_of_a_draft_names_a_recipient(
    veras: Client, draft: Campaign, people: list[Subscriber]
) -> None:
    assert revealed(veras, draft, people) == []
    for person in people:
        typed = form(
            {"type": "heading", "text": "Dear {full_name|colleague}, {event_time}"},
            recipient=str(person.pk),
        )
        for address in (page("typed_email", draft, "en"), page("content", draft, "en")):
            answer = veras.post(address, {**typed, "act": "add:heading"})
            assert answer.status_code == 200
            assert "Dear" in answer.content.decode()
            assert not secret_in(answer.content.decode())


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (
            DeliveryStatus.FAILED,
            "550 5.1.1 <zelda.quill@mailbox.example>: Recipient address rejected",
        ),
        (DeliveryStatus.BOUNCED, "550 5.1.1 <Zelda.Quill%40mailbox.example> unknown"),
        (DeliveryStatus.UNCERTAIN, "554 user zelda.quill does not exist here"),
        (DeliveryStatus.FAILED, "bounce+zelda=mailbox.example refused"),
        (
            DeliveryStatus.BOUNCED,
            "550 5.2.1 Yannick's mailbox is full; haven refuses; and so does ZELDA",
        ),
        (DeliveryStatus.ACCEPTED, "250 queued for xu-yan@haven.example"),
    ],
)
@pytest.mark.parametrize("is_erased", [False, True], ids=["known", "erased"])
def test_no_page_of_a_sent_campaign_names_a_recipient(
    veras: Client,
    people: list[Subscriber],
    sending: Campaign,
    status: DeliveryStatus,
    reason: str,
    is_erased: bool,
) -> None:
    rows = Delivery.objects.filter(subscriber__in=people)
    rows.filter(subscriber=people["Yannick" in reason or "xu-yan" in reason]).update(
        status=status, reason=reason
    )
    if is_erased:
        rows.update(subscriber=None)
    assert revealed(veras, sending, people) == []


@pytest.mark.thorough
def test_why_a_campaign_was_paused_names_nobody(
    veras: Client, people: list[Subscriber], sending: Campaign
) -> None:
    pause(
        sending.pk,
        reason=(
            "The email provider rejected our settings: "
            "550 5.7.1 <zelda.quill@mailbox.example>: Sender not allowed"
        ),
    )
    assert revealed(veras, sending, people) == []
    assert (
        "550 5.7.1 &lt;address&gt;: Sender not allowed"
        in veras.get(page("progress", sending)).content.decode()
    )


def test_the_server_s_code_is_still_shown(
    veras: Client, people: list[Subscriber], sending: Campaign
) -> None:
    Delivery.objects.filter(subscriber=people[0]).update(
        status=DeliveryStatus.FAILED,
        reason="550 5.1.1 <zelda.quill@mailbox.example>: Recipient address rejected",
    )
    Delivery.objects.filter(subscriber=people[1]).update(
        status=DeliveryStatus.FAILED, reason="The provider did not answer in time."
    )
    shown = veras.get(page("report", sending)).content.decode()
    assert "550 5.1.1" in shown
    assert "The provider did not answer in time." in shown
    assert "z…@m…" in shown


@pytest.mark.parametrize(
    ("email", "name", "reason", "shown"),
    [
        ("jo@li.example", "Jo Li", "550 user jo unknown", "550"),
        (
            "jo@li.example",
            "Jo Li",
            "550 major trouble, relics of it",
            "550 major trouble, relics of it",
        ),
        ("o.neil@post.example", "Órla O'Neil", "554 5.7.1 órla may not", "554 5.7.1"),
        ("anna@post.example", "", "no annals here", "Not shown"),
        (
            "anna@post.example",
            "",
            "The provider did not answer in time.",
            "The provider did not answer in time.",
        ),
        ("anna@post.example", "", "", ""),
    ],
)
def test_a_reason_that_could_name_somebody_keeps_to_its_codes(
    email: str, name: str, reason: str, shown: str
) -> None:
    delivery = Delivery(reason=reason, subscriber=Subscriber(email=email, full_name=name))
    assert shown_reason(delivery, unmasked=False) == shown
    assert shown_reason(delivery, unmasked=True) == reason


def test_nobody_can_ask_whether_an_address_is_among_the_recipients(
    veras: Client, people: list[Subscriber], sending: Campaign
) -> None:
    asked = [
        page("recipients", sending) + "?address=",
        reverse("admin:campaigns_delivery_changelist") + "?q=",
    ]
    for address in asked:
        known, unknown = (
            veras.get(address + email, follow=True)
            for email in (people[0].email, "stranger@example.org")
        )
        assert known.status_code == unknown.status_code == 200
        assert known.content.decode().count("<tr") == unknown.content.decode().count("<tr")


def test_a_preview_offers_invented_recipients(
    veras: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    followers(3)
    for name, arguments in (("review", ()), ("content", ("en",))):
        shown = veras.get(page(name, draft, *arguments)).content.decode()
        assert "Reader0" not in shown
        keys = re.findall(r'<option value="(example-\d+)"', shown)
        assert len(keys) >= 3
        emails = [
            veras.get(page("email", draft, "en"), {"recipient": key}).content.decode()
            for key in keys
        ]
        assert len(set(emails)) == len(keys)


def test_staff_who_may_see_subscribers_see_them_here(
    draft: Campaign, people: list[Subscriber], sending: Campaign
) -> None:
    client = browser_of(staff_member("lena", LIST_MANAGER))
    assert people[0].email in client.get(page("recipients", sending)).content.decode()
    assert (
        "Zelda"
        in client.get(page("review", sending), {"recipient": str(people[0].pk)}).content.decode()
    )
    assert (
        client.get(page("recipients", sending), {"address": people[0].email})
        .content.decode()
        .count(people[0].email)
        >= 2
    )


def test_filters_of_deliveries_do_not_reveal_hidden_reasons(
    veras: Client, people: list[Subscriber], sending: Campaign
) -> None:
    row = Delivery.objects.filter(subscriber=people[0])
    row.update(status=DeliveryStatus.FAILED, reason="550 <zelda.quill@mailbox.example>: unknown")
    ledger = reverse("admin:campaigns_delivery_changelist")
    change = reverse("admin:campaigns_delivery_change", args=[row.get().pk])
    for guess in (
        "reason__icontains=zelda",
        "reason__startswith=550 <z",
        f"subscriber__id__exact={people[0].pk}",
    ):
        assert change not in veras.get(f"{ledger}?{guess}", follow=True).content.decode()
    assert change in veras.get(f"{ledger}?status__exact=failed").content.decode()
