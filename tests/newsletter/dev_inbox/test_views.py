"""The development inbox shows mail as a mail program would, and nothing of it acts."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives, mailers
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from newsletter.dev_inbox.stored_message import StoredMail
from newsletter.models import InboxMessage
from newsletter.states import Stream
from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.message.envelope import Attachment, OutgoingMessage
from staff.roles import ROLES
from tests.staff_members import browser_of, staff_member

type Send = Callable[..., InboxMessage]


@pytest.fixture
def send(db: None) -> Send:
    def send(*, stream: Stream = Stream.BULK, **changes: object) -> InboxMessage:
        fields: dict[str, object] = {
            "to": "ada@example.nz",
            "to_name": "Ada Lovelace",
            "sender": "news@lists.example.org",
            "sender_name": "Interparliamentary Taskforce",
            "subject": "You are invited",
            "html": (
                "<!doctype html><html><head><title>x</title></head><body><a "
                'href="https://example.org/">Answer</a></body></html>'
            ),
            "text": "Answer: https://example.org/\n",
            "headers": {
                "List-Unsubscribe": "<http://localhost:8000/u/abc>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            "ref": "r3f",
            "message_id": "<r3f@localhost>",
        }
        dispatch_single(OutgoingMessage(**{**fields, **changes}), stream=stream)  # type: ignore[arg-type]  # a test's own fields
        return InboxMessage.objects.latest("id")

    return send


def page(client: Client, row: InboxMessage, **query: str) -> str:
    response = client.get(reverse("inbox_message", args=[row.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_inbox_says_how_mail_gets_here(client: Client, db: None) -> None:
    body = client.get("/inbox/").content.decode()

    assert "No messages yet" in body
    assert "No message here has left this machine" in body


def test_the_newest_message_comes_first(client: Client, send: Send) -> None:
    send(subject="Older email")
    send(subject="Newer email")

    body = client.get("/inbox/").content.decode()

    assert body.index("Newer email") < body.index("Older email")


def test_messages_are_found_by_recipient_subject_and_stream(client: Client, send: Send) -> None:
    send(to="ben@example.com", subject="Alpha")
    send(to="cleo@example.com", subject="Beta", stream=Stream.TRANSACTIONAL)

    def found(**query: str) -> list[str]:
        body = client.get("/inbox/", query).content.decode()
        return [subject for subject in ("Alpha", "Beta") if subject in body]

    assert found(q="BEN@") == ["Alpha"]
    assert found(q="bet") == ["Beta"]
    assert found(stream="transactional") == ["Beta"]
    assert found(q="ben", stream="transactional") == []
    assert found(stream="nonsense") == ["Alpha", "Beta"]


def test_all_messages_are_reached_page_by_page_in_both_directions(client: Client, db: None) -> None:
    InboxMessage.objects.bulk_create(
        InboxMessage(
            stream="bulk",
            sender="s@example.org",
            recipient="r@example.org",
            subject=f"Email {n}",
            raw=b"",
            size=0,
        )
        for n in range(120)
    )
    seen: list[int] = []
    query: dict[str, str] = {}
    for _ in range(3):
        shown = client.get("/inbox/", query).context["page"]
        seen += [message.pk for message in shown.messages]
        query = {"before": str(shown.older)}
    assert shown.older is None
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 120

    back = client.get("/inbox/", {"after": str(shown.newer)}).context["page"]
    assert [message.pk for message in back.messages] == seen[50:100]
    assert client.get("/inbox/", {"after": str(back.newer)}).context["page"].newer is None


def test_the_list_costs_one_query_however_long_it_is(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    InboxMessage.objects.bulk_create(
        InboxMessage(
            stream="bulk",
            sender="s@example.org",
            recipient="r@example.org",
            subject="s",
            raw=b"x" * 1000,
            size=1000,
        )
        for n in range(200)
    )
    client.defaults["HTTP_HOST"] = "localhost"  # as SITE_URL has it: not the neutral domain
    with django_assert_num_queries(1):
        client.get("/inbox/")


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00'\"%_<script>alert(1)</script>" * 50},
        {"before": "9" * 400},
        {"before": "-1", "after": "x"},
        {"before": "²", "stream": "\ud800".encode("utf-8", "replace").decode()},
        {"after": "0"},
    ],
)
def test_hostile_questions_get_an_ordinary_page(
    client: Client, send: Send, query: dict[str, str]
) -> None:
    send()

    response = client.get("/inbox/", query)

    assert response.status_code == 200
    assert b"<script>" not in response.content


def test_a_message_shows_all_its_parts(client: Client, send: Send) -> None:
    row = send()

    assert f'src="/inbox/{row.pk}/html/"' in page(client, row)
    assert "Answer: https://example.org/" in page(client, row, view="text")
    headers = page(client, row, view="headers")
    assert "<dt>X-Convene-Ref</dt><dd>r3f</dd>" in headers
    assert "Content-Type: multipart/alternative" in page(client, row, view="source")
    assert "email-phone" in page(client, row, width="phone")
    assert "email-desktop" in page(client, row, view="nonsense", width="nonsense")


def test_the_email_runs_nothing_and_is_framed_by_this_site_alone(
    client: Client, send: Send
) -> None:
    row = send(html="<script>alert(1)</script><p>Hello</p>")

    body = page(client, row)
    email = client.get(reverse("inbox_html", args=[row.pk]))

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in body
    policy = email.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert email.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in client.get(f"/inbox/{row.pk}/").headers["Content-Security-Policy"]


def test_links_of_the_email_open_beside_the_inbox(client: Client, send: Send) -> None:
    row = send()
    assert (
        '<head><base target="_blank"><title>'
        in client.get(f"/inbox/{row.pk}/html/").content.decode()
    )

    row = send(html="<!DOCTYPE html><p>no head</p>")
    assert (
        client.get(f"/inbox/{row.pk}/html/")
        .content.decode()
        .startswith('<!DOCTYPE html><base target="_blank"><p>')
    )


def test_the_one_click_post_is_offered_to_this_site_alone(client: Client, send: Send) -> None:
    assert 'action="/u/abc"' in page(client, send())
    elsewhere = {
        "List-Unsubscribe": "<https://evil.example/u/abc>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "one-click" not in page(client, send(headers=elsewhere))
    lookalike = {**elsewhere, "List-Unsubscribe": "<http://localhost:8000.evil.example/u/abc>"}
    assert "one-click" not in page(client, send(headers=lookalike))
    assert "one-click" not in page(
        client, send(headers={"List-Unsubscribe": "<http://localhost:8000/u/abc>"})
    )
    assert "List-Unsubscribe" not in page(client, send(headers={}))


def test_attachments_and_source_are_downloads(client: Client, send: Send) -> None:
    file = Attachment('../räum\u202e "x".html', b"<script>alert(1)</script>", "text/html")
    row = send(
        attachments=(Attachment("invite.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar"), file)
    )

    first = client.get(f"/inbox/{row.pk}/attachments/1/")
    second = client.get(f"/inbox/{row.pk}/attachments/2/")
    source = client.get(f"/inbox/{row.pk}/source/")

    assert first.content.startswith(b"BEGIN:VCALENDAR")
    assert first.headers["Content-Disposition"] == "attachment; filename*=UTF-8''invite.ics"
    assert second.headers["Content-Type"] == "application/octet-stream"
    assert second.headers["Content-Disposition"].startswith(
        "attachment; filename*=UTF-8''.._r%C3%A4um"
    )
    assert source.content == bytes(row.raw)
    assert client.get(f"/inbox/{row.pk}/attachments/3/").status_code == 404


def test_what_is_not_there_is_not_found(client: Client, send: Send) -> None:
    row = send(html="")

    assert "This message has no HTML part." not in page(client, row)
    assert "This message has no HTML part." in page(client, row, view="html")
    assert client.get(f"/inbox/{row.pk}/html/").status_code == 404
    for path in (
        "/inbox/999999/",
        f"/inbox/{10**30}/",
        "/inbox/999999/html/",
        "/inbox/999999/source/",
        "/inbox/x/",
    ):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?b?//8=?=\r\n\r\n\xff",
        b'Content-Type: text/html; charset="klingon"\r\n\r\n<p>\xc3\xa9</p>',
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: '
        b"text/html; charset=utf-8\r\n\r\n\xff\r\n",
        b"From: a@b, <c@d\r\nTo: \x00\r\nDate: yesterday\r\nContent-Type: text/plain\r\n\r\nx",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: '
        b"message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n--b--",
        b"List-Unsubscribe: <\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
    ],
)
def test_a_broken_message_is_shown_not_raised(client: Client, db: None, raw: bytes) -> None:
    row = InboxMessage.objects.create(
        stream="bulk", sender="", recipient="", subject="", raw=raw, size=len(raw)
    )

    for view in ("html", "text", "headers", "source"):
        assert client.get(f"/inbox/{row.pk}/", {"view": view}).status_code == 200
    assert client.get(f"/inbox/{row.pk}/html/").status_code in (200, 404)
    for file in StoredMail(row).attachments:
        assert client.get(f"/inbox/{row.pk}/attachments/{file.number}/").status_code == 200


def test_only_reading_is_possible(client: Client, send: Send) -> None:
    row = send()
    before = list(InboxMessage.objects.values())

    for path in ("", f"{row.pk}/", f"{row.pk}/html/", f"{row.pk}/source/"):
        assert client.get(f"/inbox/{path}").status_code == 200
        assert client.post(f"/inbox/{path}").status_code == 405

    assert list(InboxMessage.objects.values()) == before


def test_beyond_this_machine_it_is_for_staff_who_see_people_and_manage_accounts(
    client: Client, send: Send, sam: User, settings: Settings
) -> None:
    """Links that confirm and unsubscribe stand in it, and those for passwords of staff."""
    row = send()
    settings.SITE_URL = "https://lists.example.org"

    for path in (
        "/inbox/",
        f"/inbox/{row.pk}/",
        f"/inbox/{row.pk}/html/",
        f"/inbox/{row.pk}/source/",
    ):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/staff/login/")
    client.force_login(User.objects.create_user("reader", password="x"))
    assert client.get("/inbox/").status_code == 302
    for name, role in ROLES.items():
        browser = browser_of(staff_member(name, role))
        assert browser.get(f"/inbox/{row.pk}/").status_code == 403
    client.force_login(sam)
    assert client.get(f"/inbox/{row.pk}/").status_code == 200


def test_mail_that_django_itself_sends_lands_here_too(db: None) -> None:
    mail = EmailMultiAlternatives(
        "Reset", "Text", "staff@example.org", ["a@example.org", "Ben <b@example.org>"]
    )
    nobody = EmailMultiAlternatives("Nobody", "Text", "staff@example.org", [])

    assert mailers.default.send_messages([mail, nobody]) == 1

    row = InboxMessage.objects.get()
    assert (row.stream, row.recipient, row.sender) == (
        "transactional",
        "a@example.org, b@example.org",
        "staff@example.org",
    )
    assert isinstance(StoredMail(row)._parsed, EmailMessage)
