"""Results as they are kept: the mailer's name, and nobody's address."""

import pytest

from newsletter.transport.results.result import LONGEST_REASON, Outcome, Result


def told(reason: str) -> str:
    return Result(Outcome.REFUSED, reason=reason).told_by("m", without="ada@example.nz").reason


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("550 ADA@example.nz is unknown", "550 <recipient> is unknown"),
        # One of the others in the same call, and somebody to whom mail is forwarded.
        ("Invalid: ben@example.nz, ada@example.nz", "Invalid: <address>, <recipient>"),
        ("bounce+ada=example.nz refused", "<address> refused"),
        ("550 Mailbox\r\nfull", "550 Mailbox full"),
    ],
)
def test_a_reason_that_is_kept_names_nobody(reason: str, kept: str) -> None:
    assert told(reason) == kept


def test_a_long_reason_is_cut_where_it_leaves_no_half_of_an_address() -> None:
    words = "x" * (LONGEST_REASON - 5) + " ben.lovelace@example.nz"
    assert told(words) == "x" * (LONGEST_REASON - 5) + " <add"
