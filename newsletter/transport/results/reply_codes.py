"""The codes of answers, and what they mean in plain words.

A code names nobody. The words beside it may name a recipient, so counts are kept by code.
"""

import re
from collections.abc import Mapping

_SMTP = re.compile(
    r"(?:\A|[;:.>] ?)(?P<code>[245]\d\d)(?:[ -]#?(?P<enhanced>[245]\.\d{1,3}\.\d{1,3})\b|\b)"
)
_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_HTTP = re.compile(r"\bHTTP (?P<code>[2-5]\d\d)\b")

_ENHANCED_WORDS: Mapping[str, str] = {
    "1.0": "Something is wrong with the address",
    "1.1": "The mailbox does not exist",
    "1.2": "The domain does not exist",
    "1.3": "The address is not valid",
    "1.6": "The mailbox has moved",
    "1.7": "Our sender address was not accepted",
    "1.8": "Our sender domain was not accepted",
    "1.10": "The domain takes no email",
    "2.0": "Something is wrong with the mailbox",
    "2.1": "The mailbox is closed",
    "2.2": "The mailbox is full",
    "2.3": "The email is too large for this mailbox",
    "3.0": "The mail system has a problem",
    "3.1": "The mail system is full",
    "3.2": "The mail system takes no email now",
    "3.4": "The email is too large",
    "4.1": "The mail server did not answer",
    "4.2": "The connection broke",
    "4.3": "The domain could not be looked up",
    "4.4": "No way to the mail server was found",
    "4.5": "The mail system is too busy",
    "4.6": "The email went in a loop",
    "4.7": "Delivery took too long",
    "5.3": "Too many recipients at once",
    "7.0": "Refused for a security or policy reason",
    "7.1": "Refused by policy or reputation",
    "7.8": "Our login was not accepted",
    "7.20": "No DKIM signature passed",
    "7.23": "SPF did not pass",
    "7.25": "Our server has no reverse DNS",
    "7.26": "DKIM and SPF did not pass",
    "7.27": "Our sender domain takes no email",
    "7.28": "Too much email at once",
}
"""Subject and detail of a code → words (RFC 3463, RFC 7372, RFC 7505, RFC 7504, the IANA registry
"SMTP Enhanced Status Codes"; 7.28 is Gmail's use for rate limits)."""

_SUBJECT_WORDS: Mapping[str, str] = {
    "1": "Something is wrong with the address",
    "2": "Something is wrong with the mailbox",
    "3": "The mail system has a problem",
    "4": "The mail server could not be reached",
    "5": "The mail server did not understand us",
    "6": "The content of the email was not accepted",
    "7": "Refused for a security or policy reason",
}
"""Subject of a code → words, where the detail says nothing that we know (RFC 3463 section 3)."""

_SMTP_WORDS: Mapping[str, str] = {
    "421": "The mail server takes no email now",
    "450": "The mailbox can’t take email now",
    "451": "The mail server asks us to try again later",
    "452": "The mail server has no room now",
    "454": "The mail server can’t check our login now",
    "503": "The mail server did not understand us",
    "530": "Our login was not accepted",
    "535": "Our login was not accepted",
    "550": "The mailbox does not exist, or takes nothing from us",
    "551": "The mailbox has moved",
    "552": "The mailbox is full, or the email is too large",
    "553": "The address is not valid",
    "554": "Refused, without a reason that we know",
    "556": "The domain takes no email",
}
"""Code → words, where the server gives no enhanced one (RFC 5321 section 4.2.3)."""

_HTTP_WORDS: Mapping[str, str] = {
    "400": "The provider did not accept this email",
    "401": "Our API key was not accepted",
    "402": "The provider’s account is not paid",
    "403": "The provider does not allow us this",
    "404": "The provider’s address for sending is wrong",
    "413": "The email is too large",
    "422": "The provider did not accept this email",
    "429": "Too much email at once",
    "500": "The provider has a problem",
    "502": "The provider has a problem",
    "503": "The provider takes no email now",
    "504": "The provider did not answer in time",
}

WITHOUT_CODE = "No code was given"


def code_of(reason: str) -> str:
    """Return the code of an answer, such as "550 5.1.1", "5.1.1" or "HTTP 429".

    Args:
        reason: as a result or a provider event has it.

    Returns:
        At most 20 characters; empty where there is no code.
    """
    if found := _HTTP.search(reason):
        return f"HTTP {found['code']}"
    plain = ""
    for each in _SMTP.finditer(reason):
        if each["enhanced"]:
            return f"{each['code']} {each['enhanced']}"
        plain = plain or each["code"]
    enhanced = _ENHANCED.search(reason)
    return " ".join(filter(None, (plain, enhanced.group() if enhanced else "")))


def words_of(code: str) -> str:
    """Return a code of `code_of` in plain words, for staff."""
    if code.startswith("HTTP "):
        return _HTTP_WORDS.get(code[5:], "The provider’s answer is one that we don’t know")
    plain, _, enhanced = code.rpartition(" ")
    if "." not in enhanced:
        plain, enhanced = enhanced, ""
    if enhanced:
        subject = enhanced.partition(".")[2]
        known = _ENHANCED_WORDS.get(subject) or _SUBJECT_WORDS.get(subject.partition(".")[0])
        if known:
            return known
    if plain:
        temporary = plain.startswith("4")
        return _SMTP_WORDS.get(
            plain,
            "The mail server asks us to try again later" if temporary else _SMTP_WORDS["554"],
        )
    return "The mail server’s answer is one that we don’t know" if enhanced else WITHOUT_CODE
