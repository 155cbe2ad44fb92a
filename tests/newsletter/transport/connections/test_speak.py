"""Speaking to mailers and mailboxes without a message: real servers on loopback."""

import json

import pytest
from pytest_django.fixtures import Settings

from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.transport.connections.speak import probe_mailboxes, probe_mailers
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from tests.fakes import mailbox, raw_sites, smtp_sink
from tests.fakes.mailbox import FakeMailbox
from tests.fakes.raw_sites import Site, says
from tests.fakes.smtp_sink import SmtpSink

URLS = {
    "postmark": ("postmark://:key-1@", "/api/server", "x-postmark-server-token: key-1"),
    "brevo": ("brevo://:key-1@", "/api/account", "api-key: key-1"),
    "resend": ("resend://:key-1@", "/api/domains", "authorization: bearer key-1"),
    "mailgun": (
        "mailgun://:key-1@lists.example.org",
        "/api/domains/lists.example.org",
        "authorization: basic ",
    ),
    "mailjet": ("mailjet://key-1:secret@", "/v3/REST/sender?Limit=1", "authorization: basic "),
    "ses": ("ses://key-1:secret@eu-west-1", "/v2/email/account", "authorization: aws4-"),
}


def use(settings: Settings, url: str) -> None:
    mailer = parse_mailer_url(url)
    settings.ALERT_MAILER = None
    settings.MAILER_SETTINGS = dict.fromkeys(("transactional", "bulk"), mailer)
    settings.MAILERS = {
        alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
        for alias in ("default", "transactional", "bulk")
    }


def api(settings: Settings, name: str, site: Site) -> None:
    path = "" if name == "ses" else "/api/"
    use(settings, f"{URLS[name][0]}?api_url=http://127.0.0.1:{site.port}{path}")


def answer(status: int, **body: object) -> bytes:
    content = json.dumps(body).encode()
    return (
        f"HTTP/1.1 {status} It is\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


@pytest.mark.parametrize("name", URLS)
def test_an_api_is_asked_once_by_get_with_our_key(settings: Settings, name: str) -> None:
    _, path, header = URLS[name]
    with raw_sites.serve(says(answer(200))) as site:
        api(settings, name, site)
        assert [wrong for _, wrong in probe_mailers()] == [""]
    [request] = site.requests
    assert request.startswith(f"GET {path} HTTP/1.1\r\n")
    assert header in request.lower()


@pytest.mark.parametrize("name", URLS)
def test_a_key_that_is_refused_is_told_and_never_shown(settings: Settings, name: str) -> None:
    refusal = answer(401, message="key-1 is unknown")
    if name == "ses":
        refusal = answer(403, __type="UnrecognizedClientException", message="key-1 is unknown")
    with raw_sites.serve(says(refusal)) as site:
        api(settings, name, site)
        [(what, wrong)] = probe_mailers()
    assert what == f"the mailer {name} (transactional)"
    assert wrong.startswith("it refuses ")
    assert "key-1" not in wrong


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("resend", answer(401, name="restricted_api_key", message="only send emails")),
        ("ses", answer(403, __type="AccessDeniedException", message="not authorized")),
    ],
)
def test_a_key_that_may_only_send_is_good(settings: Settings, name: str, refusal: bytes) -> None:
    with raw_sites.serve(says(refusal)) as site:
        api(settings, name, site)
        assert [wrong for _, wrong in probe_mailers()] == [""]


def test_a_refusal_that_says_nothing_of_sending_says_so(settings: Settings) -> None:
    with raw_sites.serve(says(answer(401))) as site:
        api(settings, "mailgun", site)
        [(_, wrong)] = probe_mailers()
    assert wrong.endswith("as it does with a sending key, which sends all the same")


def test_an_api_that_is_away_is_told(settings: Settings) -> None:
    with raw_sites.serve(says(answer(200))) as site:
        api(settings, "brevo", site)
    [(_, wrong)] = probe_mailers()
    assert wrong == "ConnectionError"


def test_a_mail_server_is_signed_in_to_and_left_without_a_message(settings: Settings) -> None:
    with smtp_sink.running(SmtpSink()) as sink:
        use(settings, f"smtp+plain://127.0.0.1:{sink.port}")
        assert [wrong for _, wrong in probe_mailers()] == [""]
        use(settings, f"smtp+plain://127.0.0.1:{sink.port}?timeout=9")
        assert len(list(probe_mailers())) == 1
    assert (sink.connections, sink.received) == (2, [])


def test_a_mail_server_that_is_away_is_told(settings: Settings) -> None:
    with smtp_sink.running(SmtpSink()) as sink:
        use(settings, f"smtp+plain://127.0.0.1:{sink.port}")
    assert [wrong for _, wrong in probe_mailers()] == ["Connection refused"]


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_mailbox_is_opened_and_nothing_is_taken_from_it(
    settings: Settings, protocol: str
) -> None:
    settings.REPLY_MAILBOX = None
    with mailbox.serving(FakeMailbox(protocol)) as box:
        box.put(b"Subject: a\n\nb\n")
        settings.BOUNCE_MAILBOX = parse_mailbox_url(box.url)
        assert list(probe_mailboxes()) == [("the bounce mailbox", "")]
        assert len(box.mails) == 1
        settings.BOUNCE_MAILBOX = parse_mailbox_url(box.url.replace("secret", "other"))
        [(_, wrong)] = probe_mailboxes()
    assert wrong == "it refuses us, or has no such folder"


def test_mail_that_stays_here_needs_no_probe(settings: Settings) -> None:
    use(settings, "inbox://")
    settings.BOUNCE_MAILBOX = settings.REPLY_MAILBOX = None
    assert [*probe_mailers(), *probe_mailboxes()] == []
