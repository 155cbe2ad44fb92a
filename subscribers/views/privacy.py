"""The privacy page, with the periods that the clock goes by."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsletter.core.plural import number_of
from newsletter.public_pages.page_cache import cached_page
from subscribers.views.what_we_keep import KEPT, Kept


@require_safe
@cached_page()
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy page."""
    rows = [
        {"what": kept.what, "why": kept.why, "how_long": _how_long(kept)}
        for kept in KEPT
        if kept.is_collected
    ]
    return render(request, "subscribers/privacy.html", {"rows": rows})


def _how_long(kept: Kept) -> str:
    if not kept.period:
        return kept.until
    return " ".join([period_in_words(getattr(settings, kept.period)), kept.until]).strip()


def period_in_words(period: timedelta) -> str:
    """Return a period as people say it: "30 days", "24 months", "6 hours"."""
    if period < timedelta(days=1):
        return number_of(round(period.total_seconds() / 3600), "hour")
    if period >= timedelta(days=365) and period.days % 365 in (0, 1):
        return number_of(period.days // 365 * 12, "month")
    return number_of(period.days, "day")
