"""Settings of staff accounts: sign-in, sessions, and what django-allauth is to do of it.

config.settings takes them all. allauth has the steps of a sign-in and the second factors; whoever
guesses is slowed down by staff.sign_in.password_limits and staff.second_factor.code_limits, because
a lock-out would shut out the owner.
"""

from typing import Any

from config.periods_and_limits import KEEP_SESSIONS

ACCOUNT_APPS = ["allauth", "allauth.account", "allauth.mfa"]

AUTHENTICATION_BACKENDS = ["staff.backend.RolesBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_LEAST_LENGTH = 12
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LEAST_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Counted from the last request that renewed it (staff.sessions.idle).
SESSION_COOKIE_AGE = int(KEEP_SESSIONS.total_seconds())

# --- django-allauth -----------------------------------------------------------

ACCOUNT_ADAPTER = "staff.sign_in.adapter.AccountAdapter"
ACCOUNT_SIGNUP_ENABLED = False
# Addresses belong to accounts, as Django keeps them: an invitation proves the first, and only an
# administrator changes one.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False

MFA_ADAPTER = "staff.second_factor.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 4
"""Steps of 30 seconds before and after the present one: clocks may differ by two minutes."""
MFA_FORMS = {
    "authenticate": "staff.second_factor.code_forms.CodeForm",
    "authenticate_webauthn": "staff.second_factor.passkey_forms.PasskeyForm",
    "activate_totp": "staff.second_factor.code_forms.AuthenticatorAppForm",
    "add_webauthn": "staff.second_factor.passkey_forms.NewPasskeyForm",
}
# staff.sign_in.recent_sign_in asks, for these pages as for all others.
MFA_REAUTHENTICATION_REQUIRED = False
