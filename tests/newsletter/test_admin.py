"""The staff pages of the brand and the outbox."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import THE_BRAND, Brand, ProviderEvent, ProviderReport, TransactionalMessage
from newsletter.states import MESSAGE_KINDS
from newsletter.webhooks.process_reports import process_reports
from newsletter.webhooks.store import store
from staff.roles import AUDITOR
from tests.fakes import webhooks
from tests.staff_members import browser_of, sign_in_long_ago, staff_member

BRAND = "/staff/newsletter/brand/"
OUTBOX = "/staff/newsletter/transactionalmessage/"
FIELDS = {
    "name": "Taskforce",
    "sender_name": "Taskforce",
    "sender_email": "news@example.org",
    "postal_address": "1 Square",
    "colour": "#1f3a5f",
}


@pytest.fixture
def message(db: None) -> TransactionalMessage:
    return TransactionalMessage.objects.create(
        kind="confirmation",
        to="ada@example.nz",
        digest=address_digest("ada@example.nz"),
        subject="Please confirm",
        html="SECRET-LINK",
        text="SECRET-LINK",
    )


def test_there_is_one_brand_and_its_list_leads_to_it(sams: Client) -> None:
    assert sams.get(BRAND)["Location"] == f"{BRAND}add/"
    assert "Brand saved." in sams.post(f"{BRAND}add/", FIELDS, follow=True).content.decode()
    assert Brand.objects.get().pk == THE_BRAND
    assert sams.get(BRAND)["Location"] == reverse("admin:newsletter_brand_change", args=[THE_BRAND])
    assert sams.get(f"{BRAND}add/").status_code == 403
    assert sams.post(f"{BRAND}{THE_BRAND}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red; }"},
        {"sender_email": "nobody"},
        {"name": ""},
        {"website": "javascript:alert(1)"},
    ],
)
def test_what_no_email_could_carry_is_refused(
    sams: Client, brand: Brand, changes: dict[str, str]
) -> None:
    answer = sams.post(f"{BRAND}{THE_BRAND}/change/", {**FIELDS, **changes})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == list(changes)


def test_a_field_that_was_left_empty_says_what_to_do(sams: Client, brand: Brand) -> None:
    answer = sams.post(f"{BRAND}{THE_BRAND}/change/", {**FIELDS, "name": ""})

    assert answer.context["adminform"].form.errors["name"] == ["Fill in this field."]


def test_the_outbox_is_looked_at_and_not_touched(
    sams: Client, message: TransactionalMessage
) -> None:
    assert "ada@example.nz" in sams.get(OUTBOX).content.decode()
    assert sams.get(f"{OUTBOX}add/").status_code == 403
    assert sams.post(f"{OUTBOX}{message.pk}/delete/", {"post": "yes"}).status_code == 403
    sams.post(f"{OUTBOX}{message.pk}/change/", {"status": "accepted"})
    message.refresh_from_db()
    assert message.status == "queued"


def test_each_type_of_message_has_words_for_staff(
    sams: Client, message: TransactionalMessage
) -> None:
    folders = (settings.BASE_DIR / "templates" / "emails").iterdir()
    templates = {folder.name for folder in folders if not folder.name.startswith("_")}
    assert set(MESSAGE_KINDS) == {*templates, "proof"}

    TransactionalMessage.objects.update(kind="erase_link")
    page = sams.get(f"{OUTBOX}{message.pk}/change/").content.decode()
    assert "Link to erase data" in page
    assert "erase_link" not in page


def test_links_that_act_for_a_person_are_not_shown_to_staff(
    sams: Client, message: TransactionalMessage
) -> None:
    assert "SECRET-LINK" not in sams.get(f"{OUTBOX}{message.pk}/change/").content.decode()


def test_a_message_is_found_by_address_even_after_it_was_forgotten(
    sams: Client, message: TransactionalMessage
) -> None:
    TransactionalMessage.objects.update(to="")
    found = sams.get(OUTBOX, {"q": "ADA@example.nz"}).context["cl"].result_list
    assert list(found) == [message]
    assert list(sams.get(OUTBOX, {"q": "ada"}).context["cl"].result_list) == []


def test_events_and_reports_are_counted_and_shown_as_text(sams: Client) -> None:
    ProviderEvent.objects.create(
        provider="brevo",
        fingerprint="1",
        raw=b"<b>{}</b>",
        kind="bounced",
        bounce_class="hard",
        detail="<i>full</i>",
    )
    store("mailjet", b"\x00\xff<script>alert(1)</script>", headers={})
    process_reports()
    for model, row, words in (
        ("providerevent", ProviderEvent.objects.get(), ["&lt;b&gt;{}&lt;/b&gt;", "&lt;i&gt;full"]),
        (
            "providerreport",
            ProviderReport.objects.get(),
            ["It is not JSON.", "&lt;script&gt;alert(1)"],
        ),
    ):
        page = sams.get(f"/staff/newsletter/{model}/").content.decode()
        assert "1 ×" in page
        shown = sams.get(f"/staff/newsletter/{model}/{row.pk}/change/").content.decode()
        assert all(word in shown for word in words)
        assert (
            sams.post(f"/staff/newsletter/{model}/{row.pk}/delete/", {"post": "yes"}).status_code
            == 403
        )


def test_events_of_an_address_are_found_by_it(sams: Client) -> None:
    event = ProviderEvent.objects.create(
        provider="brevo",
        fingerprint="1",
        raw=b"{}",
        kind="bounced",
        digest=address_digest("ada@example.nz"),
    )
    assert list(
        sams.get("/staff/newsletter/providerevent/", {"q": "Ada@example.nz"})
        .context["cl"]
        .result_list
    ) == [event]
    assert (
        list(
            sams.get("/staff/newsletter/providerevent/", {"understood": "no"})
            .context["cl"]
            .result_list
        )
        == []
    )


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("again", "queued"),
        ("accepted", "accepted"),
        ("failed", "failed"),
        ("nonsense", "uncertain"),
    ],
)
def test_staff_settle_an_uncertain_message_or_send_it_again(
    sams: Client, sam: User, message: TransactionalMessage, to: str, status: str
) -> None:
    TransactionalMessage.objects.update(
        status="uncertain", attempt=1, claim_token=uuid4(), kind="proof"
    )
    page = sams.get(f"{OUTBOX}{message.pk}/change/").content.decode()
    assert [
        value for value in ("again", "accepted", "failed") if f'name="to" value="{value}"' in page
    ] == ["again", "accepted", "failed"]

    for read in (sams.get, sams.head):
        assert read(f"{OUTBOX}{message.pk}/resolve/")["Location"] == f"{OUTBOX}{message.pk}/change/"
    message.refresh_from_db()
    assert message.status == "uncertain"
    answer = sams.post(f"{OUTBOX}{message.pk}/resolve/", {"to": to})

    assert answer["Location"].endswith(f"{OUTBOX}{message.pk}/change/")
    message.refresh_from_db()
    assert message.status == status
    assert (message.claim_token is None) == (to != "nonsense")
    assert ("sam" in message.reason) == (to != "nonsense")


def test_a_message_that_was_sent_is_not_offered_to_be_sent_again_nor_sent(
    sams: Client, message: TransactionalMessage
) -> None:
    TransactionalMessage.objects.update(status="accepted", attempt=1)
    assert "Send again" not in sams.get(f"{OUTBOX}{message.pk}/change/").content.decode()

    page = sams.post(
        f"{OUTBOX}{message.pk}/resolve/", {"to": "again"}, follow=True
    ).content.decode()

    assert "Only an email that failed or is uncertain can be sent again" in page
    message.refresh_from_db()
    assert (message.status, message.sent_again_at) == ("accepted", None)


def test_provider_reports_are_processed_before_a_message_is_sent_again(
    sams: Client, message: TransactionalMessage
) -> None:
    TransactionalMessage.objects.update(status="uncertain", attempt=1)
    report = webhooks.report(
        "mailgun", "delivered", ref=make_token(Purpose.MESSAGE, message.pk), recipient=message.to
    )
    store("mailgun", report.body, headers=report.headers)

    sams.post(f"{OUTBOX}{message.pk}/resolve/", {"to": "again"})

    message.refresh_from_db()
    assert (message.status, message.sent_again_at) == ("accepted", None)


@pytest.mark.parametrize("kind", ["preferences_link", "a_kind_that_is_new"])
def test_a_link_that_has_expired_is_not_sent_again(
    sams: Client, message: TransactionalMessage, kind: str
) -> None:
    two_hours = timezone.now() - timedelta(hours=2)
    TransactionalMessage.objects.update(
        status="uncertain", attempt=1, kind=kind, created_at=two_hours
    )
    page = sams.post(
        f"{OUTBOX}{message.pk}/resolve/", {"to": "again"}, follow=True
    ).content.decode()
    assert "too old" in page or "no such subscriber" in page
    message.refresh_from_db()
    assert message.status == "uncertain"


def test_staff_who_may_only_look_decide_nothing(
    message: TransactionalMessage,
) -> None:
    TransactionalMessage.objects.update(status="uncertain")
    client = browser_of(staff_member("vera", AUDITOR))
    assert "Send again" not in client.get(f"{OUTBOX}{message.pk}/change/").content.decode()
    assert client.post(f"{OUTBOX}{message.pk}/resolve/", {"to": "again"}).status_code == 403
    message.refresh_from_db()
    assert message.status == "uncertain"


def test_sending_a_message_again_asks_to_sign_in_again_and_marking_it_does_not(
    sams: Client, message: TransactionalMessage
) -> None:
    TransactionalMessage.objects.update(status="uncertain", attempt=1)
    sign_in_long_ago(sams)
    answer = sams.post(f"{OUTBOX}{message.pk}/resolve/", {"to": "again"})
    assert answer["Location"].startswith("/staff/login/again/?next=")
    message.refresh_from_db()
    assert message.status == "uncertain"
    sams.post(f"{OUTBOX}{message.pk}/resolve/", {"to": "failed"})
    message.refresh_from_db()
    assert message.status == "failed"
