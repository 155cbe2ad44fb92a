"""Every single message that a subscriber can get, sent to Mina and her likes."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.utils import timezone

from campaigns.content.archive_link import store_archive_request
from campaigns.models import Campaign, CampaignContent
from campaigns.review.proof import send_proof
from campaigns.states import CampaignStatus
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import InboxMessage, TransactionalMessage
from newsletter.outbox.deliver import deliver_due
from staff.roles import LIST_MANAGER
from subscribers.applications.apply import apply
from subscribers.applications.decide import accept, decline
from subscribers.applications.questions import ask
from subscribers.consent.confirm import confirm
from subscribers.consent.mail import send_agreed_again, send_import_question
from subscribers.consent.submissions import (
    handle_submission,
    store_address_check,
    store_preferences_request,
)
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.invitations.invite import invite
from subscribers.models import Subscriber, Topic
from subscribers.people.mail import send_address_changed, send_erased
from subscribers.people.new_address import ask_for_address, handle_address_change
from subscribers.people.request_link import (
    request_address_link,
    request_download_link,
    request_erase_link,
)
from subscribers.states import ArchiveAccess, ConsentMethod, SubscriptionStatus
from tests.conftest import MakeSubscriber
from tests.journeys.rsvp_messages import send_about_answers
from tests.staff_members import staff_member
from tests.subscribers.applications.applying import new_application, waiting_application

MINA: dict[str, Any] = {
    "full_name": "Wilhelmina Quux-Abernathy",
    "given_name": "Wilhelmina",
    "institution": "Quux Observatory",
    "country": "KI",
    "time_zone": "Pacific/Tarawa",
}


def send_single_messages(
    campaign: Campaign,
    mina: Subscriber,
    topics: tuple[Topic, Topic],
    make_subscriber: MakeSubscriber,
) -> None:
    """Do everything that sends a single message, and deliver them all.

    Args:
        campaign: of which she gets a test email.
        mina: who follows the first topic, at mina@quux.example.
        topics: two that anybody can choose.
    """
    topic, _ = topics
    named = {
        "full_name": MINA["full_name"],
        "country": MINA["country"],
        "time_zone": MINA["time_zone"],
    }
    handle_submission(store_address_check("mina@quux.example").pk)
    subscribe(
        SignUp(email="mina@quux.example", topics=(topic,), words="Yes.", method=ConsentMethod.FORM)
    )
    handle_submission(store_preferences_request("mina@quux.example").pk)
    request_erase_link(mina.pk)
    request_address_link(mina.pk)
    request_download_link(mina.pk)
    send_proof(campaign, to="mina@quux.example")
    send_erased(to="mina@quux.example", digest=mina.digest, language="en")
    send_address_changed(to="mina@quux.example", digest=mina.digest, language="en")
    for email in ("mina.pending@quux.example", "mina.confirmed@quux.example"):
        subscribe(
            SignUp(
                email=email,
                topics=topics,
                words="Yes.",
                method=ConsentMethod.FORM,
                **named,
            )
        )
    other = Subscriber.objects.get(email="mina.confirmed@quux.example")
    confirm(other.pk, method=ConsentMethod.MAIL_LINK)
    # Not hers, whose link to ask for another address would take this one back.
    asked = ask_for_address(other.pk, to="mina.new@quux.example")
    assert asked is not None
    handle_address_change(asked.pk)
    imported = make_subscriber(
        "mina.imported@quux.example", topic=topic, status=SubscriptionStatus.PENDING, **MINA
    )
    assert send_import_question(imported, topic=topic) is not None
    assert send_agreed_again(other, topic=topic, words="Yes, still.") is not None
    _send_about_applications(mina.full_name, make_subscriber)
    send_about_answers(campaign, mina)
    _send_archive_link(topic, mina)
    while deliver_due():
        pass


def _send_archive_link(topic: Topic, mina: Subscriber) -> None:
    """Mail her the link to a past email for subscribers of a topic that she follows."""
    past = Campaign.objects.create(
        name="For subscribers",
        topic=topic,
        status=CampaignStatus.SENT,
        launched_at=timezone.now(),
        archive_access=ArchiveAccess.SUBSCRIBERS,
    )
    CampaignContent.objects.create(
        campaign=past,
        language="en",
        subject="Just for you, {given_name|reader}",
        blocks=[{"type": "rich_text", "html": "<p>Dear {full_name|reader}, see you soon.</p>"}],
    )
    handle_submission(store_archive_request(mina.email, slug=past.slug).pk)


def single_message(kind: str) -> EmailMessage:
    """Return the first message of a kind: of several people's, that which has most to press."""
    row = TransactionalMessage.objects.filter(kind=kind).order_by("pk")[0]
    if kind == "confirmation":
        assert row.to == "mina.pending@quux.example"
    if kind == "application_confirmation":
        row = TransactionalMessage.objects.get(kind=kind, to="mina.applying@quux.example")
    if kind == "rsvp_confirmation":
        row = TransactionalMessage.objects.get(kind=kind, to="mina@quux.example")
    return mail_of(row)


def _send_about_applications(full_name: str, make_subscriber: MakeSubscriber) -> None:
    """Send the single messages about an application to people of Mina's name."""
    moderated = Topic.objects.create(slug="legislators", name="Legislators", is_moderated=True)
    sam = staff_member("sam-the-list-manager", LIST_MANAGER)
    accepted, declined, asked = (
        waiting_application(moderated, f"mina.{name}@quux.example", full_name=full_name)
        for name in ("accepted", "declined", "asked")
    )
    accept(accepted.pk, by=sam)
    decline(declined.pk, by=sam, message="We are sorry.")
    ask(asked.pk, text="Which committee?", by=sam)
    waiting = SubscriptionStatus.AWAITING_REVIEW
    invite(moderated, "mina.invited@quux.example", language="en", by=sam)
    make_subscriber("mina.again@quux.example", topic=moderated, status=waiting)
    for name in ("again", "applying"):
        address = f"mina.{name}@quux.example"
        apply(new_application(moderated, address, full_name=full_name))


def mail_of(row: TransactionalMessage) -> EmailMessage:
    """Return a message as it lies in the development inbox."""
    ref = make_token(Purpose.MESSAGE, row.pk)
    [found] = [
        each
        for each in InboxMessage.objects.filter(recipient=row.to)
        if ref.encode() in bytes(each.raw)
    ]
    return message_of(bytes(found.raw))


def message_of(raw: bytes) -> EmailMessage:
    """Parse a message."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
