"""A copy of the database gives no second factor away."""

import json
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.test import Client
from pytest_django.fixtures import Settings

from staff.second_factor.codes import use_code
from staff.second_factor.encryption import decrypt, encrypt
from tests.staff.conftest import Person, code_of

SECRETS = {"totp": "secret", "recovery_codes": "seed"}


def stored() -> dict[str, str]:
    """Return the secret of each row, as it is stored."""
    return {row.type: row.data[SECRETS[row.type]] for row in Authenticator.objects.all()}


def test_neither_the_secret_of_an_app_nor_recovery_codes_are_stored_in_the_clear(
    samira: Person,
) -> None:
    codes = samira.add_app()
    text = json.dumps(list(Authenticator.objects.values("data")))
    assert samira.secret not in text
    assert decrypt(stored()["totp"]) == samira.secret
    assert decrypt(stored()["recovery_codes"]) not in text
    assert not any(code.replace(" ", "") in text for code in codes)


def test_a_new_key_in_front_leaves_all_codes_good(samira: Person, settings: Settings) -> None:
    [first, *_] = samira.add_app()
    settings.LINK_KEYS = ["another key of at least 32 characters", *settings.LINK_KEYS]
    settings.SECRET_KEY = "quite another secret key, too"
    assert use_code(samira.account, code_of(samira.secret))
    assert use_code(samira.account, first)


def test_what_was_encrypted_with_a_lost_key_opens_nothing_and_breaks_no_page(
    samira: Person, settings: Settings
) -> None:
    [first, *_] = samira.add_app()
    settings.LINK_KEYS = ["another key of at least 32 characters"]
    assert "0 codes are left" in samira.browser.get("/staff/account/").content.decode()
    assert samira.recovery_codes() == []
    taken = Client()
    samira.sign_in(browser=taken)
    for code in (code_of(samira.secret), code_of(""), first):
        assert "This code is wrong" in samira.enter(code, taken).content.decode()
    with pytest.raises(InvalidToken):
        decrypt(stored()["totp"])


def test_what_was_stored_before_is_encrypted_by_the_update_and_back(samira: Person) -> None:
    samira.add_app()
    migration = import_module("staff.migrations.0004_encrypt_second_factors")
    migration.decrypt_secrets(apps, None)
    assert stored()["totp"] == samira.secret
    migration.encrypt_secrets(apps, None)
    assert decrypt(stored()["totp"]) == samira.secret
    assert use_code(samira.account, code_of(samira.secret))


def test_the_same_text_is_never_stored_twice_alike() -> None:
    assert encrypt("x") != encrypt("x")
