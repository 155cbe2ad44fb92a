"""The page of a discreet link, and the domain on which it is: neither tells whose it is."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.assemble import render_content
from campaigns.event_states import EventStatus
from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.sending.send import send_batch
from campaigns.states import AudienceRule
from newsletter.brand.neutral import neutral_url
from newsletter.core.tokens import Purpose, make_token
from newsletter.media.image_files import names_of, path_of_file
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.models import Brand, MediaImage, TransactionalMessage
from newsletter.outbox.deliver import deliver
from newsletter.retention.forget import forget_messages, forget_news_of_erasures
from subscribers.consent.mail import send_preferences_link
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from tests.discretion import NEUTRAL, tells_of_page
from tests.newsletter.media.pictures import picture

HOST = {"host": "read.example.net"}


@pytest.fixture(autouse=True)
def neutral(settings: Settings, brand: Brand) -> Brand:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    brand.refresh_from_db()
    return brand


@pytest.fixture
def of_campaign(sending: Campaign) -> str:
    send_batch(sending.pk)
    return f"/read/{make_token(Purpose.READ_CAMPAIGN, sending.contents.get().pk)}/"


@pytest.fixture
def message(ada: Subscriber) -> TransactionalMessage:
    Subscriber.objects.update(discreet_since=timezone.now())
    message = send_preferences_link(ada)
    assert message is not None
    deliver(message.pk)
    message.refresh_from_db()
    return message


def path_of_message(message: TransactionalMessage) -> str:
    return f"/read/{make_token(Purpose.READ_MESSAGE, message.pk)}/"


def test_before_the_button_is_pressed_the_page_says_nothing(
    of_campaign: str, client: Client
) -> None:
    answer = client.get(of_campaign, headers=HOST)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert tells_of_page(page) == []
    assert "<title>Something new for you · Updates</title>" in page
    assert "og:" not in page
    assert "data-exit" in page


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    "since",
    [
        {"starts_at": timezone.now() - timedelta(hours=3), "ends_at": timezone.now()},
        {"status": EventStatus.CANCELLED},
        {"join_url": "https://meet.example.org/another"},
    ],
    ids=["over", "cancelled", "another link"],
)
@pytest.mark.parametrize("comes", [True, False])
def test_it_leads_into_the_event_of_its_email_until_that_has_ended(
    of_campaign: str, sending: Campaign, client: Client, since: dict[str, object], comes: bool
) -> None:
    """The link of a cover has no end, and may be in anybody's hands by then."""
    Event.objects.update(dial_in="+40 21 555 0100, code 4711", takes_answers=comes)
    if comes:
        send_again_to_those_who_come(sending)
        assert "4711" in client.post(of_campaign, headers=HOST).content.decode()
    assert "meet.example.org" in client.post(of_campaign, headers=HOST).content.decode()

    Event.objects.update(**since)

    page = client.post(of_campaign, headers=HOST).content.decode()
    assert "Our next meeting" in page
    assert [secret for secret in ("meet.example.org", "4711") if secret in page] == []


def test_it_shows_no_way_in_once_there_is_another_dial_in(
    of_campaign: str, sending: Campaign, client: Client
) -> None:
    sent = "+40 21 555 0100 from Romania, +373 22 555 100 from Moldova\nCode of the meeting: 4711"
    Event.objects.update(dial_in=sent)
    send_again_to_those_who_come(sending)
    assert "4711" in client.post(of_campaign, headers=HOST).content.decode()

    # As sent but for its end.
    Event.objects.update(dial_in=sent.removesuffix("1"))

    page = client.post(of_campaign, headers=HOST).content.decode()
    assert "Our next meeting" in page
    assert [secret for secret in ("meet.example.org", "471", "555") if secret in page] == []


def send_again_to_those_who_come(campaign: Campaign) -> None:
    """Have a campaign been sent as joining details are."""
    Audience.objects.update_or_create(campaign=campaign, defaults={"rule": AudienceRule.ACCEPTED})
    content = CampaignContent.objects.get(campaign=campaign)
    content.rendered_text = render_content(content).text
    content.save(update_fields=["rendered_text"])


def test_afterwards_it_shows_the_email_with_its_meeting_link(
    of_campaign: str, client: Client
) -> None:
    answer = client.post(of_campaign, headers=HOST)

    page = answer.content.decode()
    assert "Our next meeting" in page
    assert "https://meet.example.org/quarterly" in page
    assert "<title>Something new for you</title>" in page
    assert "Dear colleague" in page
    assert "data-exit" in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "img-src 'none'" in answer["Content-Security-Policy"]


def test_no_link_on_it_leads_to_a_page_of_ours_at_another_domain(
    of_campaign: str, client: Client
) -> None:
    page = client.post(of_campaign, headers=HOST).content.decode()

    assert "http://localhost" not in page
    assert "http://read.example.net:8000/preferences/" in page


def test_a_message_shows_with_its_links_at_the_neutral_domain(
    message: TransactionalMessage, client: Client
) -> None:
    page = client.post(path_of_message(message), headers=HOST).content.decode()

    assert "Open my preferences" in page
    assert "http://localhost" not in page
    assert "http://read.example.net:8000/preferences/" in page


