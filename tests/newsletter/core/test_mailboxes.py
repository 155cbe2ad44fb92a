"""Mailboxes: spellings that lead into one are counted as one, and those that don't are not."""

import pytest

from newsletter.core.addresses import address_digest, parse_address
from newsletter.core.mailboxes import LARGE_PROVIDERS, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ada@example.org", "ada@example.org"),
        ("ada+news@example.org", "ada@example.org"),
        ("a.d.a+x+y@googlemail.com", "ada@gmail.com"),
        ("a.da@example.org", "a.da@example.org"),
        ("+news@example.org", "+news@example.org"),
        ("ada+x@outlook.com", "ada@outlook.com"),
        ("a.da@outlook.com", "a.da@outlook.com"),
        ("ada@me.com", "ada@icloud.com"),
        ("a.d-a_+x@pm.me", "ada@proton.me"),
        ("ada-shop@yahoo.fr", "ada@yahoo.fr"),
        ("ada-shop@example.org", "ada-shop@example.org"),
        ("a-da@ya.ru", "ada@yandex.ru"),
        ("...@gmail.com", "...@gmail.com"),
        ("-x@yahoo.com", "-x@yahoo.com"),
    ],
)
def test_spellings_that_lead_into_one_mailbox_are_counted_as_one(
    address: str, mailbox: str
) -> None:
    assert mailbox_of(address) == mailbox


@pytest.mark.parametrize(("look_alike", "real"), [("ſam", "sam"), ("straße", "strasse")])
def test_a_look_alike_is_another_mailbox(look_alike: str, real: str) -> None:
    assert mailbox_of(f"{look_alike}@example.org") != mailbox_of(f"{real}@example.org")


def test_nobody_is_known_by_their_mailbox() -> None:
    assert address_digest("ada+news@gmail.com") != address_digest("ada@gmail.com")


@pytest.mark.parametrize("domain", sorted(LARGE_PROVIDERS))
def test_a_large_provider_is_written_as_addresses_are_kept(domain: str) -> None:
    assert parse_address(f"someone@{domain}") == f"someone@{domain}"
