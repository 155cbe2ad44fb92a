"""Sorting a provider's answers over HTTP, and missing answers, into results."""

import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from anymail import exceptions as anymail
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.exceptions import ProxyError as UnreachableProxy

from newsletter.transport.results.response_format import Answer, ResponseFormat
from newsletter.transport.results.result import Outcome, Result

_BY_STATUS = {
    **dict.fromkeys((400, 406, 409, 410, 411, 413, 414, 415, 417, 422, 431, 451), Outcome.REFUSED),
    # 402: not paid. 405 and 3xx: not the endpoint that we think it is.
    **dict.fromkeys((401, 402, 403, 404, 405, 407), Outcome.MISCONFIGURED),
    429: Outcome.LATER,
}
"""What a status says for sure (RFC 9110 section 15, RFC 6585).

Any other may come from a gateway after the provider took the message: 408, 425 and 503 too, and
those that nobody has defined. Then nobody knows.

A 503 with Retry-After would be as sure as a 429 where a provider documents that it means "not
taken". None does; the file of each says which page of its documentation was read.
"""

_WORDS_ABOUT_US = (
    "domain is not verified",
    "not verified",
    "sender you used",
    "from address",
    "from parameter",
    "'from' address",
)
"""Words of refusals that name the sender, where a provider has no code for it."""

LONGEST_WAIT = 24 * 3600.0
"""Seconds that we let a provider's Retry-After cost us."""


def status_outcome(status: int) -> Outcome:
    """Return what an HTTP status says for sure; UNKNOWN where it says nothing for sure."""
    return _BY_STATUS.get(status, Outcome.UNKNOWN)


def anymail_result(error: anymail.AnymailError, provider: ResponseFormat) -> Result:
    """Sort one of anymail's exceptions, by what it wraps and by the provider's own words."""
    if isinstance(error, anymail.AnymailRecipientsRefused):
        return refused_result(answer_of(error.response), provider)
    if not isinstance(error, anymail.AnymailAPIError):
        # Unsupported feature, bad address, data that can't be serialised, a path in the sender
        # domain: raised before any request.
        return Result(Outcome.REFUSED, reason=_arguments(error))
    if error.status_code is not None:
        return _answered(error, provider)
    if isinstance(error.__cause__, requests.RequestException):
        return requests_result(error.__cause__)
    return Result(Outcome.UNKNOWN, reason=_arguments(error))


def _answered(error: anymail.AnymailAPIError, provider: ResponseFormat) -> Result:
    status, response = error.status_code, error.response
    answer = answer_of(response)
    reason = f"HTTP {status}: {_provider_words(answer, provider) or _arguments(error)}"
    for text, meaning in provider.texts_about_us.items():
        if text in getattr(response, "text", ""):
            return Result(Outcome.MISCONFIGURED, reason=meaning)
    if 300 <= status < 400:
        return Result(Outcome.MISCONFIGURED, reason=reason)
    outcome, code = status_outcome(status), provider.code_of(answer)
    if outcome is Outcome.REFUSED and code in provider.key_is_known | provider.key_is_busy:
        return Result(Outcome.UNKNOWN, reason=reason, key_is_known=code in provider.key_is_known)
    if outcome is Outcome.REFUSED and _is_about_us(answer, provider):
        outcome = Outcome.MISCONFIGURED
    asked = response.headers.get("Retry-After") or (
        response.headers.get(provider.wait) if provider.wait and outcome is Outcome.LATER else None
    )
    return Result(outcome, reason=reason, retry_after=retry_after(asked or ""))


def refused_result(answer: Answer, provider: ResponseFormat) -> Result:
    """Sort an answer that was good on the whole, with a refusal of the recipient in it."""
    reason = _provider_words(answer, provider) or "The provider refuses this recipient."
    if _is_about_us(answer, provider):
        return Result(Outcome.MISCONFIGURED, reason=reason)
    for error in provider.errors(answer):
        status = error.get("StatusCode")
        if isinstance(status, int) and status >= 400:
            return Result(status_outcome(status), reason=reason)
    return Result(Outcome.REFUSED, reason=reason)


def answer_of(response: Any) -> dict[str, Any]:
    """Return the object in the body of a provider's answer; an empty one where there is none."""
    try:
        answer = response.json()
    except (AttributeError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _is_about_us(answer: Answer, provider: ResponseFormat) -> bool:
    if provider.code_of(answer) in provider.about_us:
        return True
    words = _provider_words(answer, provider).lower()
    return any(phrase in words for phrase in _WORDS_ABOUT_US)


def requests_result(error: requests.RequestException) -> Result:
    """Sort an exception of requests by whether it came before the request left."""
    causes = list(causes_of(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Result(Outcome.MISCONFIGURED, reason="The provider’s certificate can’t be verified.")
    if any(
        isinstance(cause, ConnectTimeoutError | NewConnectionError | UnreachableProxy)
        for cause in causes
    ):
        return Result(Outcome.LATER, reason="The provider could not be reached.")
    if isinstance(
        error,
        requests.exceptions.InvalidURL
        | requests.exceptions.InvalidSchema
        | requests.exceptions.MissingSchema,
    ):
        return Result(Outcome.MISCONFIGURED, reason="The provider’s address is not a URL.")
    if isinstance(error, requests.exceptions.InvalidHeader):
        return Result(
            Outcome.MISCONFIGURED, reason="The API key contains characters that are not allowed."
        )
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return Result(Outcome.MISCONFIGURED, reason="The provider’s address redirects in a loop.")
    if isinstance(error, requests.Timeout):
        return Result(Outcome.UNKNOWN, reason="The provider did not answer in time.")
    return Result(
        Outcome.UNKNOWN, reason="The connection to the provider broke before it answered."
    )


def retry_after(value: str) -> float | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3): a number of seconds, or a date.

    Returns:
        Seconds to wait; None where it says neither.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):  # the latter from an offset of astronomical size
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and the errors that it wraps.

    urllib3 keeps them in `reason`, requests among the arguments, Python in the cause.
    """
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        present = waiting.pop()
        if not isinstance(present, BaseException) or id(present) in seen:
            continue
        seen.add(id(present))
        yield present
        waiting += [*present.args, present.__cause__, present.__context__]
        if isinstance(present, MaxRetryError):
            waiting.append(present.reason)


def _provider_words(answer: Answer, provider: ResponseFormat) -> str:
    """Return the sentence in a provider's answer that a person can use."""
    for name in ("Message", "message", "ErrorMessage", "error"):
        if isinstance(answer.get(name), str):
            return str(answer[name])
    for error in provider.errors(answer):
        if isinstance(error.get("ErrorMessage"), str):
            return str(error["ErrorMessage"])
    return ""


def _arguments(error: BaseException) -> str:
    return " ".join(str(argument) for argument in error.args)
