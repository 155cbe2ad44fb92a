"""The sign-up page: the same answer for everybody, and plain words for mistakes."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE
from newsletter.models import Brand
from newsletter.states import Trust
from subscribers.consent.form_limits import PER_MAILBOX, PER_NETWORK_IN_DOUBT
from subscribers.consent.sign_up_offer import current_offer
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.registry import suppress
from subscribers.views.forms import _STAMP_SALT
from tests.subscribers.views.conftest import Mailed

PATH = "/subscribe/"
MULTIPART = "multipart/form-data; boundary=x"


@pytest.fixture
def cast(
    brand: Brand, ada: Subscriber, ben: Subscriber, cleo: Subscriber, dora: Subscriber
) -> dict[str, str]:
    suppress("0" * 64, reason=SuppressionReason.STAFF)
    return {
        "new": "eve@example.org",
        "confirmed": ada.email,
        "pending": ben.email,
        "suppressed": cleo.email,
        "unsubscribed": dora.email,
    }


def statements(captured: CaptureQueriesContext, email: str) -> list[str]:
    """Return the statements of a request, without what differs between any two requests."""
    hide = re.compile(r"'[^']*'| *-?\b\d+\b|\"?[0-9a-f]{64}\"?")
    return [hide.sub("?", query["sql"].replace(email, "?")) for query in captured.captured_queries]


def test_nobody_can_be_found_out(cast: dict[str, str], client: Client, mailed: Mailed) -> None:
    """Status, headers and body are the same, by the same statements, and so in the same time."""
    current_offer()  # read once, for whoever comes first
    answers, work = {}, {}
    for state, email in cast.items():
        with CaptureQueriesContext(connection) as captured:
            response = client.post(PATH, {"email": email, "topics": "quarterly-meetings"})
        work[state] = statements(captured, email)  # at once: the next request forgets them
        done = client.get(response["Location"])
        answers[state] = (
            response.status_code,
            dict(response.headers),
            response.content,
            done.status_code,
            dict(done.headers),
            done.content,
        )
        for part in (answers[state][1], answers[state][4]):
            part.pop("Expires", None)
    for _ in range(PER_MAILBOX[0][0]):
        client.post(PATH, {"email": "fay@example.org", "topics": "quarterly-meetings"})
    with CaptureQueriesContext(connection) as captured:
        limited = client.post(PATH, {"email": "fay@example.org", "topics": "quarterly-meetings"})
    work["limited"] = statements(captured, "fay@example.org")
    assert FormSubmission.objects.latest("pk").trust == Trust.NONE, "the mailbox is spared"
    headers = dict(limited.headers)
    headers.pop("Expires", None)
    done = client.get(limited["Location"])
    done_headers = dict(done.headers)
    done_headers.pop("Expires", None)
    answers["limited"] = (
        limited.status_code,
        headers,
        limited.content,
        done.status_code,
        done_headers,
        done.content,
    )
    assert len({str(answer) for answer in answers.values()}) == 1
    assert len({str(statement) for statement in work.values()}) == 1
    assert any("INSERT" in statement for statement in work["limited"])
    assert answers["new"][0] == 302
    assert not Subscriber.objects.filter(email="eve@example.org").exists()
    assert mailed("fay@example.org") == ["confirmation"]


def test_each_gets_what_is_theirs_afterwards(
    cast: dict[str, str], client: Client, mailed: Mailed
) -> None:
    for email in cast.values():
        client.post(PATH, {"email": email, "topics": ["quarterly-meetings"]})
    assert {state: mailed(email) for state, email in cast.items()} == {
        "new": ["confirmation"],
        "confirmed": ["already_subscribed"],
        "pending": ["confirmation"],
        "suppressed": [],
        "unsubscribed": ["confirmation"],
    }


def test_all_that_the_contract_names_is_taken(
    client: Client, brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    said = {
        "email": " Eve@Exämple.org ",
        "name": "Eve\r\nAdams",
        "language": "en",
        "country": "NZ",
        "time_zone": "Pacific/Auckland",
    }
    client.post(PATH, {**said, "topics": ["forums"]}, REMOTE_ADDR="192.0.2.77")
    stored = FormSubmission.objects.get()
    assert stored.email == "Eve@xn--exmple-cua.org"
    assert stored.details == {
        "full_name": "Eve Adams",
        "language": "en",
        "country": "NZ",
        "time_zone": "Pacific/Auckland",
    }
    assert (stored.topics, stored.network, stored.method) == (
        [other_topic.pk],
        "192.0.2.0/24",
        ConsentMethod.FORM,
    )
    assert brand.name in stored.words


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "about “Quarterly meetings”."),
        ([True], "about “Quarterly meetings”."),
        ([False], "about the topics I chose."),
    ],
    ids=["one topic", "one that is offered, one that is moderated", "two topics"],
)
def test_the_words_that_are_kept_are_the_words_that_were_shown(
    client: Client, brand: Brand, topic: Topic, more: list[bool], said: str
) -> None:
    for is_moderated in more:
        Topic.objects.create(slug="another", name="Another", is_moderated=is_moderated)
    page = client.get(PATH).content.decode()
    client.post(PATH, {"email": "eve@example.org", "topics": topic.slug})
    assert FormSubmission.objects.get().words in page
    assert said in FormSubmission.objects.get().words


@pytest.mark.parametrize("path", ["/subscribe", "/subscribe/embed", "/preferences"])
def test_a_form_on_another_site_that_forgot_the_slash_loses_nothing(
    client: Client, brand: Brand, topic: Topic, path: str
) -> None:
    assert (
        client.post(path, {"email": "eve@example.org", "topics": "quarterly-meetings"}).status_code
        == 302
    )
    assert FormSubmission.objects.get().email == "eve@example.org"


def test_a_file_in_a_form_is_passed_over_and_the_rest_counts(
    client: Client, brand: Brand, topic: Topic
) -> None:
    file = SimpleUploadedFile("list.csv", b"x" * 100_000)
    assert (
        client.post(
            PATH,
            {
                "email": "eve@example.org",
                "list": file,
                "name": "Eve",
                "topics": "quarterly-meetings",
            },
        ).status_code
        == 302
    )
    assert FormSubmission.objects.get().details["full_name"] == "Eve"


def test_a_machine_that_fills_in_everything_is_asked_for_proof_and_nothing_is_stored(
    client: Client, brand: Brand, topic: Topic
) -> None:
    response = client.post(
        PATH,
        {
            "email": "eve@example.org",
            "website": "https://spam.example",
            "topics": "quarterly-meetings",
        },
    )
    assert response.status_code == 429
    assert b"spam.example" not in response.content
    assert not FormSubmission.objects.exists()


def _stamp(age: timedelta) -> str:
    signer = signing.TimestampSigner(salt=_STAMP_SALT)
    signer.timestamp = lambda: signing.b62_encode(int((timezone.now() - age).timestamp()))  # type: ignore[method-assign]
    return signer.sign_object("")


@pytest.mark.parametrize(
    ("stamp", "passed"),
    [
        (_stamp(timedelta(minutes=30)), 40),
        (
            _stamp(timedelta(minutes=-30)),
            30,
        ),  # younger than any form can be when it is sent, however slow the test
        (_stamp(timedelta(days=9)), 30),
        ("", 30),
        ("forged:stamp", 30),
    ],
    ids=[
        "of a person",
        "from the future",
        "nine days old",
        "missing",
        "forged",
    ],  # a stamp differs from process to process
)
def test_forms_filled_in_faster_than_people_can_are_held_back_sooner(
    client: Client, brand: Brand, topic: Topic, stamp: str, passed: int
) -> None:
    for number in range(40):
        client.post(
            PATH,
            {
                "email": f"p{number}@d{number}.example.org",
                "stamp": stamp,
                "topics": "quarterly-meetings",
            },
        )
    assert FormSubmission.objects.count() == passed


BAD_FORMS = [
    ({}, "Enter your email address."),
    ({"email": ""}, "Enter your email address."),
    ({"email": "   "}, "Enter your email address."),
    ({"email": "no address"}, "An email address must have an @-sign."),
    ({"email": "a@b"}, "The part after the @-sign is not valid. It should have a period."),
    ({"email": "x" * 500 + "@example.org"}, "at most 254 characters"),
    ({"email": "x" * 100_000 + "@example.org"}, "too long"),
    ({"email": "eve@example.org\r\nBcc: all@example.org"}, "error-summary"),
    ({"email": "eve@example.org\x00"}, "a character that can’t be used"),
    ({"email": ["eve@example.org", "not this one"]}, "error-summary"),
    ({"email": "eve@example.org", "name": "x" * 201}, "at most 200 characters"),
    ({"email": "eve@example.org", "name": "Eve\x00"}, "a character that can’t be used"),
    (
        {"email": "eve@example.org", "country": "Atlantis"},
        "Select a country or body from the list.",
    ),
    ({"email": "eve@example.org", "language": "tlh"}, "Select one of these languages."),
    ({"email": "eve@example.org", "topics": "no-such-topic"}, "There is no topic"),
    ({"email": "eve@example.org", "topics": "inner"}, "There is no topic"),
    ({"email": "eve@example.org", "topics": "'; DROP TABLE--\x00"}, "error-summary"),
    ({"email": "eve@example.org", "topics": "y" * 5000}, f"no topic “{'y' * 50}”"),
    ({"email": "<script>alert(1)</script>"}, "&lt;script&gt;alert(1)&lt;/script&gt;"),
]


@pytest.mark.thorough(sample=19)
@pytest.mark.parametrize("path", [PATH, "/subscribe/embed/"])
@pytest.mark.parametrize(("fields", "message"), BAD_FORMS)
def test_a_mistake_is_told_in_plain_words_and_the_input_kept(
    client: Client, brand: Brand, topic: Topic, path: str, fields: dict[str, str], message: str
) -> None:
    Topic.objects.create(slug="inner", name="Inner circle", is_public=False)
    response = client.post(path, {"name": "Kept Name", "topics": "quarterly-meetings", **fields})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: Subscribe" in page
    assert message in page
    assert "<script>alert" not in page
    if "name" not in fields:
        assert "Kept Name" in page
    assert not FormSubmission.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"garbage", "multipart/form-data"),
        (b"garbage", "multipart/form-data; boundary=x"),
        (b'{"email": "eve@example.org"}', "application/json"),
        (b"&".join(b"topics=%d" % n for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"email=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"", ""),
        (
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
            + b"x" * 3_000_000
            + b"\r\n--x--\r\n",
            MULTIPART,
        ),
    ],
    ids=[
        "bytes",
        "no boundary",
        "no parts",
        "JSON",
        "2,000 topics",
        "3 MB",
        "nothing",
        "a file of 3 MB",
    ],
)
def test_a_body_that_is_no_form_is_a_4xx(
    client: Client, brand: Brand, topic: Topic, body: bytes, content_type: str
) -> None:
    response = client.generic("POST", PATH, body, content_type=content_type)
    assert 400 <= response.status_code < 500
    assert b"Traceback" not in response.content
    assert not FormSubmission.objects.exists()


def test_without_any_topic_the_page_says_so(client: Client, brand: Brand) -> None:
    response = client.post(PATH, {"email": "eve@example.org"})
    assert response.status_code == 422
    assert b"no topics to subscribe to" in response.content


def test_a_time_zone_that_we_do_not_know_keeps_nobody_out(
    client: Client, brand: Brand, topic: Topic
) -> None:
    client.post(
        PATH,
        {
            "email": "eve@example.org",
            "time_zone": "Mars/Olympus_Mons",
            "topics": "quarterly-meetings",
        },
    )
    assert FormSubmission.objects.get().details["time_zone"] == ""


def test_a_link_can_tick_a_topic(
    client: Client, brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    page = client.get(PATH, {"topic": "forums"}).content.decode()
    assert re.findall(r'value="([a-z-]+)" checked', page) == ["forums"]


def test_no_cookie_is_set_and_none_is_needed(client: Client, brand: Brand, topic: Topic) -> None:
    strict = Client(enforce_csrf_checks=True)
    for response in (
        strict.get(PATH),
        strict.post(
            PATH,
            {"email": "eve@example.org", "topics": "quarterly-meetings"},
            HTTP_ORIGIN="https://elsewhere.example",
        ),
    ):
        assert not response.cookies
    assert FormSubmission.objects.count() == 1


def test_other_methods_are_refused(
    client: Client, brand: Brand, topic: Topic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert client.generic(method, PATH).status_code == 405


class TestInAFrame:
    def test_nobody_may_frame_it_by_default(
        self, client: Client, brand: Brand, topic: Topic, settings: Settings
    ) -> None:
        settings.EMBED_ORIGINS = []
        response = client.get("/subscribe/embed/")
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"

    @pytest.mark.parametrize("path", ["/subscribe/embed/", "/subscribe/embed/done/"])
    def test_the_sites_that_were_named_may(
        self, client: Client, brand: Brand, topic: Topic, settings: Settings, path: str
    ) -> None:
        settings.EMBED_ORIGINS = ["https://www.example.org", "https://example.com:8443"]
        response = client.get(path)
        assert (
            "frame-ancestors https://www.example.org https://example.com:8443"
            in response["Content-Security-Policy"]
        )
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response

    @pytest.mark.parametrize(
        "path", ["/subscribe/", "/subscribe/done/", "/preferences/", "/privacy/"]
    )
    def test_no_other_page_may_be_framed(
        self, client: Client, brand: Brand, topic: Topic, settings: Settings, path: str
    ) -> None:
        settings.EMBED_ORIGINS = ["https://www.example.org"]
        response = client.get(path)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"

    def test_it_signs_up_and_stays_in_the_frame(
        self, client: Client, brand: Brand, topic: Topic, settings: Settings
    ) -> None:
        settings.EMBED_ORIGINS = ["https://www.example.org"]
        response = client.post(
            "/subscribe/embed/", {"email": "eve@example.org", "topics": "quarterly-meetings"}
        )
        assert response["Location"] == "/subscribe/embed/done/"
        assert FormSubmission.objects.get().method == ConsentMethod.EMBED


def test_a_header_that_anybody_can_write_does_not_evade_the_limit(
    client: Client, topic: Topic, brand: Brand
) -> None:
    """A proxy without our line passes on what its client wrote, and calls from this host."""
    for number in range(PER_NETWORK_IN_DOUBT[0][0] + 1):
        said = {"email": f"reader{number}@example.org", "topics": [topic.slug]}
        client.post(
            PATH, said, REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": f"203.0.{number}.9"}
        )
    assert FormSubmission.objects.count() == PER_NETWORK_IN_DOUBT[0][0]


def test_behind_our_proxy_one_network_uses_up_its_own_limit_alone(
    client: Client, topic: Topic, brand: Brand
) -> None:
    def sign_up(number: int, reader: str) -> None:
        said = {"email": f"reader{number}@example.org", "topics": [topic.slug]}
        headers = {"Host": "localhost", "X-Forwarded-For": reader}
        client.post(
            PATH, said, REMOTE_ADDR="127.0.0.1", SERVER_NAME=PROXY_ENTRANCE, headers=headers
        )

    for number in range(PER_NETWORK_IN_DOUBT[0][0] + 5):
        sign_up(number, "203.0.113.9")
    assert FormSubmission.objects.count() == PER_NETWORK_IN_DOUBT[0][0]
    sign_up(1000, "198.51.100.1")
    assert FormSubmission.objects.count() == PER_NETWORK_IN_DOUBT[0][0] + 1


@pytest.mark.parametrize(
    "name", ["Win at www.evil.example", "evil.com", "http:evil", "evil。click", "eve@example.org"]
)
def test_a_name_with_a_web_address_is_refused_with_a_way_to_put_it_right(
    client: Client, brand: Brand, topic: Topic, name: str
) -> None:
    response = client.post(PATH, {"email": "eve@example.org", "topics": topic.slug, "name": name})
    assert response.status_code == 422
    assert "A name can’t contain a web or email address" in response.content.decode()
    assert not FormSubmission.objects.exists()


@pytest.mark.parametrize("name", ["J.R.R. Tolkien", "St. John", "O'Neil, Ph.D."])
def test_a_name_with_dots_in_it_is_a_name(
    client: Client, brand: Brand, topic: Topic, name: str
) -> None:
    assert (
        client.post(
            PATH, {"email": "eve@example.org", "topics": topic.slug, "name": name}
        ).status_code
        == 302
    )
