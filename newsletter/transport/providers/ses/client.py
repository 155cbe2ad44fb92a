"""boto3's client for Amazon SES, with one time limit for an answer as a whole.

Imported only where mail leaves by Amazon SES: botocore takes half a second and 120 MB.
"""

from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

from newsletter.core.outbound.timed_response import TimedResponse


class _Plain(AWSHTTPConnection):  # type: ignore[misc] # botocore has no types
    response_class = TimedResponse


class _Secure(AWSHTTPSConnection):  # type: ignore[misc] # the same
    response_class = TimedResponse


class _PlainPool(AWSHTTPConnectionPool):  # type: ignore[misc] # the same
    ConnectionCls = _Plain


class _SecurePool(AWSHTTPSConnectionPool):  # type: ignore[misc] # the same
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


def limit_answers(backend: Any) -> None:
    """Make the answers to an open backend of anymail keep to their time limit as a whole.

    botocore offers nothing for that: these are the attributes in which it keeps its pools
    (docs/decisions.md says what else was considered).
    """
    backend.client._endpoint.http_session._manager.pool_classes_by_scheme = _POOLS
