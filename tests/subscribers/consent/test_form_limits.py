"""The limits of the forms: who is counted with whom, and who is counted apart."""

import pytest

from newsletter.core.requests.window_counts import OwnWindows, Window, count_windows
from subscribers.consent.form_limits import (
    DAY,
    OVERALL,
    PER_DOMAIN,
    PER_LARGE_PROVIDER,
    PER_MAILBOX,
    PER_NETWORK,
    PER_NETWORK_IN_DOUBT,
    TOTAL_OVERALL,
    TOTAL_PER_DOMAIN,
    TOTAL_PER_LARGE_PROVIDER,
    WAITING_OVERALL,
    Asked,
    used_up,
)


def asked(**changes: object) -> Asked:
    given: dict[str, object] = {
        "form": "sign-up",
        "network": "192.0.2.0/24",
        "address": "ada@example.org",
        **changes,
    }
    return Asked(**given)  # type: ignore[arg-type]  # a test's shorthand


def counted(windows: list[Window]) -> bool:
    return not used_up(windows, count_windows(windows))


def test_one_network_has_a_limit_and_leaves_others_theirs() -> None:
    tries = [counted(asked(address=f"a@d{turn}.example").free()) for turn in range(200)]
    assert tries.count(True) == PER_NETWORK[0][0]
    assert counted(asked(network="198.51.100.0/24").free())


def test_forms_that_look_like_a_machines_have_a_lower_one() -> None:
    tries = [
        counted(asked(address=f"a@d{turn}.example", in_doubt=True).free()) for turn in range(60)
    ]
    assert tries.count(True) == PER_NETWORK_IN_DOUBT[0][0]
    assert counted(asked().free()), "people of the same network don't"


@pytest.mark.parametrize(
    ("domain", "limit"),
    [("example.org", PER_DOMAIN[0][0]), ("gmail.com", PER_LARGE_PROVIDER[0][0])],
)
def test_one_recipient_domain_has_a_limit_wherever_forms_come_from(domain: str, limit: int) -> None:
    tries = [
        counted(asked(network=f"net {turn}", address=f"a{turn}@{domain}").free())
        for turn in range(limit + 20)
    ]
    assert tries.count(True) == limit
    assert counted(asked(address="ada@example.com").free())


@pytest.mark.parametrize(
    ("domain", "limit"),
    [("example.org", TOTAL_PER_DOMAIN[0][0]), ("gmail.com", TOTAL_PER_LARGE_PROVIDER[0][0])],
)
def test_one_organisation_s_mail_server_has_a_total_far_below_a_large_provider_s(
    domain: str, limit: int
) -> None:
    [per_domain, *_] = asked(address=f"ada@{domain}").totals()
    assert (per_domain.amount, per_domain.seconds) == (limit, 24 * 3600)
    assert TOTAL_PER_DOMAIN[0][0] * 10 < TOTAL_PER_LARGE_PROVIDER[0][0]


def test_all_together_have_a_limit() -> None:
    limit = OVERALL[0][0]
    tries = [
        counted(asked(network=f"net {turn}", address=f"a@d{turn}.example").free())
        for turn in range(limit + 20)
    ]
    assert tries.count(True) == limit


def test_names_below_one_domain_are_one_domain() -> None:
    tries = [
        counted(asked(network=f"net {turn}", address=f"a@s{turn}.catch-all.example").free())
        for turn in range(700)
    ]
    assert tries.count(True) == PER_DOMAIN[0][0]
    assert counted(asked(network="other", address="a@other.example").free())


