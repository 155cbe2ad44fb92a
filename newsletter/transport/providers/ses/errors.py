"""The meaning of botocore's exceptions for a message given to Amazon SES.

botocore takes half a second to import, so only an error at Amazon SES does it.
"""

import ssl
from collections.abc import Mapping
from typing import Any

from newsletter.transport.results.result import Outcome, Result

_CODES: Mapping[str, Outcome] = {
    **dict.fromkeys(
        ("MessageRejected", "BadRequestException", "ValidationException"), Outcome.REFUSED
    ),
    **dict.fromkeys(
        (
            # Of the account or the sender's domain.
            "MailFromDomainNotVerifiedException",
            "AccountSuspendedException",
            "SendingPausedException",
            "NotFoundException",
            # Of the credentials.
            "AccessDeniedException",
            "AccessDenied",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "ExpiredTokenException",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
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


def read_error(error: BaseException) -> Result | None:
    """Sort an exception of botocore, or one that anymail made of it; None where it is neither."""
    import botocore.exceptions as aws

    for present in (error, error.__cause__):
        if isinstance(present, aws.ClientError):
            return _answered(present.response)
        if isinstance(present, aws.BotoCoreError):
            return _unanswered(present)
    return None


def _unanswered(error: BaseException) -> Result:
    import botocore.exceptions as aws

    from newsletter.transport.results.http_responses import causes_of

    if isinstance(
        error, aws.EndpointConnectionError | aws.ConnectTimeoutError | aws.ProxyConnectionError
    ):
        return Result(Outcome.LATER, reason="Amazon SES could not be reached.")
    if isinstance(
        error,
        aws.NoCredentialsError
        | aws.PartialCredentialsError
        | aws.CredentialRetrievalError
        | aws.NoRegionError
        | aws.InvalidRegionError
        | aws.ProfileNotFound
        | aws.UnknownEndpointError
        | aws.EndpointProviderError
        | aws.TokenRetrievalError,
    ):
        return Result(Outcome.MISCONFIGURED, reason=str(error))
    if isinstance(error, aws.ParamValidationError):
        return Result(Outcome.REFUSED, reason="Amazon SES can’t send this message.")
    if isinstance(error, aws.SSLError) and any(
        isinstance(cause, ssl.SSLCertVerificationError) for cause in causes_of(error)
    ):
        return Result(
            Outcome.MISCONFIGURED, reason="The certificate of Amazon SES can’t be verified."
        )
    return Result(Outcome.UNKNOWN, reason="Amazon SES did not answer.")


def _answered(response: Mapping[str, Any]) -> Result:
    from newsletter.transport.results.http_responses import retry_after, status_outcome

    code = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    metadata: Any = response.get("ResponseMetadata", {})
    outcome = _CODES.get(code) or status_outcome(int(metadata.get("HTTPStatusCode", 0)))
    if code == "MessageRejected" and "not verified" in message:
        outcome = Outcome.MISCONFIGURED
    wait = retry_after(metadata.get("HTTPHeaders", {}).get("retry-after", ""))
    return Result(outcome, reason=f"{code}: {message}", retry_after=wait)
