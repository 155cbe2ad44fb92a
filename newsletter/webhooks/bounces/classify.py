"""Classifying a bounce as hard, soft or block.

The class that the provider gives, the codes (RFC 3463) and the words are weighed together. *Hard*
ends mail to somebody for good, so it takes two that agree, or one that nothing contradicts. Words
about the sender (rate, reputation, authentication, content, policy) or about the moment (quota,
connection) forbid it, whatever else is said.
"""

import re
from dataclasses import dataclass

from newsletter.states import BounceClass
from newsletter.webhooks.bounces.phrases import BounceReason, reasons_in

LONGEST = 4_000
"""Characters of one answer that are looked at."""

_CODE = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?!\.?\d)")
"""Not a piece of an IP address or of a version, of which answers of mail servers are full."""
_REPLY = re.compile(r"(?:^|[\s;:'\"(\[>])([45][0-5]\d)(?=[\s:-])")
"""An SMTP reply code (RFC 5321 section 4.2)."""

HARD, SOFT, BLOCK = BounceClass.HARD, BounceClass.SOFT, BounceClass.BLOCK


@dataclass(frozen=True, slots=True)
class _Code:
    """The class that a code stands for.

    Words overrule one that isn't firm: servers write it where they mean something else.
    """

    says: BounceClass | None
    firm: bool = True


_SILENT = _Code(None, firm=False)
_PERMANENT: dict[tuple[int, int], _Code] = {
    (1, 1): _Code(HARD),
    (1, 2): _Code(HARD),
    (1, 3): _Code(HARD),
    (1, 4): _Code(SOFT),  # ambiguous: two mailboxes fit
    (1, 6): _Code(HARD),  # moved
    (1, 7): _Code(BLOCK),  # the sender's address is not one
    (1, 8): _Code(BLOCK),  # the sender's domain can't be reached
    (1, 10): _Code(HARD),  # null MX (RFC 7505); Exchange: no such recipient
    (2, 1): _Code(HARD),  # mailbox disabled
    (2, 2): _Code(SOFT),
    (2, 3): _Code(BLOCK),  # message too long
    (2, 4): _Code(SOFT),
    (3, 1): _Code(SOFT),
    (3, 2): _Code(SOFT),
    (3, 4): _Code(BLOCK),  # message too big for the system
    (4, 310): _Code(HARD),  # Exchange Online: the domain doesn't exist
    (7, 0): _Code(BLOCK, firm=False),
    (7, 1): _Code(BLOCK, firm=False),
}
"""Codes of class 5 by subject and detail (RFC 3463 section 3; the registry of RFC 5248; Microsoft's
list of NDR codes for details above 100)."""
_BY_SUBJECT: dict[int, _Code] = {
    4: _Code(SOFT, firm=False),
    6: _Code(BLOCK),
    7: _Code(BLOCK),
}
"""By subject alone, where the detail isn't in the table.

Address, mailbox, system and protocol (1, 2, 3, 5) alone say nothing: Outlook.com answers "5.5.0"
for a mailbox that doesn't exist, and others "5.1.0" for a sender.
"""

_CODE_WITH_WORDS = tuple(
    re.compile(rf"(?<![\d.]){code}(?!\.?\d)[^;]*?{words}", re.IGNORECASE)
    for code, words in (
        (r"5\.4\.1", "recipient address rejected: access denied"),
        (r"5\.4\.4", r"(?:invalid|illegal) (?:host/)?domain"),
    )
)
"""Codes and words that are hard together, and neither alone. Exchange Online's edge says the first
of a recipient that its directory doesn't have (Microsoft: "Use Directory-Based Edge Blocking");
where a message can't be routed (X.4.4) the domain is its recipient's."""


def classify_bounce(*answers: str, reported: BounceClass | None = None) -> BounceClass:
    """Return the class of a bounce.

    Args:
        answers: the status code, then the answers of mail servers and other words about this
            recipient, the closest to the mailbox last. Of codes that contradict each other the last
            one counts.
        reported: the class that the provider itself gives.

    Returns:
        The class; soft where nothing is said, since a soft one never ends anything by itself.
    """
    shown = [" ".join(answer[:LONGEST].split()) for answer in answers if answer]
    if any(pattern.search(answer) for pattern in _CODE_WITH_WORDS for answer in shown):
        return HARD
    said, code = reasons_in(" ; ".join(shown)), _code(shown)
    if BounceReason.AMBIGUOUS in said:
        return SOFT
    if BounceReason.SENDER in said:
        return BLOCK
    if BounceReason.TEMPORARY in said:
        return SOFT
    # A server that took the recipient and then answers the message with a bare "unknown user" may
    # mean a filter: Japan's mobile carriers do. Others, such as Yahoo, say more than that.
    words = (
        HARD if BounceReason.NO_MAILBOX in said and BounceReason.AFTER_CONTENT not in said else None
    )
    if _is_hard(words, code, reported):
        return HARD
    return _softer(code, reported, refused=BounceReason.REFUSED in said)


def _is_hard(words: BounceClass | None, code: _Code, reported: BounceClass | None) -> bool:
    """Return whether two say hard, or one that nothing contradicts.

    A code that isn't firm contradicts a provider's bare class, not words.
    """
    in_favour = (words is HARD) + (code.says is HARD) + (reported is HARD)
    code_against = code.says not in (None, HARD) and (code.firm or words is None)
    reported_against = reported not in (None, HARD)
    return in_favour >= 2 or (in_favour == 1 and not code_against and not reported_against)


def _softer(code: _Code, reported: BounceClass | None, *, refused: bool) -> BounceClass:
    """Return the class of a bounce that isn't hard: soft, or block where it is about us."""
    if code.firm and code.says in (SOFT, BLOCK):
        return code.says
    if reported in (SOFT, BLOCK):
        return reported
    if code.says in (SOFT, BLOCK):
        return code.says
    return BLOCK if refused and code.says is None else SOFT


def _code(answers: list[str]) -> _Code:
    """Return the last code that says something.

    Where no answer holds one of RFC 3463, the first SMTP reply says whether it was for now.
    """
    codes = [
        _of(*map(int, match.groups())) for answer in answers for match in _CODE.finditer(answer)
    ]
    if codes:
        return next((code for code in reversed(codes) if code.says is not None), _SILENT)
    reply = next((found[1] for found in map(_REPLY.search, answers) if found), "")
    return _Code(SOFT, firm=reply[0] == "4") if reply.startswith("4") or reply == "552" else _SILENT


def _of(status: int, subject: int, detail: int) -> _Code:
    if status == 2:
        return _SILENT
    if status == 4:
        # A temporary block is a block, too: it is about us, and the guard should see it.
        return _Code(BLOCK if subject == 7 else SOFT)
    return _PERMANENT.get((subject, detail)) or _BY_SUBJECT.get(subject, _SILENT)
