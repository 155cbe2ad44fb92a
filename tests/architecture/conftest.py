"""An installation in which every page has something to show."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from campaigns.content.archive_for_subscribers import own_emails_url
from campaigns.content.saved_audiences import save_saved_audience
from campaigns.content.templates import save_template
from campaigns.event_states import CalendarMailKind, DocumentAccess, RsvpAnswer, RsvpSource, Seat
from campaigns.events.documents.add import add_document
from campaigns.models import CalendarMail, Campaign, CampaignContent, CountedLink, Event, Rsvp
from campaigns.rsvp.urls_in_mail import answer_url as answer_url_of
from campaigns.rsvp.urls_in_mail import (
    answers_url_of,
    delegate_url,
    documents_path,
    place_url,
    rsvp_url,
)
from campaigns.sending.finish import finish_done
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus
from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_token
from newsletter.media.image_files import names_of, path_of_file
from newsletter.media_library.add_image import add_image
from newsletter.models import InboxMessage, ProviderEvent, TransactionalMessage
from newsletter.webhooks.store import store
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.urls_in_mail import (
    answer_url,
    change_address_url,
    confirm_url,
    download_url,
    erase_url,
    invitation_url,
    manage_url,
    never_again_url,
    new_address_url,
    unsubscribe_url,
)
from subscribers.models import (
    AddressChange,
    Application,
    ApplicationQuestion,
    Body,
    ConsentRecord,
    ImportBatch,
    MissionStatement,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
    TopicInvitation,
)
from subscribers.states import (
    ApplicationStatus,
    ArchiveAccess,
    ConsentMethod,
    SubscriptionStatus,
)
from tests.architecture.addresses import Address, every_address
from tests.architecture.labels_and_fields import label_and_describe
from tests.campaigns.conftest import draft, event, followers, sending
from tests.campaigns.consent_campaign import asked, path_for
from tests.campaigns.events.pdfs import PDF
from tests.newsletter.media.pictures import picture
from tests.subscribers.imports.uploads.uploaded import checked_list

__all__ = ["draft", "event", "followers", "sending"]  # fixtures of the campaigns, here too


@dataclass(frozen=True, slots=True)
class Installation:
    """A furnished installation, and every address in it."""

    addresses: list[Address]
    campaign: Campaign


@pytest.fixture
def installation(
    sending: Campaign,
    event: Event,
    topic: Topic,
    ada: Subscriber,
    ben: Subscriber,
    cleo: Subscriber,
    sam: User,
) -> Installation:
    """An installation with rows in every table that a page shows.

    It has people in all states, a sent campaign, a draft, and mail in the inbox.
    """
    while send_batch(sending.pk).more:
        pass
    finish_done()
    save_template(sending, name="Monthly briefing")
    subscribe(
        SignUp(
            email="eve@example.com", topics=(topic,), words="I agree.", method=ConsentMethod.FORM
        )
    )
    ImportBatch.objects.create(
        topic=topic,
        file_name="form.csv",
        file_digest="0" * 64,
        consent_words="The old form.",
        made_by=sam,
    )
    checked_list(topic, sam)
    label_and_describe(ada)
    InboxMessage.objects.get_or_create(
        recipient="x@example.com",
        defaults={
            "sender": "y@example.com",
            "stream": "bulk",
            "subject": "Hello",
            "raw": RAW,
            "size": len(RAW),
        },
    )
    application = make_application()
    invitation = TopicInvitation.objects.create(
        topic=topic,
        email="ivo@example.org",
        digest=address_digest("ivo@example.org"),
        language="en",
        invited_by="sam",
    )
    Body.objects.get_or_create(code="XE", defaults={"name": "European Parliament"})
    ProviderEvent.objects.create(
        provider="brevo",
        fingerprint="1",
        raw=b"<script>alert(1)</script>",
        kind="bounced",
        bounce_class="hard",
    )
    store("brevo", b"\x00\xff <script>alert(1)</script>", headers={})
    assert TransactionalMessage.objects.exists()
    assert Suppression.objects.exists()
    assert ConsentRecord.objects.exists()
    subscription = ada.subscriptions.get()
    change = AddressChange.objects.create(
        subscriber=ada, email="ada@example.com", digest=address_digest("ada@example.com")
    )
    receipt = urlsplit(manage_url(ada)).path.replace("/preferences/", "/preferences/receipt/")
    message = InboxMessage.objects.latest("pk")
    rsvp = make_rsvp(event, ada)
    delegate = Rsvp.objects.create(
        event=event,
        email="lea@example.org",
        digest=address_digest("lea@example.org"),
        full_name="Lea Novak",
        delegate_of=rsvp,
        source=RsvpSource.DELEGATE,
    )
    agenda, briefing = (
        add_document(event, content=PDF, title=access.value, access=access)
        for access in (DocumentAccess.PUBLIC, DocumentAccess.ACCEPTED)
    )
    image = add_image(picture("PNG"), name="hall.png", by=sam).image
    coming = Rsvp.objects.create(
        event=event,
        email="mia@example.org",
        digest=address_digest("mia@example.org"),
        full_name="Mia Novak",
        answer=RsvpAnswer.YES,
        seat=Seat.TAKEN,
        source=RsvpSource.STAFF,
    )
    link = CountedLink.objects.create(campaign=sending, token="a" * 22, url="https://un.org/")
    calendar_mail = CalendarMail.objects.create(
        event=event,
        subscriber=ada,
        kind=CalendarMailKind.COUNTER,
        text="<b>At another time</b>",
        proposed_start=event.starts_at,
        fingerprint="1",
        received_at=timezone.now(),
    )
    condition = {"kind": "language", "languages": ["fr"]}
    save_saved_audience(None, name="Readers of French", conditions={"conditions": [condition]})
    for_subscribers = Campaign.objects.create(
        name="For subscribers",
        topic=topic,
        status=CampaignStatus.SENT,
        launched_at=timezone.now(),
        archive_access=ArchiveAccess.SUBSCRIBERS,
    )
    CampaignContent.objects.create(
        campaign=for_subscribers, language="en", subject="Just for you", blocks=[]
    )
    examples = {
        "slug": event.slug,
        "campaign_id": str(sending.pk),
        "language": "en",
        "provider": "mailgun",
        "app_label": "campaigns",
        "content_type_id": str(ContentType.objects.get_for_model(Topic).pk),
        "message_id": str(message.pk),
        "pk": str(message.pk),
        "id": str(sam.pk),
        "account_id": str(sam.pk),
        "number": "0",
        "index": "0",
        "topicgrant_id": "1",
        "part": "0",
        "mail_id": str(calendar_mail.pk),
        "filter_id": "0",
    }
    whole = {
        "confirm": urlsplit(confirm_url(ben)).path,
        "unsubscribe": urlsplit(unsubscribe_url(subscription.pk, sending.pk)).path,
        "": f"{urlsplit(unsubscribe_url(subscription.pk, sending.pk)).path}/",
        "preferences_token": urlsplit(manage_url(ada)).path,
        "download": urlsplit(download_url(ada)).path,
        "receipt": receipt,
        "receipt_file": f"{receipt}consent.json",
        "erase": urlsplit(erase_url(ada)).path,
        "change_address": urlsplit(change_address_url(ada)).path,
        "new_address": urlsplit(new_address_url(change.pk)).path,
        "invitation": urlsplit(invitation_url(invitation.pk)).path,
        "rsvp": path_of(rsvp_url(sending.deliveries.filter(subscriber__isnull=False)[0].pk)),
        "rsvp_answer": path_of(answer_url_of(rsvp)),
        "rsvp_place": path_of(place_url(rsvp)),
        "rsvp_delegate": path_of(delegate_url(delegate)),
        "media_file": path_of_file(names_of(image)[0]),
        "event_document": f"/events/{event.slug}/documents/{agenda.pk}/",
        "rsvp_documents": documents_path(coming),
        "rsvp_document": f"{documents_path(coming)}{briefing.pk}/",
        "my_answers": path_of(answers_url_of(ada)),
        "own_emails": path_of(own_emails_url(ada)),
        "own_email": path_of(own_emails_url(ada, for_subscribers)),
        "consent": path_for(ada, asked(topic)),
        "counted_link": f"/go/{link.token}/",
        "answer": urlsplit(answer_url(application.questions.get().pk)).path,
        "never_again": urlsplit(never_again_url(ada.digest)).path,
        "archive_email": f"/archive/{sending.slug}/",
        "read": f"/read/{make_token(Purpose.READ_CAMPAIGN, sending.contents.get().pk)}/",
    }
    return Installation(every_address(examples, whole), sending)


def path_of(url: str) -> str:
    return urlsplit(url).path


def make_rsvp(event: Event, person: Subscriber) -> Rsvp:
    """Somebody's answer to an event with one place, which is on offer to them."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True, capacity=1)
    return Rsvp.objects.create(
        event=event,
        subscriber=person,
        answer=RsvpAnswer.YES,
        attends=event.attendance,
        seat=Seat.OFFERED,
        offered_until=timezone.now() + timedelta(days=1),
    )


