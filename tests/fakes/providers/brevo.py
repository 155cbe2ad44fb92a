"""Brevo's POST /v3/smtp/email: JSON, with versions for a batch, templates, idempotency keys."""

import json
import re
from collections.abc import Callable
from html import escape
from typing import Any

from tests.fakes.providers.fake import INVALID, Mail, Taken
from tests.fakes.providers.wire import Answer, Request

_UNESCAPED = re.compile(r"\{% autoescape off %\}\{\{ params\.(\w+) \}\}\{% endautoescape %\}")
_ESCAPED = re.compile(r"\{\{\s*params\.(\w+)\s*\}\}")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def take(request: Request, new_id: Callable[[], str], memory: dict[str, Any]) -> Taken:
    call = request.json
    key = call.get("headers", {}).get("idempotencyKey")
    if key is not None and key in memory:
        return Taken(
            Answer(
                400,
                {"code": "duplicate_parameter", "message": "Idempotency key has been used already"},
            )
        )
    versions = call.get("messageVersions") or [{"to": call["to"]}]
    if any(to["email"].startswith(INVALID) for version in versions for to in version["to"]):
        return Taken(
            Answer(400, {"code": "invalid_parameter", "message": "email is not valid in to"})
        )
    if len(versions) > 1000:
        return Taken(Answer(400, {"code": "invalid_parameter", "message": "too many versions"}))
    if key is not None:
        memory[key] = True
    mails = [_mail(call, version, f"<{new_id()}@smtp-relay.mailin.fr>") for version in versions]
    ids = [mail.id for mail in mails]
    return Taken(
        Answer(201, {"messageIds": ids} if "messageVersions" in call else {"messageId": ids[0]}),
        mails,
    )


def _mail(call: dict[str, Any], version: dict[str, Any], message_id: str) -> Mail:
    headers = {**call.get("headers", {}), **version.get("headers", {})}
    params: dict[str, str] = version.get("params", {})

    def filled(text: str) -> str:
        # In one pass, so that a value is never read as template.
        pieces = re.split(
            r"(\{% autoescape off %\}\{\{ params\.\w+ \}\}\{% endautoescape "
            r"%\}|\{\{\s*params\.\w+\s*\}\})",
            _COMMENT.sub("", text),
        )
        return "".join(_piece(piece, params) for piece in pieces)

    return Mail(
        to=version["to"][0]["email"],
        to_name=version["to"][0].get("name", ""),
        ref=json.loads(headers.get("X-Mailin-custom", "{}")).get("ref", ""),
        id=message_id,
        headers=headers,
        email=lambda: (
            filled(call["subject"]),
            filled(call.get("htmlContent", "")),
            filled(call.get("textContent", "")),
        ),
    )


def _piece(piece: str, params: dict[str, str]) -> str:
    if match := _UNESCAPED.fullmatch(piece):
        return params.get(match[1], "")
    if match := _ESCAPED.fullmatch(piece):
        return escape(params.get(match[1], ""))
    return piece
