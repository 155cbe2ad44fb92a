"""Mailgun's POST /v3/DOMAIN/messages: a form, with recipient variables for a batch."""

import json
import re
from collections.abc import Callable
from email.utils import getaddresses
from typing import Any

from tests.fakes.providers.fake import INVALID, Mail, Taken
from tests.fakes.providers.wire import Answer, Request

_VARIABLE = re.compile(r"%recipient\.([^%]+)%")


def take(request: Request, new_id: Callable[[], str], memory: dict[str, Any]) -> Taken:
    form = request.form
    recipients = getaddresses(form["to"])
    if any(address.startswith(INVALID) or "@" not in address for _, address in recipients):
        # One bad address, and nothing is sent to anybody.
        return Taken(
            Answer(
                400, {"message": "to parameter is not a valid address. please check documentation"}
            )
        )
    if len(recipients) > 1000:
        return Taken(Answer(400, {"message": "Too many recipients"}))
    variables: dict[str, dict[str, str]] = json.loads(form.get("recipient-variables", ["{}"])[0])
    fields = {name: values[0] for name, values in form.items()}
    message_id = fields.get("h:Message-Id", f"<{new_id()}@lists.example.org>")
    mails = [
        _mail(fields, name, address, variables.get(address, {}), message_id)
        for name, address in recipients
    ]
    return Taken(Answer(200, {"id": message_id, "message": "Queued. Thank you."}), mails)


def _mail(
    fields: dict[str, str], name: str, address: str, variables: dict[str, str], message_id: str
) -> Mail:
    def filled(text: str) -> str:
        return _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)

    return Mail(
        to=address,
        to_name=name,
        ref=filled(fields.get("v:ref", "")),
        id=message_id,
        headers={key[2:]: filled(value) for key, value in fields.items() if key.startswith("h:")},
        email=lambda: (
            filled(fields["subject"]),
            filled(fields.get("html", "")),
            filled(fields.get("text", "")),
        ),
    )
