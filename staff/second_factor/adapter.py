"""Answers to django-allauth about second factors."""

from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from newsletter.brand.current import current_brand
from staff.second_factor.encryption import decrypt, encrypt
from staff.sessions.device_words import device_words

_WRONG = "That didn’t work. Try again, or use another way."


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Passkeys belong to the host of SITE_URL, whatever host a request names.

    Secrets are encrypted where they are stored.
    """

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _WRONG}

    def get_totp_issuer(self) -> str:
        return _brand_name()

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": _brand_name()}

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Name a passkey after the device that makes it, until its owner says otherwise."""
        return device_words(context.request.META.get("HTTP_USER_AGENT", ""))


def _brand_name() -> str:
    brand = current_brand()
    return brand.short_name or brand.name or "Convene"
