"""Metrics: `/metrics`, for a Prometheus that knows METRICS_TOKEN."""

import hmac
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scrape. Without METRICS_TOKEN there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    return _scrape(request)


@require_safe
def _scrape(request: HttpRequest) -> HttpResponse:
    if not _knows_token(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    from prometheus_client.exposition import choose_encoder

    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(_registry()), content_type=content_type)


def _knows_token(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    # As bytes: compare_digest takes no other text than ASCII.
    is_token = hmac.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    return scheme.lower() == "bearer" and is_token


@cache
def _registry() -> "CollectorRegistry":
    """Return what is told. Its parts are imported where the page is asked for alone."""
    from prometheus_client import CollectorRegistry

    from campaigns.reports.metrics.collect import Figures
    from newsletter.metrics.counts import Counts

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    registry.register(Counts(settings.METRICS_FOLDER))
    return registry
