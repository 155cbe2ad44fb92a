"""Some histories of the crash drill; `make drill` runs 200."""

import os
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from config.env import BASE_DIR
from tests.drills import clocks
from tests.drills.kinds import KINDS, LINK_CUT, UPGRADED
from tests.drills.plan import EMBEDDED, RESTORED, SERVICES, TURNS, WRITTEN_ANEW, plan
from tests.drills.reports import note
from tests.drills.run import run
from tests.drills.servers import Templates
from tests.drills.strikes import AGAIN, ON_SERIES, ON_SERVICES
from tests.drills.wishes import CANARY, LOCAL_HOURS

pytestmark = pytest.mark.journey

SEEDS = (12, 15, 16, 18, 47, 60, 65, 144)
"""Long ones, as of cut links and of upgrades, are played by `make drill` alone."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.smoke
@pytest.mark.thorough(sample=1)
def test_no_promise_is_broken_in_history(seed: int, made: Templates) -> None:
    planned = plan(seed)
    if planned.mode == SERVICES and made.cluster is None:
        pytest.skip("it needs PostgreSQL and Redis, which are not installed")
    if planned.has_network and os.geteuid():
        pytest.skip("it needs network namespaces, which only root can make")
    result = run(seed, "", made)
    assert not result.complaints, "\n".join([str(planned), *result.complaints, result.evidence])


def test_each_fault_that_takes_turns_is_in_twenty_of_the_histories_that_make_drill_plays() -> None:
    met = Counter(fault for seed in range(1, 201) for fault in plan(seed).struck_by)
    known = (*TURNS, RESTORED, WRITTEN_ANEW, *ON_SERIES)
    assert {fault: met[fault] for fault in known if met[fault] < 20} == {}


def test_lost_hosts_cut_links_and_upgrades_are_each_in_twenty_histories() -> None:
    planned = [plan(seed) for seed in range(1, 201)]
    for kind in KINDS:
        own = [each for each in planned if kind in each.struck_by]
        assert len(own) >= 20, kind
        assert not any({"web killed", RESTORED} & each.struck_by for each in own)
        if kind != UPGRADED:
            assert all(each.mode == SERVICES and each.hosts > 1 for each in own)
            assert all(each.has_network and not each.is_series for each in own)
            # The mailbox listens on the loopback of the drill.
            assert not any("bounces by mail" in each.struck_by for each in own)
    assert {each.hosts for each in planned if LINK_CUT in each.struck_by} == {2}
    upgraded = [each for each in planned if UPGRADED in each.struck_by]
    assert {each.mode for each in upgraded} == {EMBEDDED, SERVICES}
    assert sum(each.hosts > 1 for each in upgraded) >= 5


def test_a_history_without_services_needs_no_network() -> None:
    assert not any(plan(seed, EMBEDDED).has_network for seed in range(1, 201))


def test_ways_of_launching_are_each_part_of_twenty_histories_and_of_some_together() -> None:
    parts = [plan(seed).wishes.parts for seed in range(1, 201)]
    met = Counter(name for each in parts for name in each)
    assert min(met[CANARY], met[LOCAL_HOURS]) >= 30
    assert sum(each == {CANARY, LOCAL_HOURS} for each in parts) >= 3


def test_a_fault_comes_with_what_it_needs() -> None:
    for seed in range(1, 201):
        planned = plan(seed)
        for fault, scene in TURNS.items():
            if fault in planned.struck_by:
                assert scene.mode in ("", planned.mode)
                assert not scene.kinds or planned.kind in scene.kinds
                assert scene.chances.items() <= dict(planned.chances).items()


def test_more_strikes_while_people_are_told_of_changes_in_each_history_of_a_series() -> None:
    planned = [each for each in map(plan, range(1, 201)) if each.is_series]
    assert len(planned) == 40
    for each in planned:
        amid = {strike.fault for strike in each.amid_changes}
        assert amid - {*AGAIN}
        assert each.mode == SERVICES or not amid & {*ON_SERVICES}
    told = [each for each in planned if {"event moved", "event called off"} & each.struck_by]
    assert len(told) >= 35
    assert sum(each.invites for each in told) >= 5


def test_a_mode_that_is_asked_for_is_kept() -> None:
    assert {plan(seed, EMBEDDED).mode for seed in range(1, 41)} == {EMBEDDED}


@pytest.mark.parametrize("cases", [*product(("delivered", "hard"), repeat=2)])
def test_what_was_reported_as_bounced_once_has_to_be_bounced(cases: tuple[str, ...]) -> None:
    told: dict[str, str] = {}
    for case in cases:
        note(told, "a-ref", case)
    assert told == {"a-ref": "hard" if "hard" in cases else "delivered"}


def test_a_suspended_machine_s_clock_stands_still_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "suspended"
    clocks.make(path)
    program = (
        "import sys, time; from tests.drills import clocks; clocks.install(); boot = "
        "time.clock_gettime(time.CLOCK_BOOTTIME); "
        "before = time.monotonic(); print(flush=True); sys.stdin.readline(); "
        "print(time.monotonic() - before, time.clock_gettime(time.CLOCK_BOOTTIME) - boot)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=BASE_DIR,
        env={**os.environ, clocks.VARIABLE: str(path)},
    ) as process:
        assert process.stdout
        process.stdout.readline()
        clocks.take_away(path, 1000.0)
        said, _ = process.communicate("\n")
    moved, real = map(float, said.split())
    assert moved < real - 999