@pytest.mark.parametrize("every", [30, 100, 700])
def test_a_slow_attack_stays_within_the_ceiling_of_a_day_nearly_exactly(every: int) -> None:
    """From ever new networks, at ever new names below one domain, so many seconds apart."""
    now = 1000 * DAY + 12_345.0
    own, taken = OwnWindows(clock=lambda: now), list[float]()
    for turn in range(int(3 * DAY / every)):
        form = asked(network=f"net {turn}", address=f"a{turn}@s{turn}.catch-all.example")
        windows = [*form.free(), *form.totals()]
        if not used_up(windows, own.ask(windows, came=1)):
            taken.append(now)
        now += every
    busiest = max(sum(since <= at < since + DAY for at in taken) for since in taken)
    # What came in the former span is taken to have come evenly, so 24 hours that lie in two spans
    # may see up to a fifth more.
    assert busiest <= PER_DOMAIN[-1][0] * 1.2 < TOTAL_PER_DOMAIN[0][0]


@pytest.mark.parametrize(
    "look_alike", ["xn--gmil-63d.com", "gmail.com.example.net", "gmail-com.example"]
)
def test_a_look_alike_of_a_large_provider_has_a_small_domain_s_limits(look_alike: str) -> None:
    real, other = asked(address="a@gmail.com"), asked(address=f"a@{look_alike}")
    assert real.totals()[0].amount > other.totals()[0].amount
    assert real.totals()[0].name != other.totals()[0].name


@pytest.mark.parametrize("shared", ["gov.uk", "nhs.uk", "europa.eu", "gov.ro", "github.io"])
def test_institutions_that_share_the_end_of_their_names_leave_each_other_theirs(
    shared: str,
) -> None:
    for turn in range(PER_DOMAIN[0][0] + 5):
        counted(asked(network=f"net {turn}", address=f"a{turn}@one.{shared}").free())
    assert not counted(asked(network="other", address=f"a@mail.one.{shared}").free())
    assert counted(asked(network="other", address=f"a@two.{shared}").free())


@pytest.mark.parametrize(
    "spelling", ["ada+{0}@example.org", "a.da+{0}@gmail.com", "ada@example.org"]
)
def test_one_mailbox_has_a_limit_however_its_address_is_spelt(spelling: str) -> None:
    tries = [
        counted(asked(address=spelling.format(turn)).mailbox(proven=False)) for turn in range(20)
    ]
    assert tries.count(True) == PER_MAILBOX[0][0]
    assert counted(asked(address="bob@gmail.com").mailbox(proven=False))


def test_without_proof_nobody_uses_up_what_a_mailbox_has_with_it() -> None:
    for _ in range(20):
        counted(asked().mailbox(proven=False))
    assert counted(asked().mailbox(proven=True))


def test_no_address_is_in_a_window_s_name() -> None:
    form = asked(address="ada.lovelace@example.org", in_doubt=True)
    windows = [
        *form.rush(), *form.free(), *form.proven(), *form.waiting(), *form.totals(),
        *form.mailbox(proven=True), *form.mailbox(proven=False),
    ]  # fmt: skip
    assert not [window for window in windows if "lovelace" in window.name]


def test_each_form_is_counted_apart() -> None:
    for turn in range(200):
        counted(asked(form="a link", address=f"a@d{turn}.example").free())
    assert not counted(asked(form="a link", address="b@example.org").free())
    assert counted(asked().free())


def test_what_brings_no_proof_can_not_close_the_form_to_what_does() -> None:
    """Neither overall, nor for one organisation, by the hour or by the day."""
    for place in (0, 1):
        unproven = OVERALL[place][0] + WAITING_OVERALL[place][0]
        assert OVERALL[place][1] == WAITING_OVERALL[place][1] == TOTAL_OVERALL[place][1]
        assert unproven < TOTAL_OVERALL[place][0]
    assert PER_DOMAIN[-1][1] == TOTAL_PER_DOMAIN[0][1]
    assert PER_DOMAIN[-1][0] < TOTAL_PER_DOMAIN[0][0]
    free = {window.name for window in asked().free()}
    [shared] = [window for window in asked().waiting() if window.name in free]
    assert (shared.amount, shared.seconds) == PER_DOMAIN[-1]
