"""The privacy page, with the periods that the clock goes by."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from newsletter.public_pages.page_cache import cached_page
from subscribers.views.what_we_keep import KEPT, Kept, delivered_by


@require_safe
@cached_page()
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy page."""
    rows = [
        {"what": kept.what, "why": kept.why, "how_long": _how_long(kept)}
        for kept in KEPT
        if kept.is_collected
    ]
    context = {"rows": rows, "delivered_by": ", ".join(delivered_by())}
    return render(request, "subscribers/privacy.html", context)


def _how_long(kept: Kept) -> str:
    if not kept.period:
        return str(kept.until)
    period = period_in_words(getattr(settings, kept.period))
    return str(kept.until) % {"period": period} if kept.until else period


def period_in_words(period: timedelta) -> str:
    """Return a period as people say it: "30 days", "24 months", "6 hours"."""
    if period < timedelta(days=1):
        hours = round(period.total_seconds() / 3600)
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    if period >= timedelta(days=365) and period.days % 365 in (0, 1):
        months = period.days // 365 * 12
        return ngettext("%(number)d month", "%(number)d months", months) % {"number": months}
    return ngettext("%(number)d day", "%(number)d days", period.days) % {"number": period.days}
