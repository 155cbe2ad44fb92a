"""What a provider's answer over HTTP means, and what it means that there was none."""

import ssl
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import botocore.exceptions as aws
import requests
from anymail import exceptions as anymail
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.exceptions import ProxyError as UnreachableProxy

from newsletter.transport.results.result import Outcome, Result

_BY_STATUS = {
    **dict.fromkeys((400, 406, 409, 410, 411, 413, 414, 415, 417, 422, 431, 451), Outcome.REFUSED),
    # 402: not paid. 405 and 3xx: not the endpoint that we think it is.
    **dict.fromkeys((401, 402, 403, 404, 405, 407), Outcome.MISCONFIGURED),
    429: Outcome.LATER,
}
"""What a status says for sure (RFC 9110 section 15, RFC 6585). Any other may come from a gateway
after the provider took the message: 408, 425 and 503 too, and those that nobody has defined. Then
nobody knows.

A 503 with Retry-After would be as sure as a 429 where a provider documents that it means "not
taken". None does: Mailgun (documentation.mailgun.com, API Response Codes), Brevo
(developers.brevo.com, Rate limits), Mailjet (dev.mailjet.com, Status Codes) and Resend
(resend.com/docs/api-reference, Errors and Rate limit) name 429 alone for "too many", and for 5xx a
trouble of theirs; Postmark (postmarkapp.com/developer/api/overview) and Amazon (SES API v2, Common
Errors: ServiceUnavailable) name 503 without saying so.
"""

RATE_RESETS = "x-sib-ratelimit-reset"
"""Brevo's Retry-After: seconds until it takes more (developers.brevo.com, Rate limit headers)."""

# Refusals that name the sender or the account. One recipient after the other would be blamed for
# them.
_POSTMARK_ABOUT_US = frozenset({10, 400, 401, 405, 412, 413, 1221, 1226, 1235, 1302})
"""Postmark's ErrorCode: token, sender signature, credits, account approval, message stream
(postmarkapp.com/developer)."""
_CODES_ABOUT_US = frozenset(
    {
        *(
            "invalid_from_address",
            "missing_api_key",
            "invalid_api_key",
            "restricted_api_key",
        ),  # Resend
        *(
            "unauthorized",
            "not_enough_credits",
            "permission_denied",
            "account_under_validation",
        ),  # Brevo
    }
)
_KEY_IS_KNOWN = frozenset({"invalid_idempotent_request", "duplicate_parameter"})
_KEY_IS_BUSY = frozenset({"concurrent_idempotent_requests"})
"""Of a repetition. Resend: another request had the same key and other content; or is still being
worked on. The other code is Brevo's: it has seen the key. None says what became of the earlier
request, so the message stays in doubt."""
_WORDS_ABOUT_US = (
    "domain is not verified",
    "not verified",
    "sender you used",
    "from address",
    "from parameter",
    "'from' address",
)

_AWS = {
    **dict.fromkeys(
        ("MessageRejected", "BadRequestException", "ValidationException"), Outcome.REFUSED
    ),
    **dict.fromkeys(
        (
            *(
                "MailFromDomainNotVerifiedException",
                "AccountSuspendedException",
                "SendingPausedException",
                "NotFoundException",
            ),
            *(
                "AccessDeniedException",
                "AccessDenied",
                "UnrecognizedClientException",
                "InvalidClientTokenId",
                "ExpiredTokenException",
            ),
            *(
                "SignatureDoesNotMatch",
                "InvalidSignatureException",
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
            ),
        ),
        Outcome.MISCONFIGURED,
    ),
    **dict.fromkeys(
        ("TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException"),
        Outcome.LATER,
    ),
}
"""Error codes of the SES API v2 and of the signing in front of it. What is throttled is dropped, as
its developer guide says."""

_AWS_UNSENT_LATER = (aws.EndpointConnectionError, aws.ConnectTimeoutError, aws.ProxyConnectionError)
_AWS_UNSENT_CONFIGURATION = (
    *(
        aws.NoCredentialsError,
        aws.PartialCredentialsError,
        aws.CredentialRetrievalError,
        aws.NoRegionError,
        aws.InvalidRegionError,
    ),
    *(
        aws.ProfileNotFound,
        aws.UnknownEndpointError,
        aws.EndpointProviderError,
        aws.TokenRetrievalError,
    ),
)

LONGEST_WAIT = 24 * 3600.0
"""Seconds that we let a provider's Retry-After cost us."""


def anymail_result(error: anymail.AnymailError) -> Result:
    """Sort one of anymail's exceptions, by what it wraps and by the provider's own words."""
    if isinstance(error, anymail.AnymailRecipientsRefused):
        return refused_result(answer_of(error.response))
    if not isinstance(error, anymail.AnymailAPIError):
        # Unsupported feature, bad address, data that can't be serialised, a path in the sender
        # domain: raised before any request.
        return Result(Outcome.REFUSED, reason=" ".join(str(argument) for argument in error.args))
    if error.status_code is not None:
        return _answered(error)
    if isinstance(error.__cause__, aws.ClientError | aws.BotoCoreError):
        return aws_result(error.__cause__)
    if isinstance(error.__cause__, requests.RequestException):
        return requests_result(error.__cause__)
    return Result(Outcome.UNKNOWN, reason=" ".join(str(argument) for argument in error.args))


