"""Limits: per network, per recipient domain, overall; with Redis gone, in the process."""

import contextlib
import socket

import pytest
from pytest_django.fixtures import Settings

from subscribers.consent.form_limits import (
    OVERALL,
    PER_DOMAIN,
    PER_MAILBOX,
    PER_NETWORK,
    PER_NETWORK_IN_DOUBT,
    within_limits,
)


def passed(number: int, **changes: object) -> int:
    given = [
        {"network": "192.0.2.0/24", "address": f"ada@d{turn}.example", **changes}
        for turn in range(number)
    ]
    return sum(within_limits(**values) for values in given)  # type: ignore[arg-type]  # a test's shorthand


def test_one_network_is_held_back() -> None:
    assert passed(200) == PER_NETWORK[0].amount
    assert within_limits(network="198.51.100.0/24", address="ada@example.org")


def test_forms_that_look_like_a_machines_are_held_back_sooner() -> None:
    assert passed(60, in_doubt=True) == PER_NETWORK_IN_DOUBT[0].amount
    assert within_limits(network="192.0.2.0/24", address="ada@example.org"), (
        "people of the same network are not"
    )


def test_one_recipient_domain_is_held_back_wherever_it_comes_from() -> None:
    limit = PER_DOMAIN[0].amount
    assert (
        sum(
            within_limits(network=f"net {turn}", address=f"a{turn}@example.org")
            for turn in range(limit + 20)
        )
        == limit
    )
    assert within_limits(network="192.0.2.0/24", address="ada@example.com")


@pytest.mark.parametrize(
    "spelling", ["ada+{0}@example.org", "a.da+{0}@gmail.com", "ada@example.org"]
)
def test_one_mailbox_is_held_back_however_its_address_is_spelt(spelling: str) -> None:
    asked = [
        within_limits(network=f"net {turn}", address=spelling.format(turn)) for turn in range(20)
    ]
    assert sum(asked) == PER_MAILBOX[0].amount
    assert within_limits(network="192.0.2.0/24", address="bob@gmail.com")


def test_all_together_are_held_back() -> None:
    limit = OVERALL[0].amount
    assert (
        sum(
            within_limits(network=f"net {turn}", address=f"ada@d{turn}.example")
            for turn in range(limit + 20)
        )
        == limit
    )


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis://nowhere.invalid:6379/0"])
def test_without_redis_counting_goes_on_in_the_process(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    assert passed(40, in_doubt=True) == PER_NETWORK_IN_DOUBT[0].amount


def test_a_redis_that_hangs_is_waited_for_once(settings: Settings) -> None:
    """It takes connections and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as hung:
        settings.REDIS_URL = f"redis://127.0.0.1:{hung.getsockname()[1]}/0"
        assert passed(40, in_doubt=True) == PER_NETWORK_IN_DOUBT[0].amount
        hung.setblocking(False)
        connections = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                hung.accept()
                connections += 1
    assert connections == 1
