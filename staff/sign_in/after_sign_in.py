"""The end of a sign-in: its session, its entry in the audit log, and word of a new device."""

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.models import User
from django.http import HttpRequest

from newsletter.audit.record import record
from staff.accounts.mail import send_new_device
from staff.audit_actions import AccountAction
from staff.sessions.sessions import begin_session
from staff.sign_in.known_device import known_device

STEPS = {"totp": "code", "webauthn": "passkey", "recovery_codes": "recovery code"}
"""allauth's kinds of second factors → words of the audit log."""


def note_arrival(request: HttpRequest, account: User, *, is_first: bool) -> None:
    """Begin the session of an account, record it, and tell its owner where the device is new.

    Args:
        is_first: nobody has signed in to it before, so every device would be new.
    """
    username = account.get_username()
    is_known = bool(known_device(username, account.pk, request.COOKIES))
    row = begin_session(request, account)
    steps = [
        STEPS.get(str(each.get("type")), "")
        for each in get_authentication_records(request, account)
        if each["method"] == "mfa"
    ]
    record(
        AccountAction.SIGNED_IN,
        account,
        label=username,
        device=row.device,
        new_device=not is_known,
        second_step=steps[-1] if steps else None,
    )
    if not is_known and not is_first:
        send_new_device(account, device=row.device, network=row.network)