def make_application() -> Application:
    """Somebody's application that waits for staff, with a question that waits for an answer."""
    MissionStatement.objects.create(language="en", text="To end it, together.")
    address, now = "lea@parliament.example", timezone.now()
    lea = Subscriber.objects.create(
        email=address, digest=address_digest(address), domain="parliament.example"
    )
    application = Application.objects.create(
        subscription=Subscription.objects.create(
            subscriber=lea,
            topic=Topic.objects.create(slug="legislators", name="Legislators", is_moderated=True),
            status=SubscriptionStatus.AWAITING_REVIEW,
            changed_at=now,
        ),
        full_name="Lea Novak",
        institution="National Assembly",
        country="SI",
        office="Member",
        reason="We are drafting a law.",
        verification="Our website.",
        language="en",
        status=ApplicationStatus.AWAITING_REVIEW,
        sent_at=now,
        confirmed_at=now,
    )
    ApplicationQuestion.objects.create(application=application, text="Since when?", asked_by="sam")
    return application


RAW = (
    b"From: y@example.com\r\nTo: x@example.com\r\nSubject: Hello\r\nContent-Type: "
    b"text/plain\r\n\r\nHello\r\n"
)


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in.

    An error of ours answers 500 instead of ending the test.
    """
    return Client(raise_request_exception=False)


@pytest.fixture
def staff(sam: User) -> Client:
    """A browser in which Sam is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(sam)
    return client
