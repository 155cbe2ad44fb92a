"""The entry point for providers: `/webhooks/<provider>/`.

It stores the reports that they bring and answers; reading them comes later.
"""

import logging
from functools import cache

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import HttpHeaders
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsletter.metrics.measure import count_webhook
from newsletter.transport.providers.registry import PROVIDERS, webhook_of
from newsletter.webhooks.intake import note_refusal
from newsletter.webhooks.secret import is_the_secret, offered_secret
from newsletter.webhooks.store import kept_headers, store

logger = logging.getLogger(__name__)

LARGEST_BODY = 10_000_000
"""Bytes of one request. Providers group a thousand events at most, of a kilobyte or two each."""


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Store one report.

    2xx means that it is in the database. Its content is never a reason for another answer.
    """
    answer = _answer(request, provider)
    # A name that is none of a provider is what somebody wrote.
    known = provider if webhook_of(provider) else "unknown"
    count_webhook(known, answer.status_code)
    return answer


def _answer(request: HttpRequest, provider: str) -> HttpResponse:
    known = webhook_of(provider)
    if known is None:
        return _refuse(request, provider, 404, "there is no such provider")
    if not settings.WEBHOOK_SECRET:
        return _refuse(request, provider, 403, "WEBHOOK_SECRET is not set")
    offered = offered_secret(
        request.META.get("QUERY_STRING", ""), request.META.get("HTTP_AUTHORIZATION", "")
    )
    if known.asks_first and not offered:
        response = HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhooks"'})
        _log_that_it_is_asked(provider)
        log_response(
            "%s is asked for the secret",
            PROVIDERS[provider].capabilities.name,
            response=response,
            request=request,
            logger=logger,
            level="debug",
        )
        return response
    if not is_the_secret(offered):
        note_refusal(provider, "The secret is wrong or missing.")
        return _refuse(request, provider, 403, "the secret is wrong or missing")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or "HTTP_TRANSFER_ENCODING" in request.META:
        return _refuse(request, provider, 411, "its length is not told")
    if int(length) > LARGEST_BODY:
        return _refuse(request, provider, 413, f"it has {length} bytes")
    try:
        # Not request.body, which has the lower limit of forms.
        body = request.read(int(length))
    except UnreadablePostError:
        return HttpResponse(status=400)
    if len(body) < int(length):
        return _refuse(request, provider, 400, "it was cut off")
    try:
        store(
            provider,
            body,
            headers={
                # Not request.headers, which would read all of them.
                name: request.META.get(HttpHeaders.to_wsgi_name(name), "")
                for name in kept_headers(provider)
            },
        )
    except DatabaseError as error:
        logger.error(
            "A webhook of %s could not be stored (%s); it will be sent again",
            provider,
            type(error).__name__,
        )
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    return HttpResponse(status=204)


def _refuse(request: HttpRequest, provider: str, status: int, why: str) -> HttpResponse:
    """Answer with `status`, and log why. The body isn't read, and nothing is stored."""
    response = HttpResponse(status=status)
    # Said by its function, Django adds no line of its own.
    log_response(
        "A webhook for %.20r was refused: %s",
        provider,
        why,
        response=response,
        request=request,
        logger=logger,
    )
    return response


@cache
def _log_that_it_is_asked(provider: str) -> None:
    """Log once a process that a provider was asked for the secret.

    It happens before each of its reports; or it is all that ever happens, where it has none.
    """
    logger.warning(
        "%s is asked for WEBHOOK_SECRET. If it has none, no report comes: give it by ?secret= in "
        "its address",
        PROVIDERS[provider].capabilities.name,
    )
