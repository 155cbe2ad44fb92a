"""Mailjet's POST /v3.1/send: JSON with up to 50 messages, each with a fate of its own."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.providers.fake import INVALID, Mail, Taken
from tests.fakes.providers.wire import Answer, Request

_VARIABLE = re.compile(r'\{\{var:(\w+):""\}\}')


def take(request: Request, new_id: Callable[[], str], memory: dict[str, Any]) -> Taken:
    call = request.json
    messages = [{**call.get("Globals", {}), **message} for message in call["Messages"]]
    if len(messages) > 50:
        return Taken(
            Answer(
                400,
                {"ErrorCode": "mj-0002", "StatusCode": 400, "ErrorMessage": "Too many messages"},
            )
        )
    results: list[dict[str, Any]] = []
    mails = []
    for message in messages:
        address = message["To"][0]["Email"]
        if address.startswith(INVALID):
            problem = {
                "ErrorCode": "mj-0013",
                "StatusCode": 400,
                "ErrorMessage": f'"{address}" is an invalid email address.',
            }
            results.append({"Status": "error", "Errors": [problem]})
            continue
        mails.append(_mail(message, new_id()))
        results.append(
            {
                "Status": "success",
                "To": [{"Email": address, "MessageUUID": "u", "MessageID": mails[-1].id}],
            }
        )
    return Taken(Answer(200 if mails else 400, {"Messages": results}), mails)


def _mail(message: dict[str, Any], message_id: str) -> Mail:
    variables: dict[str, str] = message.get("Variables", {})

    def filled(text: str) -> str:
        return (
            _VARIABLE.sub(lambda match: variables.get(match[1], ""), text)
            if message.get("TemplateLanguage")
            else text
        )

    return Mail(
        to=message["To"][0]["Email"],
        to_name=message["To"][0].get("Name", ""),
        ref=json.loads(message.get("EventPayload", "{}")).get("ref", ""),
        id=message_id,
        headers=message.get("Headers", {}),
        email=lambda: (
            filled(message["Subject"]),
            filled(message.get("HTMLPart", "")),
            filled(message.get("TextPart", "")),
        ),
    )
