"""The tasks of the staff app."""

from celery import shared_task

from staff.sessions.expire import expire_sessions


@shared_task(name="staff.forget_expired")
def forget_expired() -> None:
    """Delete the sessions that have ended."""
    expire_sessions()
