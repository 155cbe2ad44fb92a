"""Postmark's POST /email: JSON, one message; refusals are 422 with a code of its own."""

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from tests.fakes.providers.fake import INVALID, Mail, Taken
from tests.fakes.providers.wire import Answer, Request


def take(request: Request, new_id: Callable[[], str], memory: dict[str, Any]) -> Taken:
    call = request.json
    name, address = parseaddr(call["To"])
    if address.startswith(INVALID):
        return Taken(
            Answer(422, {"ErrorCode": 300, "Message": f"Invalid 'To' address: '{address}'."})
        )
    mail = Mail(
        to=address,
        to_name=name,
        ref=call.get("Metadata", {}).get("ref", ""),
        id=new_id(),
        headers={header["Name"]: header["Value"] for header in call.get("Headers", [])},
        email=lambda: (call["Subject"], call.get("HtmlBody", ""), call.get("TextBody", "")),
    )
    return Taken(
        Answer(200, {"To": address, "MessageID": mail.id, "ErrorCode": 0, "Message": "OK"}), [mail]
    )
