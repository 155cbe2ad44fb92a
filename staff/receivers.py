"""Receivers of django-allauth's news of second factors: entries in the audit log, ends of sessions.

A second factor that is new or gone ends the account's other sessions, as a new password does.
Whoever has got in by the password alone is out then, and so is a device that was lost.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import User
from django.http import HttpRequest

from newsletter.admin.sign_in_again_hook import tell_how_to_ask
from newsletter.audit.record import record
from staff.audit_actions import AccountAction
from staff.second_factor.factors import REAL
from staff.sessions.sessions import end_sessions, session_id
from staff.sign_in.recent_sign_in import sign_in_again_unless_recent

ADDED = {
    Authenticator.Type.TOTP: AccountAction.APP_ADDED,
    Authenticator.Type.WEBAUTHN: AccountAction.PASSKEY_ADDED,
    Authenticator.Type.RECOVERY_CODES: AccountAction.CODES_MADE,
}
REMOVED = {
    Authenticator.Type.TOTP: AccountAction.APP_REMOVED,
    Authenticator.Type.WEBAUTHN: AccountAction.PASSKEY_REMOVED,
    Authenticator.Type.RECOVERY_CODES: AccountAction.CODES_REMOVED,
}


def _added(user: User, authenticator: Authenticator, **given: Any) -> None:
    record(ADDED[authenticator.type], user, label=user.get_username())


def _removed(user: User, authenticator: Authenticator, **given: Any) -> None:
    record(REMOVED[authenticator.type], user, label=user.get_username())


def _end_others(
    user: User, authenticator: Authenticator, request: HttpRequest, **given: Any
) -> None:
    if authenticator.type in REAL:
        end_sessions(user, but=[session_id(request)])


authenticator_added.connect(_added)
authenticator_reset.connect(_added)
authenticator_removed.connect(_removed)
authenticator_added.connect(_end_others)
authenticator_removed.connect(_end_others)

tell_how_to_ask(sign_in_again_unless_recent)
