"""Resend's POST /emails: JSON, one message, and keys that give the first answer again."""

import json
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from tests.fakes.providers.fake import INVALID, Mail, Taken
from tests.fakes.providers.wire import Answer, Request


def take(request: Request, new_id: Callable[[], str], memory: dict[str, Any]) -> Taken:
    call = request.json
    key = request.headers.get("idempotency-key", "")
    if key in memory:
        content, message_id = memory[key]
        if content != hash(request.body):
            problem = {
                "statusCode": 409,
                "name": "invalid_idempotent_request",
                "message": "Same idempotency key, other payload",
            }
            return Taken(Answer(409, problem))
        return Taken(Answer(200, {"id": message_id}))
    name, address = parseaddr(call["to"][0])
    if address.startswith(INVALID):
        return Taken(
            Answer(
                422,
                {"statusCode": 422, "name": "validation_error", "message": "Invalid `to` field."},
            )
        )
    mail = Mail(
        to=address,
        to_name=name,
        ref=json.loads(call.get("headers", {}).get("X-Metadata", "{}")).get("ref", ""),
        id=new_id(),
        headers=call.get("headers", {}),
        email=lambda: (call["subject"], call.get("html", ""), call.get("text", "")),
    )
    if key:
        memory[key] = (hash(request.body), mail.id)
    return Taken(Answer(200, {"id": mail.id}), [mail])
