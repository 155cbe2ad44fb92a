"""Entries of the audit log for django-allauth's news of second factors."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import User

from newsletter.audit.record import record
from staff.audit_actions import AccountAction

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


def _record_added(user: User, authenticator: Authenticator, **given: Any) -> None:
    record(ADDED[authenticator.type], user, label=user.get_username())


def _record_removed(user: User, authenticator: Authenticator, **given: Any) -> None:
    record(REMOVED[authenticator.type], user, label=user.get_username())


authenticator_added.connect(_record_added)
authenticator_reset.connect(_record_added)
authenticator_removed.connect(_record_removed)
