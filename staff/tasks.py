"""The tasks of the staff app."""

from celery import shared_task

from newsletter.epoch.hold import held
from staff.accounts import password_requests
from staff.sessions.expire import expire_sessions


@shared_task(name="staff.handle_password_request")
def handle_password_request(request_id: int) -> None:
    """Mail the links to a new password that one form asks for."""
    # For its effect: after a restore it moves the ids on, so that no new row gets a lost one's.
    held()
    password_requests.handle_request(request_id)


@shared_task(name="staff.sweep_password_requests")
def sweep_password_requests() -> None:
    """Handle the requests for which no worker was woken."""
    # For its effect, as above.
    held()
    password_requests.sweep_requests()


@shared_task(name="staff.forget_expired")
def forget_expired() -> None:
    """Delete the sessions that have ended, and requests that could not be handled."""
    expire_sessions()
    password_requests.forget_stale()
