"""A machine that has no more of the loopback than 127.0.0.1 serves pages all the same."""

from config.entrances import is_here, without_missing_entrance
from subscribers.consent.network import PROXY_ENTRANCE

ELSEWHERE = "192.0.2.80"
"""Of a network for documentation (RFC 5737), which no machine has; 127.0.0.80 is such an address on a Mac."""


def test_the_proxys_entrance_is_left_out_where_the_machine_does_not_have_it() -> None:
    assert not is_here(ELSEWHERE)
    assert without_missing_entrance(["127.0.0.1:8000", f"{ELSEWHERE}:8000"], entrance=ELSEWHERE) == ["127.0.0.1:8000"]


def test_it_is_kept_where_the_machine_has_it_and_any_other_address_stays_an_error() -> None:
    binds = ["127.0.0.1:8000", f"{PROXY_ENTRANCE}:8000", f"{ELSEWHERE}:8000"]
    assert without_missing_entrance(binds) == binds
