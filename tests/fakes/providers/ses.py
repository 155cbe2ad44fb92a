"""Amazon SES's POST /v2/email/outbound-emails: JSON around a whole MIME message."""

import json
from base64 import b64decode
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.fakes.providers.fake import INVALID, Mail, Taken
from tests.fakes.providers.wire import Answer, Request


def take(request: Request, new_id: Callable[[], str], memory: dict[str, Any]) -> Taken:
    call = request.json
    [address] = call["Destination"]["ToAddresses"]
    if address.startswith(INVALID):
        return Taken(
            Answer(
                400,
                {"message": "Local address contains control or whitespace"},
                {"x-amzn-errortype": "BadRequestException"},
            )
        )
    raw = b64decode(call["Content"]["Raw"]["Data"])
    head = message_from_bytes(
        raw.partition(b"\r\n\r\n")[0] if b"\r\n\r\n" in raw else raw.partition(b"\n\n")[0],
        policy=policy.default,
    )
    headers = {name.title(): str(value) for name, value in head.items()}
    mail = Mail(
        to=address,
        to_name="",
        ref=json.loads(headers.get("X-Metadata", "{}")).get("ref", ""),
        id=new_id(),
        headers=headers,
        email=lambda: _email(raw),
    )
    return Taken(Answer(200, {"MessageId": mail.id}), [mail])


def _email(raw: bytes) -> tuple[str, str, str]:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    return (
        message["Subject"],
        html.get_content() if html else "",
        text.get_content() if text else "",
    )
