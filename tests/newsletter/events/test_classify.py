"""What a bounce means (RFC 3463)."""

import pytest

from newsletter.events.classify import bounce_class
from newsletter.states import BounceClass


@pytest.mark.parametrize(
    ("answers", "hint", "expected"),
    [
        (["5.1.1"], None, "hard"),
        (["550 5.1.1 <ada@example.nz>: Recipient address rejected"], None, "hard"),
        (["smtp; 550 #5.1.10 RESOLVER.ADR.RecipientNotFound"], None, "hard"),
        (["Sorry, no mailbox here by that name. (#5.1.1)"], None, "hard"),
        (["5.2.1"], None, "hard"),
        (["5.2.2"], "hard", "soft"),
        (["4.1.1"], "hard", "soft"),
        (["4.7.0 try again"], None, "block"),
        (["5.4.4"], None, "soft"),
        (["5.7.26 unauthenticated mail"], "hard", "block"),
        (["550 5.1.8 sender domain"], "hard", "block"),
        (["5.3.4"], None, "block"),
        (["5.6.0"], None, "block"),
        (["5.0.0"], None, "soft"),
        (["5.0.0"], "hard", "hard"),
        (["5.0.0", "550 5.1.1 unknown"], None, "hard"),
        (["5.2.0", "x"], "block", "block"),
        ([], None, "soft"),
        (["blocked, see 10.5.1.1 and 5.1.1.4 or version 15.1.1"], None, "soft"),
        (["2.0.0 OK then 5.1.1"], None, "hard"),
        (["5.1.1" + "0" * 5_000], None, "soft"),
    ],
)
def test_the_code_counts_first_then_the_provider_then_soft(answers: list[str], hint: str | None, expected: str) -> None:
    assert bounce_class(*answers, hint=BounceClass(hint) if hint else None) == expected
