"""The words of a bounce, without the message that it returns, and the recipients they speak of."""

import html
import re
from collections.abc import Collection
from email.message import Message

import nh3

LONGEST = 10_000
"""Characters of a mail's own words that are read."""

_RETURNED = re.compile(
    r"""^[^\w\n]{0,80}(?:
    below\ this\ line | (?:this|here|below|included)\ is\ a\ copy | a\ copy\ of
    | (?:the\ )?headers?\ (?:of\ the|and\ top)
    | (?:the\ |your\ )?original\ (?:message|mail)\b(?!\ (?:was|is))
    | (?:returned|unsent|rejected)\ (?:message|mail) | message\ (?:headers?|text|body)\b
    | (?:the\ )?first\ \d+\ lines
    | your\ message\ reads | start\ of\ returned | attachment\ is\ a\ copy
    | transcript\ of\ original
    | es\ folgt\ eine\ kopie | (?:message|texte)\ d.origine | mensaje\ original
    | исходное\ (?:сообщение|письмо) | 附件
    | received:?\ ?from\b.*(?:\bby\b|$) | return-path:\ <
    )""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_QUOTED_FIELD = re.compile(
    r"^[^\w\n]{0,80}(?:subject|from|cc|date|sent|message-id|sujet|betreff|asunto|тема)\s*:.*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Of the message that came back. Its subject may speak of viruses and quotas."""
_INVISIBLE = {"style", "script", "head", "title"}
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,200}>", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+=&'*/~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}", re.ASCII)


def words_of(mail: Message) -> tuple[str, str]:
    """Return the mail's own text, and the text of the message that it quotes after that.

    The text is its plain part, or else its HTML as text.
    """
    for subtype in ("plain", "html"):
        text = "\n".join(_text_of(part) for part in _own_parts(mail) if _subtype(part) == subtype)
        text = text[: 4 * LONGEST]
        if text.strip():
            text = _as_text(text) if subtype == "html" else text
            returned = _RETURNED.search(text)
            # A mail that begins so is the returned message as a whole; its words must be looked for
            # there.
            end = returned.start() if returned and text[: returned.start()].strip() else len(text)
            return text[:end][:LONGEST], text[end:]
    return "", ""


def addresses_in(words: str, *, but: Collection[str] = ()) -> list[str]:
    """Return the addresses that `words` name, in their order.

    Args:
        but: addresses to leave out, in lower case.
    """
    found = dict.fromkeys(
        match[0].strip(".'").lower() for match in _ADDRESS.finditer(_QUOTED_FIELD.sub("", words))
    )
    return [address for address in found if address not in but]


def words_about(words: str, recipient: str, *, others: Collection[str]) -> str:
    """Return those of `words` that speak of one recipient.

    Where nobody else is named, all do: one code in a text isn't about everybody in it. Else it is a
    line that names the recipient and says why, with its continuation; or the lines after one that
    only names the recipient, to the end of the paragraph or the next that names somebody. Nothing
    is returned where several are named in a row, and the words follow all of them.
    """
    words = _QUOTED_FIELD.sub("", words)
    others = [other for other in others if other != recipient]
    if not others:
        return words
    kept: list[str] = []
    mine, said, alone, before = False, False, False, False
    for line in words.splitlines():
        low = line.lower()
        if _names(low, others):
            mine, before = False, _is_bare(low)
            continue
        if _names(low, [recipient]):
            alone = _is_bare(low)
            mine, said = not before, not alone
            kept += [line] if mine else []
        elif mine and (line.strip() or not said) and (alone or line[:1].isspace()):
            said = said or bool(line.strip())
            kept.append(line)
        else:
            mine = False
        before = False
    return "\n".join(kept)


def _names(line: str, recipients: Collection[str]) -> bool:
    return any(recipient in line for recipient in recipients)


def _is_bare(line: str) -> bool:
    """Return whether a line holds an address, and nothing that could be a reason."""
    return not re.search(r"\w{3}", _ADDRESS.sub("", line))


def _own_parts(mail: Message) -> list[Message]:
    """Return the leaves of the mail, without those of messages in it."""
    if mail.get_content_maintype() == "message":
        return []
    payload = mail.get_payload()
    # A multipart whose boundary is nowhere in it is text to Python, and to us.
    if mail.is_multipart() and isinstance(payload, list):
        return [
            part for inner in payload if isinstance(inner, Message) for part in _own_parts(inner)
        ]
    return [mail]


def _subtype(part: Message) -> str:
    return "plain" if part.get_content_maintype() == "multipart" else part.get_content_subtype()


def _text_of(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    if not isinstance(decoded, bytes):
        return ""
    charset = (part.get_content_charset() or "utf-8").replace("unicode-1-1-utf-7", "utf-7")
    try:
        return decoded[: 4 * LONGEST].decode(charset, "replace")
    except (LookupError, ValueError):
        return decoded[: 4 * LONGEST].decode("utf-8", "replace")


def _as_text(source: str) -> str:
    words = nh3.clean(_LINE_ENDS.sub("\n", source), tags=set(), clean_content_tags=_INVISIBLE)
    return html.unescape(words).replace("\xa0", " ")
