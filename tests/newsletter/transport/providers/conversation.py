"""A conversation with each provider: a real HTTP server plays it on loopback."""

import pytest

from newsletter.states import Stream
from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.results.result import Result
from tests.fakes.provider import Answer, Provider

URLS = {
    "mailgun": "mailgun://:key@lists.example.org?api_url={url}v3&timeout=1.5",
    "postmark": "postmark://:token@?api_url={url}&timeout=1.5",
    "brevo": "brevo://:key@?api_url={url}&timeout=1.5",
    "resend": "resend://:key@?api_url={url}&timeout=1.5",
    "mailjet": "mailjet://key:secret@?api_url={url}&timeout=1.5",
    "ses": "ses://AKIDEXAMPLE:secret@eu-west-1?api_url={url}&timeout=1.5",
}

POSTMARK_OK = {
    "To": "ada@example.nz",
    "SubmittedAt": "2026-11-24T10:00:00Z",
    "MessageID": "id-1",
    "ErrorCode": 0,
    "Message": "OK",
}
MAILJET_TO = [
    {"Email": "ada@example.nz", "MessageUUID": "u", "MessageID": 4711, "MessageHref": "https://api"}
]
ACCEPTED = {
    "mailgun": Answer(200, {"id": "<id-1@lists.example.org>", "message": "Queued. Thank you."}),
    "postmark": Answer(200, POSTMARK_OK),
    "brevo": Answer(201, {"messageId": "<id-1@smtp-relay.mailin.fr>"}),
    "resend": Answer(200, {"id": "id-1"}),
    "mailjet": Answer(200, {"Messages": [{"Status": "success", "To": MAILJET_TO}]}),
    "ses": Answer(200, {"MessageId": "id-1"}),
}
ALL = pytest.mark.parametrize("name", list(URLS))
BULK = Stream.BULK


def sent(
    provider: Provider, message: OutgoingMessage, *answers: Answer, stream: Stream = BULK
) -> Result:
    provider.answers = list(answers)
    return dispatch_single(message, stream=stream)