def _answered(error: anymail.AnymailAPIError) -> Result:
    status, response = error.status_code, error.response
    answer = answer_of(response)
    reason = (
        f"HTTP {status}: "
        f"{_provider_words(answer) or ' '.join(str(argument) for argument in error.args)}"
    )
    if "Mailgun Magnificent API" in getattr(response, "text", ""):
        return Result(
            Outcome.MISCONFIGURED,
            reason="Mailgun knows no such endpoint: check the domain in the mailer URL.",
        )
    if 300 <= status < 400:
        return Result(Outcome.MISCONFIGURED, reason=reason)
    outcome = _BY_STATUS.get(status, Outcome.UNKNOWN)
    if outcome is Outcome.REFUSED and _code(answer) in _KEY_IS_KNOWN | _KEY_IS_BUSY:
        return Result(Outcome.UNKNOWN, reason=reason, key_is_known=_code(answer) in _KEY_IS_KNOWN)
    if outcome is Outcome.REFUSED and _is_about_us(answer):
        outcome = Outcome.MISCONFIGURED
    asked = response.headers.get("Retry-After") or (
        response.headers.get(RATE_RESETS) if outcome is Outcome.LATER else None
    )
    return Result(outcome, reason=reason, retry_after=retry_after(asked or ""))


def refused_result(answer: Mapping[str, Any]) -> Result:
    """Sort an answer that was good on the whole, with a refusal of the recipient in it."""
    reason = _provider_words(answer) or "The provider refuses this recipient."
    if _is_about_us(answer):
        return Result(Outcome.MISCONFIGURED, reason=reason)
    for problem in _mailjet_errors(answer):
        status = problem.get("StatusCode")
        if isinstance(status, int) and status >= 400:
            return Result(_BY_STATUS.get(status, Outcome.UNKNOWN), reason=reason)
    return Result(Outcome.REFUSED, reason=reason)


def answer_of(response: Any) -> dict[str, Any]:
    """The object in the body of a provider's answer; an empty one where there is none."""
    try:
        answer = response.json()
    except (AttributeError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _is_about_us(answer: Mapping[str, Any]) -> bool:
    if answer.get("ErrorCode") in _POSTMARK_ABOUT_US:
        return True
    if _code(answer) in _CODES_ABOUT_US:
        return True
    words = _provider_words(answer).lower()
    return any(phrase in words for phrase in _WORDS_ABOUT_US)


def _code(answer: Mapping[str, Any]) -> str:
    return str(answer.get("code") or answer.get("name") or "").lower()


def requests_result(error: requests.RequestException) -> Result:
    """Sort an exception of requests: did it break before the request left?"""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Result(Outcome.MISCONFIGURED, reason="The provider's certificate can't be verified.")
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
        return Result(Outcome.MISCONFIGURED, reason="The provider's address is not a URL.")
    if isinstance(error, requests.exceptions.InvalidHeader):
        return Result(Outcome.MISCONFIGURED, reason="The provider's key can't stand in a header.")
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return Result(
            Outcome.MISCONFIGURED, reason="The provider's address redirects without an end."
        )
    if isinstance(error, requests.Timeout):
        return Result(Outcome.UNKNOWN, reason="The provider did not answer in time.")
    return Result(
        Outcome.UNKNOWN, reason="The connection to the provider broke before it answered."
    )


def aws_result(error: aws.ClientError | aws.BotoCoreError) -> Result:
    """Sort an exception of botocore (Amazon SES)."""
    if isinstance(error, aws.ClientError):
        return _aws_answered(error)
    if isinstance(error, _AWS_UNSENT_LATER):
        return Result(Outcome.LATER, reason="Amazon SES could not be reached.")
    if isinstance(error, _AWS_UNSENT_CONFIGURATION):
        return Result(Outcome.MISCONFIGURED, reason=str(error))
    if isinstance(error, aws.ParamValidationError):
        return Result(Outcome.REFUSED, reason="The message doesn't fit Amazon SES.")
    if isinstance(error, aws.SSLError) and any(
        isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)
    ):
        return Result(
            Outcome.MISCONFIGURED, reason="The certificate of Amazon SES can't be verified."
        )
    return Result(Outcome.UNKNOWN, reason="Amazon SES did not answer.")


def _aws_answered(error: aws.ClientError) -> Result:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    metadata: Any = error.response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    outcome = _AWS.get(code) or _BY_STATUS.get(status, Outcome.UNKNOWN)
    if code == "MessageRejected" and "not verified" in message:
        outcome = Outcome.MISCONFIGURED
    wait = retry_after(metadata.get("HTTPHeaders", {}).get("retry-after", ""))
    return Result(outcome, reason=f"{code}: {message}", retry_after=wait)


def retry_after(value: str) -> float | None:
    """Seconds to wait, from a Retry-After header (RFC 9110 section 10.2.3): a number of seconds, or a date."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):  # the latter from an offset of astronomical size
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it wraps. urllib3 keeps it in `reason`, requests among the arguments, Python in the cause."""
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


def _provider_words(answer: Mapping[str, Any]) -> str:
    """The sentence in a provider's answer that a person can use."""
    for name in ("Message", "message", "ErrorMessage", "error"):
        if isinstance(answer.get(name), str):
            return str(answer[name])
    for problem in _mailjet_errors(answer):
        if isinstance(problem.get("ErrorMessage"), str):
            return str(problem["ErrorMessage"])
    return ""


def _mailjet_errors(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Mailjet answers a message at a time, and puts the errors inside."""
    messages = answer.get("Messages")
    for message in messages if isinstance(messages, list) else ():
        problems = message.get("Errors") if isinstance(message, dict) else None
        yield from (
            problem
            for problem in (problems if isinstance(problems, list) else ())
            if isinstance(problem, dict)
        )
