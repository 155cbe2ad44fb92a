"""Past emails for subscribers: behind a link that is mailed to them, and nowhere else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.content.archive_for_subscribers import EMAILS_A_PAGE, own_emails_url
from campaigns.models import Campaign, CampaignContent
from campaigns.sending.retract import retract
from campaigns.states import CampaignStatus
from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.mail_limits import LINKS_A_DAY
from subscribers.consent.submissions import handle_waiting
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.states import (
    ArchiveAccess,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import suppress
from tests.architecture.rows import all_rows, changed
from tests.campaigns.views.reading import email_path, text
from tests.conftest import MakeSubscriber
from tests.discretion import NEUTRAL, tells_of_page
from tests.mutated_tokens import mutated

pytestmark = pytest.mark.usefixtures("brand")

ASK = "/archive/mine/"
LISTS = ("/", "/archive/", "/archive/feed/", "/archive/?q=invited")
NEUTRAL_HOST = {"host": NEUTRAL["neutral_domain"]}


@pytest.fixture
def own(sent: Campaign) -> Campaign:
    """A sent campaign for subscribers of its topic."""
    Campaign.objects.update(archive_access=ArchiveAccess.SUBSCRIBERS)
    sent.contents.update(archive_text=" you are invited colleague")
    sent.refresh_from_db()
    return sent


def ask(client: Client, address: str, campaign: Campaign | None = None) -> Any:
    where = f"{ASK}?email={campaign.slug}" if campaign else ASK
    return client.post(where, {"email": address})


def mails() -> list[TransactionalMessage]:
    handle_waiting(lambda number: None)
    return list(TransactionalMessage.objects.filter(kind="archive_link").order_by("pk"))


def path_in(message: TransactionalMessage) -> str:
    [url] = set(re.findall(r"https?://[^\s\"<>]+/archive/mine/[^\s\"<>]+", message.text))
    return str(urlsplit(url).path)


def path_for(person: Subscriber, campaign: Campaign | None = None) -> str:
    return urlsplit(own_emails_url(person, campaign)).path


def test_it_is_in_no_list_and_its_address_leads_to_a_page_that_asks(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    for path in LISTS:
        assert "You are invited" not in text(client, path)
        assert str(own.slug) not in text(client, path)

    answer = client.get(email_path(own), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{ASK}?email={own.slug}", 302)]
    assert "This email is for subscribers" in page
    assert "“Quarterly meetings”" in page
    assert "You are invited" not in page
    assert 'content="noindex"' in page
    assert "no-store" in answer["Cache-Control"]


def test_a_subscriber_gets_a_link_that_opens_it(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    assert ask(client, ada.email, own)["Location"] == f"{ASK}sent/"

    [message] = mails()
    assert message.to == ada.email
    assert "“You are invited, colleague”" in message.text
    answer = client.get(path_in(message))
    page = answer.content.decode()
    assert "Dear colleague, we meet at" in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert f'href="{path_in(message).removesuffix(f"{own.slug}/")}"' in page


@pytest.mark.parametrize(
    "status", [status for status in SubscriptionStatus if status != SubscriptionStatus.CONFIRMED]
)
def test_nobody_else_gets_a_mail_and_all_read_the_same(
    client: Client, own: Campaign, make_subscriber: MakeSubscriber, topic: Topic, status: str
) -> None:
    make_subscriber("ben@example.org", topic=topic, status=SubscriptionStatus(status))

    answers = {
        (answer.status_code, answer["Location"], answer.content)
        for address in ("ben@example.org", "nobody@example.org")
        for answer in (ask(client, address, own), ask(client, address))
    }

    assert answers == {(302, f"{ASK}sent/", b"")}
    assert mails() == []


def test_asking_costs_the_same_for_each_address(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    hide = re.compile(r"'[^']*'| *-?\b\d+\b|\"?[0-9a-f]{64}\"?|\"s\d+_x\d+\"")
    work = []
    for address in ("zoe@example.nz", ada.email, "eve@example.nz"):
        with CaptureQueriesContext(connection) as captured:
            ask(client, address, own)
        work.append([hide.sub("?", query["sql"]) for query in captured.captured_queries])

    assert work[1] == work[2]
    assert FormSubmission.objects.count() == 3
    assert not TransactionalMessage.objects.exists()


def test_whoever_may_not_be_written_to_gets_none(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    suppress(ada.digest, reason=SuppressionReason.STAFF)
    ask(client, ada.email, own)

    assert mails() == []


def test_a_subscriber_of_another_topic_gets_none_for_this_email(
    client: Client, own: Campaign, make_subscriber: MakeSubscriber, other_topic: Topic
) -> None:
    make_subscriber("eve@example.org", topic=other_topic)
    ask(client, "eve@example.org", own)
    ask(client, "eve@example.org")

    assert mails() == []


def test_an_address_isn_t_filled_with_links(client: Client, own: Campaign, ada: Subscriber) -> None:
    for _ in range(LINKS_A_DAY + 2):
        ask(client, ada.email, own)
        mails()
        TransactionalMessage.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    ask(client, ada.email, own)

    assert len(mails()) == LINKS_A_DAY


def test_the_link_lists_all_emails_of_their_topics_and_no_others(
    client: Client, own: Campaign, ada: Subscriber, other_topic: Topic
) -> None:
    others: dict[str, dict[str, Any]] = {
        "Of another topic": {"topic": other_topic},
        "For nobody": {"archive_access": ArchiveAccess.NONE},
        "For everybody": {"archive_access": ArchiveAccess.PUBLIC},
        "As the topic says": {"archive_access": ""},
        "Not sent": {"status": CampaignStatus.SCHEDULED, "launched_at": None},
    }
    for subject, differs in others.items():
        _past(own, subject, **differs)
    _past(own, "Another one")
    ask(client, ada.email)
    [message] = mails()

    page = text(client, path_in(message))

    assert "You are invited, colleague" in page
    assert "Another one" in page
    assert [subject for subject in others if subject in page] == []
    path = path_for(ada, own)
    assert urlsplit(path).path.endswith(f"/{own.slug}/")
    assert re.search(rf'href="{re.escape(path_in(message))}{own.slug}/"', page)


def _past(campaign: Campaign, subject: str, **differs: Any) -> Campaign:
    fields = {
        "name": subject,
        "topic": campaign.topic,
        "status": CampaignStatus.SENT,
        "launched_at": timezone.now() - timedelta(days=1),
        "archive_access": ArchiveAccess.SUBSCRIBERS,
        **differs,
    }
    past = Campaign.objects.create(**fields)
    CampaignContent.objects.create(campaign=past, language="en", subject=subject, blocks=[])
    return past


def test_a_long_list_has_pages(client: Client, own: Campaign, ada: Subscriber) -> None:
    for number in range(EMAILS_A_PAGE + 3):
        at = timezone.now() - timedelta(days=number + 1)
        _past(own, f"Number {number:02}.", launched_at=at)
    path, seen = path_for(ada), []
    query = ""
    for _ in range(2):
        page = text(client, path + query)
        seen += re.findall(r"Number \d+\.", page)
        query = "".join(re.findall(r'href="(?:[^"]*)(\?before=[0-9a-f-]+)"', page))

    assert seen == [f"Number {number:02}." for number in range(EMAILS_A_PAGE + 3)]
    assert query == ""
    for odd in ("?before=x", f"?before={uuid4()}", "?before=%00"):
        assert "Number 00." in text(client, path + odd)


def test_of_two_versions_the_last_is_listed_and_both_open(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    later = _past(own, "The later version", earlier_version=own)

    page = text(client, path_for(ada))

    assert "The later version" in page
    assert "You are invited" not in page
    for each in (own, later):
        assert client.get(path_for(ada, each)).status_code == 200


def test_it_is_in_the_reader_s_language_with_a_switch(
    client: Client, own: Campaign, make_subscriber: MakeSubscriber
) -> None:
    reader = make_subscriber("yaroslava@example.org", topic=own.topic, language="uk")
    CampaignContent.objects.create(
        campaign=own,
        language="uk",
        subject="Запрошення",
        blocks=[{"type": "heading", "text": "Шановні колеги"}],
    )
    ask(client, reader.email, own)
    [message] = mails()
    assert message.language == "uk"
    assert "Запрошення" in message.text

    path = path_in(message)
    page = text(client, path)
    english = text(client, f"{path}?language=en")

    assert "Шановні колеги" in page
    assert "Our next meeting" in english
    assert 'href="?language=uk"' in english
    assert "Запрошення" in text(client, path_for(reader))


FORMER: dict[str, Callable[[Subscriber], object]] = {
    "erased": lambda person: erase(person.pk),
    "unsubscribed": lambda person: unsubscribe_all(person.pk, method=ConsentMethod.FORM),
    "another address": lambda person: Subscriber.objects.filter(pk=person.pk).update(
        address_since=timezone.now() + timedelta(seconds=2)
    ),
}


@pytest.mark.parametrize("since", FORMER)
def test_the_link_of_somebody_who_has_left_opens_nothing(
    client: Client, own: Campaign, ada: Subscriber, since: str
) -> None:
    paths = [path_for(ada), path_for(ada, own)]
    assert "You are invited" in text(client, paths[0])
    assert "Dear colleague" in text(client, paths[1])

    FORMER[since](ada)

    pages = [client.get(path) for path in paths]
    assert all("You are invited" not in page.content.decode() for page in pages)
    assert all("Dear colleague" not in page.content.decode() for page in pages)
    assert pages[1].status_code in (404, 410)
    ask(client, ada.email, own)
    assert since == "another address" or mails() == []


def test_an_hour_later_it_has_expired_and_says_where_to_get_a_new_one(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    ago = timezone.now() - settings.OWNER_LINK_LIFETIME - timedelta(seconds=1)
    token = make_expiring_token(Purpose.ARCHIVE, ada.pk, now=ago)

    for path in (f"{ASK}{token}/", f"{ASK}{token}/{own.slug}/"):
        page = text(client, path, status=410)
        assert f'href="{ASK}"' in page
        assert "You are invited" not in page


@pytest.mark.parametrize("purpose", [each for each in Purpose if each != Purpose.ARCHIVE])
def test_no_other_link_opens_it(
    client: Client, own: Campaign, ada: Subscriber, purpose: Purpose
) -> None:
    token = make_expiring_token(purpose, ada.pk)

    assert client.get(f"{ASK}{token}/").status_code == 404
    assert client.get(f"{ASK}{token}/{own.slug}/").status_code == 404


def test_no_mutated_token_shows_or_changes_anything(own: Campaign, ada: Subscriber) -> None:
    client, before = Client(raise_request_exception=False), all_rows()
    token = make_expiring_token(Purpose.ARCHIVE, ada.pk)
    for place, wrong in enumerate(mutated(token, 1_000, seed=16)):
        where = f"{ASK}{quote(wrong, safe='')}/{f'{own.slug}/' if place % 2 else ''}"
        answer = client.get(where)
        assert answer.status_code in (302, 404), where
        assert "You are invited" not in answer.content.decode()
    assert changed(before, all_rows()) == []


@pytest.mark.parametrize("access", ["", ArchiveAccess.NONE])
def test_one_for_nobody_is_as_one_that_never_was(
    client: Client, own: Campaign, ada: Subscriber, access: str
) -> None:
    for path in (email_path(own), path_for(ada, own), path_for(ada), *LISTS):
        client.get(path)  # kept, where it is
    Campaign.objects.update(archive_access=access)

    assert client.get(email_path(own)).content == client.get(f"/archive/{uuid4()}/").content
    for path in (email_path(own), path_for(ada, own)):
        assert client.get(path).status_code == 404
    for path in (path_for(ada), *LISTS):
        assert "You are invited" not in text(client, path)
    ask(client, ada.email, own)
    ask(client, ada.email)
    assert mails() == []


@pytest.mark.parametrize("then", [ArchiveAccess.NONE, ArchiveAccess.SUBSCRIBERS])
def test_one_that_was_kept_as_public_is_forgotten_at_once(
    client: Client, sent: Campaign, then: ArchiveAccess
) -> None:
    for path in (*LISTS, email_path(sent)):
        text(client, path)
    assert "You are invited" in text(client, "/archive/feed/")

    Campaign.objects.filter(pk=sent.pk).update(archive_access=then)

    assert "Dear colleague" not in client.get(email_path(sent), follow=True).content.decode()
    for path in LISTS:
        assert "You are invited" not in text(client, path)


def test_one_that_is_public_by_now_is_where_everybody_reads_it(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    paths = [path_for(ada, own), f"{ASK}?email={own.slug}"]
    Campaign.objects.update(archive_access=ArchiveAccess.PUBLIC)

    for path in paths:
        assert client.get(path)["Location"] == email_path(own)


def test_a_topic_that_is_need_to_know_by_now_shows_nothing(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    path = path_for(ada, own)
    assert "Dear colleague" in text(client, path)
    Topic.objects.update(is_public=False, is_restricted=True)

    assert client.get(path).status_code == 404
    assert client.get(email_path(own)).status_code == 404
    assert "You are invited" not in text(client, path_for(ada))
    ask(client, ada.email, own)
    assert mails() == []


def test_a_topic_that_not_everybody_knows_of_is_not_named_and_its_subscribers_read(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    assert "Some of our emails are for subscribers alone" in text(client, "/archive/")
    Topic.objects.update(is_public=False)

    page = client.get(email_path(own), follow=True).content.decode()

    assert "This email is for subscribers" in page
    assert "Quarterly meetings" not in page
    assert "Some of our emails are for subscribers alone" not in text(client, "/archive/")
    assert "Dear colleague" in text(client, path_for(ada, own))


@pytest.mark.parametrize("hides", [False, True])
def test_one_that_was_sent_in_error_says_so(
    client: Client, own: Campaign, ada: Subscriber, hides: bool
) -> None:
    retract(own.pk, text="The date is wrong.", hides_email=hides)
    ask(client, ada.email, own)
    [message] = mails()
    assert ("You are invited" in message.text) is not hides

    page, listed = text(client, path_in(message)), text(client, path_for(ada))

    assert "The date is wrong." in page
    assert ("Dear colleague" in page) is not hides
    assert "Sent in error" in listed
    assert ("You are invited" in listed) is not hides
    Campaign.objects.update(archive_access=ArchiveAccess.NONE)
    assert client.get(path_in(message)).status_code == 404


@pytest.mark.parametrize(
    "query", ["?email=", "?email=x", "?email=%00", f"?email={UUID(int=7)}", "?email=" + "a" * 3_000]
)
def test_an_odd_slug_is_none(client: Client, own: Campaign, query: str) -> None:
    page = text(client, ASK + query)

    assert "Emails for subscribers" in page
    assert "This email is for subscribers" not in page


def test_reading_changes_nothing_and_other_methods_are_refused(
    client: Client, own: Campaign, ada: Subscriber
) -> None:
    before = all_rows()
    for path in (path_for(ada), path_for(ada, own)):
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405
        assert client.delete(path).status_code == 405
    for path in (ASK, f"{ASK}?email={own.slug}", f"{ASK}sent/"):
        assert client.head(path).status_code == 200
        assert client.put(path).status_code == 405
    assert client.post(email_path(own)).status_code == 405
    assert client.post(f"{ASK}sent/").status_code == 405
    assert changed(before, all_rows()) == []


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "x" * 5_000])
def test_what_is_no_address_is_said_beside_the_field(
    client: Client, own: Campaign, typed: str
) -> None:
    answer = ask(client, typed, own)

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not FormSubmission.objects.exists()


def test_no_archived_page_tells_who_got_the_email(
    client: Client, own: Campaign, make_subscriber: MakeSubscriber
) -> None:
    mina = make_subscriber(
        "mina@quux.example",
        topic=own.topic,
        full_name="Wilhelmina Quux-Abernathy",
        given_name="Wilhelmina",
        institution="Quux Observatory",
    )
    fields = ("given_name", "full_name", "institution")
    words = " ".join(f"{{{name}|somebody}}" for name in fields)
    links = ("unsubscribe_url", "preferences_url", "rsvp_url", "archive_url")
    own.contents.update(
        subject=f"For {words}",
        preheader=words,
        blocks=[
            {"type": "rich_text", "html": f"<p>{words}</p>"},
            *({"type": "button", "label": words, "url": f"{{{name}}}"} for name in links),
        ],
    )
    ask(client, mina.email, own)
    [message] = mails()
    own_paths = [path_in(message), path_for(mina), path_in(message) + "?language=fr"]
    pages = [text(client, path) for path in own_paths]
    Campaign.objects.update(archive_access=ArchiveAccess.PUBLIC)
    pages += [text(client, path) for path in (email_path(own), *LISTS)]

    assert all("somebody" in page for page in pages[:-1])
    for page in pages:
        for personal in ("quux", "wilhelmina", address_digest(mina.email)):
            assert personal not in page.casefold()
        # The tokens are those of the links of this page's own reader, which lead to these pages.
        tokens = set(re.findall(r"/([A-Za-z0-9_-]{28})[/\"?]", page))
        assert tokens <= {path.split("/")[3] for path in own_paths}


@pytest.mark.parametrize("on", ["testserver", NEUTRAL["neutral_domain"]])
def test_somebody_in_discreet_mode_reads_it_at_the_neutral_domain(
    client: Client, own: Campaign, ada: Subscriber, on: str, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    is_neutral = on != "testserver"
    headers = {"host": on}
    for path in (path_for(ada, own), path_for(ada)):
        opened = client.get(path, headers=headers).content.decode()
        assert (tells_of_page(opened) == []) is is_neutral
        assert ("You are invited" in opened) is not is_neutral
    if not is_neutral:
        return
    listed = client.post(path_for(ada), {"action": "show"}, headers=headers).content.decode()
    assert "You are invited" in listed
    answer = client.post(path_for(ada, own), {"action": "show"}, headers=headers)
    page = answer.content.decode()
    assert "Dear colleague" in page
    assert "http://localhost:8000/" not in page
    assert "<title>Something new for you</title>" in page
    assert "data-exit" in page
    assert "img-src 'none'" in answer["Content-Security-Policy"]
    assert "meet.example.org" not in page
    named = client.get(f"{ASK}?email={own.slug}", headers=headers).content.decode()
    assert "Quarterly" not in named
