"""The entry point for providers: what gets in, what doesn't, and what it costs."""

import base64
import json
import threading
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from newsletter.models import ProviderReport
from newsletter.transport.providers.registry import PROVIDERS
from newsletter.views.webhooks import LARGEST_BODY, _log_that_it_is_asked

SECRET = "a-webhook-secret-of-tests-that-is-long-enough"
URL = "/webhooks/mailgun/"
BODY = b'{"event-data": {}}'


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.WEBHOOK_SECRET = SECRET


def post(
    client: Client, url: str = f"{URL}?secret={SECRET}", body: bytes = BODY, **headers: str
) -> int:
    return client.post(url, body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize(
    "provider", sorted(key for key, known in PROVIDERS.items() if known.webhook)
)
def test_what_a_provider_brings_is_stored_as_it_came(
    provider: str, client: Client, db: None
) -> None:
    assert post(client, f"/webhooks/{provider}/?secret={SECRET}", b"\x00\xff not even JSON") == 204
    report = ProviderReport.objects.get()
    assert (report.provider, bytes(report.raw), report.size) == (
        provider,
        b"\x00\xff not even JSON",
        16,
    )


def test_the_secret_may_be_a_password_and_the_last_slash_be_missing(
    client: Client, db: None
) -> None:
    credentials = base64.b64encode(f"anybody:{SECRET}".encode()).decode()
    assert post(client, "/webhooks/postmark", Authorization=f"Basic {credentials}") == 204
    assert ProviderReport.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        URL,
        f"{URL}?secret=",
        f"{URL}?secret=wrong",
        f"{URL}?secret={SECRET}x",
        f"{URL}?Secret={SECRET}",
        f"{URL}?secret=%FF%00",
    ],
    ids=["none", "empty", "wrong", "longer", "another name", "bytes"],
)
def test_without_the_secret_nothing_is_stored(url: str, client: Client, db: None) -> None:
    assert post(client, url) == 403
    assert not ProviderReport.objects.exists()


def test_while_no_secret_is_set_nobody_gets_in(
    client: Client, db: None, settings: Settings
) -> None:
    settings.WEBHOOK_SECRET = ""
    assert post(client, f"{URL}?secret=") == 403
    assert post(client, URL) == 403


def test_a_refusal_is_one_line_in_the_log(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert post(client, URL) == 403
    [line] = [record.getMessage() for record in caplog.records]
    assert line == "A webhook for 'mailgun' was refused: the secret is wrong or missing"


def test_amazon_is_asked_for_its_password_before_it_sends_one(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    _log_that_it_is_asked.cache_clear()
    for _ in range(3):  # so it is with each of its reports
        answer = client.post("/webhooks/ses/", BODY, content_type="text/plain")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="webhooks"')
    [line] = [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"]
    assert "?secret=" in line


def test_a_provider_that_there_is_not_gets_nothing(client: Client, db: None) -> None:
    assert post(client, f"/webhooks/pigeon/?secret={SECRET}") == 404
    assert post(client, f"/webhooks/mailbox/?secret={SECRET}") == 404


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_a_post_brings_anything(method: str, client: Client, db: None) -> None:
    assert getattr(client, method)(f"{URL}?secret={SECRET}").status_code == 405


class Unread(BytesIO):
    """A body that must not be read."""

    def read(self, *args: object) -> bytes:
        raise AssertionError("the body was read")


def raw(client: Client, length: str, body: BytesIO, query: str = f"secret={SECRET}") -> int:
    environ = {
        "CONTENT_LENGTH": length,
        "wsgi.input": body,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json",
    }
    return post_raw(client, environ)


def post_raw(client: Client, environ: dict[str, object]) -> int:
    """Post with an environment of WSGI as it is given; returns the status of the answer."""
    return client.generic("POST", URL, **environ).status_code  # type: ignore[arg-type] # WSGI's


@pytest.mark.parametrize(
    ("length", "status"),
    [("25000000", 413), (str(LARGEST_BODY + 1), 413), ("-1", 411), ("many", 411)],
)
def test_a_body_that_is_too_large_or_of_no_length_is_refused_unread(
    length: str, status: int, client: Client, db: None
) -> None:
    assert raw(client, length, Unread()) == status


def test_a_body_in_chunks_is_refused_unread(client: Client, db: None) -> None:
    environ = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": Unread(),
        "QUERY_STRING": f"secret={SECRET}",
    }
    assert post_raw(client, environ) == 411


def test_a_stranger_s_body_is_not_read(client: Client, db: None) -> None:
    assert raw(client, "18", Unread(), query="") == 403


def test_a_body_that_was_cut_off_is_sent_again(client: Client, db: None) -> None:
    assert raw(client, "100", BytesIO(BODY)) == 400
    assert not ProviderReport.objects.exists()


def test_the_same_body_again_is_stored_once_and_answered_the_same(client: Client, db: None) -> None:
    assert [post(client), post(client)] == [204, 204]
    assert ProviderReport.objects.count() == 1


def test_only_headers_that_interpretation_needs_are_kept(client: Client, db: None) -> None:
    credentials = base64.b64encode(f"me:{SECRET}".encode()).decode()
    client.post(
        "/webhooks/resend/",
        BODY,
        content_type="application/json",
        headers={"Authorization": f"Basic {credentials}", "svix-id": "msg_1"},
    )
    assert ProviderReport.objects.get().headers == {
        "content-type": "application/json",
        "svix-id": "msg_1",
    }


def test_it_costs_one_statement_and_no_cookie(client: Client, db: None) -> None:
    client.defaults["HTTP_HOST"] = "localhost"  # as SITE_URL has it: not the neutral domain
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(f"{URL}?secret={SECRET}", BODY, content_type="application/json")
    assert len(queries) == 1
    assert not answer.cookies


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_each_stored_before_their_answer(client: Client) -> None:
    wrong: list[str] = []

    def send(number: int) -> None:
        body = json.dumps({"number": number}).encode()
        try:
            if (
                post(Client(), body=body) != 204
                or not ProviderReport.objects.filter(raw=body).exists()
            ):
                wrong.append(f"{number} was not stored")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert ProviderReport.objects.count() == 40


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_has_closed_is_renewed(client: Client) -> None:
    client.defaults["HTTP_HOST"] = "localhost"  # as SITE_URL has it: not the neutral domain
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    assert post(client) == 204
    assert ProviderReport.objects.count() == 1