def test_a_message_that_was_deleted_or_never_was_is_gone(
    message: TransactionalMessage, client: Client
) -> None:
    forget_messages(now=timezone.now() + timedelta(days=365))

    never = make_token(Purpose.READ_MESSAGE, 2**40)
    other = make_token(Purpose.MESSAGE, message.pk)
    for path in (path_of_message(message), f"/read/{never}/", f"/read/{other}/", "/read/x/"):
        for answer in (client.get(path, headers=HOST), client.post(path, headers=HOST)):
            assert answer.status_code == 404
            assert tells_of_page(answer.content.decode()) == []


def test_only_discreet_messages_can_be_read_by_a_link(ada: Subscriber, client: Client) -> None:
    message = send_preferences_link(ada)
    assert message is not None
    assert client.post(path_of_message(message), headers=HOST).status_code == 404


def test_news_of_an_erasure_can_be_read_though_the_address_is_gone(
    ada: Subscriber, client: Client
) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())
    erase(ada.pk)
    message = TransactionalMessage.objects.get(kind="erased")
    assert message.is_discreet
    deliver(message.pk)
    forget_news_of_erasures(now=timezone.now())
    message.refresh_from_db()
    assert (message.to, message.html) == ("", "")

    page = client.post(path_of_message(message), headers=HOST).content.decode()

    assert "Your data has been erased" in page


def test_a_campaign_that_was_not_launched_is_read_by_nobody(
    draft: Campaign, client: Client
) -> None:
    token = make_token(Purpose.READ_CAMPAIGN, draft.contents.get().pk)
    assert client.post(f"/read/{token}/", headers=HOST).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/archive/", "/events/", "/subscribe/", "/join/", "/privacy/", "/mission/"),
        *("/staff/", "/staff/login/", "/inbox/", "/webhooks/postmark/", "/fr/archive/", "/x"),
    ],
)
def test_at_the_neutral_domain_there_is_no_other_page(path: str, client: Client) -> None:
    answer = client.get(path, headers=HOST, follow=True)

    assert answer.status_code == 404
    assert tells_of_page(answer.content.decode()) == []


@pytest.mark.parametrize("language", ["en", "fr", "es", "ro", "uk", "ar"])
def test_pages_of_links_do_not_name_us_there(
    language: str, ada: Subscriber, client: Client
) -> None:
    leave = unsubscribe_url(ada.subscriptions.get().pk).removeprefix("http://localhost:8000")
    for path in ("/preferences/", "/preferences/sent/", "/u/x", leave, "/preferences/x/"):
        answer = client.get(f"/{language}{path}", headers=HOST)
        assert answer.status_code in (200, 404), path
        assert tells_of_page(answer.content.decode()) == [], path


def test_a_page_that_is_kept_for_one_domain_is_not_shown_at_the_other(client: Client) -> None:
    ours = client.get("/preferences/").content.decode()
    assert tells_of_page(client.get("/preferences/", headers=HOST).content.decode()) == []
    assert client.get("/preferences/").content.decode() == ours
    assert "Taskforce" in ours


def test_unsubscribing_there_names_no_topic(ada: Subscriber, client: Client) -> None:
    leave = unsubscribe_url(ada.subscriptions.get().pk).removeprefix("http://localhost:8000")
    page = client.post(leave, {"scope": "topic"}, headers=HOST).content.decode()
    assert tells_of_page(page) == []
    assert tells_of_page(client.get(leave, headers=HOST).content.decode()) == []


def test_health_checks_are_answered_at_any_domain(client: Client) -> None:
    assert client.get("/livez", headers=HOST).status_code == 200


@pytest.fixture
def logo(neutral: Brand) -> MediaImage:
    """The brand's, which stands in every email."""
    image = add_image(picture("PNG")).image
    Brand.objects.update(logo=image)
    return image


def test_images_come_from_the_neutral_domain(
    of_campaign: str,
    sending: Campaign,
    logo: MediaImage,
    client: Client,
    neutral: Brand,
    settings: Settings,
) -> None:
    """Whoever watches the network would else see whose email is read."""
    image = add_image(picture("PNG", (9, 9))).image
    content = sending.contents.get()
    content.blocks = [
        {"type": "image", "url": reference_to(image.key), "alt": "A hall", "decorative": "no"}
    ]
    content.save()

    page = client.post(of_campaign, headers=HOST).content.decode()

    assert f"{settings.SITE_URL}/media/" not in html.unescape(page)
    for each in (image, logo):
        path = path_of_file(names_of(each)[0])
        assert neutral_url(neutral) + path in html.unescape(page)
        assert client.get(path, headers=HOST).status_code == 200


def test_so_do_those_of_a_single_message(
    logo: MediaImage, message: TransactionalMessage, client: Client, settings: Settings
) -> None:
    page = client.post(path_of_message(message), headers=HOST).content.decode()
    assert f"{settings.SITE_URL}/media/" not in html.unescape(page)
    assert path_of_file(names_of(logo)[0]) in html.unescape(page)
