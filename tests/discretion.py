"""Searching what leaves for words that would give somebody in discreet mode away."""

import json
import re
from base64 import b64decode
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Any
from urllib.parse import parse_qsl, unquote

READER = "adaline.okoro@mailbox.example"
NEUTRAL = {
    "neutral_sender_email": "post@notes.example.net",
    "neutral_domain": "read.example.net",
}
TELLING = (
    *("interparliamentary", "taskforce", "human", "trafficking", "itht", "convene"),
    *("quarterly", "meetings", "forums", "legislators", "advisers", "former partners"),
    *("example.org", "localhost", "adaline", "okoro", "lovelace"),
)
"""Words of the brand's name, topics, URL names, hosts and sender domains, and of the reader."""
_ADDRESSED = ("to", "rcpt")


def tells(text: str) -> list[str]:
    """The telling words in a text, the reader's own address aside."""
    plain = unquote(text).casefold().replace(READER, "")
    return [word for word in TELLING if word in plain]


def tells_of_page(page: str) -> list[str]:
    """The telling words in a page. Files that all installations share have our program's name."""
    return tells(re.sub(r"/static/[^\"]*", "", page))


def before_footer(text: str, *, is_html: bool) -> str:
    """What stands in front of the footer. It must be there."""
    if is_html:
        body, footer, _ = text.partition('class="below')
        assert footer, "no footer"
        return body
    lines = text.rstrip().split("\n")
    name = next(
        index for index, line in enumerate(lines) if line.startswith("Interparliamentary Taskforce")
    )
    return "\n".join(lines[:name])


def tells_of_mime(raw: bytes) -> list[str]:
    """The telling words in all headers of a message, and in its parts before the footer."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    found: list[str] = []
    for part in mail.walk():
        for name, value in part.items():
            found += [f"{name}: {word}" for word in tells(f"{name} {value}")]
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        text = before_footer(str(body.get_content()), is_html=kind == "html")
        found += [f"{kind}: {word}" for word in tells(text)]
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    boundary = mail.get_boundary() or ""
    return found + [f"boundary: {word}" for word in tells(boundary)]


def tells_of_request(path: str, body: bytes, content_type: str) -> list[str]:
    """The telling words in what a provider was told, bodies only before the footer."""
    found = [f"path: {word}" for word in tells(path)]
    for where, text in _strings(_read(body, content_type)):
        if where.endswith(("raw.data", "rawmessage.data")):
            found += tells_of_mime(b64decode(text))
        elif "<html" in text:
            found += [f"{where}: {word}" for word in tells(before_footer(text, is_html=True))]
        elif "\n" in text.strip():
            found += [f"{where}: {word}" for word in tells(before_footer(text, is_html=False))]
        else:
            found += [f"{where}: {word}" for word in tells(text)]
    return found


def _read(body: bytes, content_type: str) -> Any:
    if "multipart/form-data" in content_type:
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        mail = message_from_bytes(head + body, policy=policy.HTTP)
        return {
            str(part.get_param("name", header="content-disposition")): _value(part)
            for part in mail.iter_parts()
        }
    if "urlencoded" in content_type:
        return dict(parse_qsl(body.decode()))
    return json.loads(body)


def _value(part: MIMEPart) -> Any:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    text = content.decode()
    return json.loads(text) if text.startswith("{") else text


def _strings(value: Any, where: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            pair
            for name, item in value.items()
            for pair in [(f"{where}.{name}", str(name)), *_strings(item, f"{where}.{name}".lower())]
        ]
    if isinstance(value, list):
        return [pair for item in value for pair in _strings(item, where)]
    return [(where, value)] if isinstance(value, str) else []


def text_before_footer(raw: bytes) -> str:
    """The text part in front of the footer, on one line."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    return re.sub(r"\s+", " ", before_footer(str(body.get_content()), is_html=False))
