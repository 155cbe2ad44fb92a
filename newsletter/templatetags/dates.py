"""Filters that write a date in the language of the page: `{{ event.day|long_date }}`."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from newsletter.core import dates
from newsletter.core.catalogues import SOURCE_LANGUAGE

register = template.Library()


@register.filter
def long_date(day: date | datetime) -> str:
    """Write a date, such as “12 March 2027”."""
    return dates.long_date(_here(day), _language())


@register.filter
def date_and_time(moment: datetime) -> str:
    """Write a moment, such as “12 March 2027, 20:00”."""
    return dates.date_and_time(timezone.localtime(moment), _language())


@register.filter
def clock(moment: datetime) -> str:
    """Write the time of a day at a place, such as “20:00”. It is wall-clock time already."""
    return dates.clock(moment, _language())


@register.filter
def month_and_year(day: date | datetime) -> str:
    """Write the month of a date, such as “Mar 2027”."""
    return dates.month_and_year(_here(day), _language())


def _here(day: date | datetime) -> date | datetime:
    """Return a moment in the time zone that pages are in, as Django's own filters do."""
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day


def _language() -> str:
    return get_language() or SOURCE_LANGUAGE
