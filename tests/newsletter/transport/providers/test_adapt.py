"""The requests to each provider: the message is made fit for it, and nothing else is in it."""

from base64 import b64decode
from urllib.parse import unquote_plus

import pytest

from newsletter.states import Stream
from newsletter.transport.results.result import Outcome
from tests.fakes.provider import Provider
from tests.newsletter.transport.conftest import UNSUBSCRIBE_URL, MakeMessage
from tests.newsletter.transport.providers.conversation import ALL, BULK, sent


@ALL
def test_the_request_carries_list_unsubscribe_and_our_reference_whole(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    sent(provider, make_message())

    [request] = provider.requests
    body = unquote_plus(request.body.decode())
    if name == "ses":
        body = b64decode(request.json["Content"]["Raw"]["Data"]).decode()
        assert f"List-Unsubscribe: <{UNSUBSCRIBE_URL}>\n" in body.replace("\r\n", "\n")
    assert UNSUBSCRIBE_URL in body
    assert "List-Unsubscribe=One-Click" in body
    assert "r3f" in body
    assert body.count("ada@example.nz") <= 2


@ALL
def test_one_connection_serves_many_messages(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    for _ in range(4):
        sent(provider, make_message())

    assert len(provider.requests) == 4
    assert provider.connections == 1


@pytest.mark.parametrize(
    ("name", "stream", "expected"),
    [("postmark", BULK, "broadcast"), ("postmark", Stream.TRANSACTIONAL, None)],
)
def test_postmark_gets_bulk_by_its_broadcast_stream(
    name: str, stream: Stream, expected: str | None, provider: Provider, make_message: MakeMessage
) -> None:
    sent(provider, make_message(), stream=stream)

    assert provider.requests[0].json.get("MessageStream") == expected


@pytest.mark.parametrize(
    ("name", "switches"),
    [
        ("postmark", {"TrackOpens": False, "TrackLinks": "None"}),
        ("mailjet", {"TrackOpens": "disabled", "TrackClicks": "disabled"}),
    ],
)
def test_opens_and_clicks_are_not_tracked(
    name: str, switches: dict[str, object], provider: Provider, make_message: MakeMessage
) -> None:
    sent(provider, make_message())

    body = provider.requests[0].json
    assert switches.items() <= body.get("Globals", body).items()


@pytest.mark.parametrize(
    ("name", "mark", "html"),
    [
        ("mailgun", "%recipient.email%", "&#37;recipient.email%"),
        ("brevo", "{{ contact.EMAIL }}", "&#123;{ contact"),
    ],
)
def test_staff_text_never_meets_the_providers_template_engine(
    name: str, mark: str, html: str, provider: Provider, make_message: MakeMessage
) -> None:
    sent(provider, make_message(subject=f"s {mark}", html=f"<p>{mark}</p>", text=f"t {mark}"))

    body = unquote_plus(provider.requests[0].body.decode())
    assert mark not in body
    assert html in body


@pytest.mark.parametrize("name", ["ses"])
def test_an_international_mailbox_fails_with_that_reason_at_ses(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(provider, make_message(to="jürgen@example.de"))

    assert result.outcome is Outcome.REFUSED
    assert "outside of ASCII" in result.reason
    assert provider.requests == []


@ALL
def test_a_name_can_not_become_a_second_recipient(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    sent(provider, make_message(to_name='Ada" <x@evil.example>, "Eve <eve@evil.example>'))

    [request] = provider.requests
    if name == "ses":
        assert request.json["Destination"] == {"ToAddresses": ["ada@example.nz"]}
    elif name == "mailjet":
        assert [to["Email"] for to in request.json["Messages"][0]["To"]] == ["ada@example.nz"]
    elif name == "brevo":
        assert [to["email"] for to in request.json["to"]] == ["ada@example.nz"]
    elif name == "resend":
        assert len(request.json["to"]) == 1
    else:
        assert b"Eve <eve@evil.example>\\\\\\" not in request.body


@pytest.mark.parametrize("name", ["resend"])
def test_a_control_character_reaches_no_provider(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    for change in (
        {"subject": "a\r\nBcc: x@example.com"},
        {"to_name": "a\nb"},
        {"headers": {"X-A": "b\x00"}},
        {"headers": {"X A": "b"}},
    ):
        result = sent(provider, make_message(**change))
        assert result.outcome is Outcome.REFUSED, change
        assert result.reason

    assert provider.requests == []
