"""The end of sessions, after which nothing of them is kept."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from staff.models import StaffSession


def expire_sessions() -> int:
    """Delete the sessions in which no page was opened for KEEP_SESSIONS."""
    now = timezone.now()
    gone, _ = StaffSession.objects.filter(seen_at__lte=now - settings.KEEP_SESSIONS).delete()
    Session.objects.filter(expire_date__lte=now).delete()
    return gone
