"""Failed attempts to sign in, as the audit log has them; `password_limits.py` counts them."""

from django.contrib.auth.models import User

from newsletter.audit.record import record
from staff.audit_actions import AccountAction


def record_failure(action: AccountAction, username: str) -> None:
    """Record an attempt that failed.

    What was typed is kept only where it names an account: people type their password into the wrong
    field. There is an entry either way, so that the time of an answer doesn't tell.
    """
    account = User.objects.filter(username=username).first()
    record(action, account, label=account.get_username() if account else "")
