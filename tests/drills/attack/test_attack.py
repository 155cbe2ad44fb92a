"""A small attack on sign-up; `make drill` runs the whole one, and judges its times."""

import asyncio
from collections import Counter

import pytest

from newsletter.core.mailboxes import mailbox_of
from tests.drills.attack import crowd
from tests.drills.attack.figures import LONGEST_WAIT, complaints, figures, percentile
from tests.drills.attack.people import somebody
from tests.drills.attack.run import Course, Size, attack
from tests.drills.servers import Templates

OF_TIME = ("longer than", "p95")
"""Complaints about times, which depend on what else the machine does."""


@pytest.mark.journey
def test_people_get_through_a_flood_and_nobody_is_bombed_by_it(made: Templates) -> None:
    if made.cluster is None:
        pytest.skip("it needs PostgreSQL and Redis, which are not installed")
    course = asyncio.run(attack(made, Size(posts=4000, networks=200, people=8)))
    broken = [words for words in complaints(course) if not any(of in words for of in OF_TIME)]
    assert not broken, "\n".join(f"{name}: {value}" for name, value in figures(course).items())
    assert course.attackers.answers[429] > 0


def test_an_attack_is_the_same_each_time_and_is_what_was_seen_in_the_wild() -> None:
    posts = [crowd.post(number) for number in range(20_000)]
    assert posts[:50] == [crowd.post(number) for number in range(50)]
    assert posts[:50] != [crowd.post(number, seed=1) for number in range(50)]
    assert len({post.network.rpartition(".")[0] for post in posts}) == crowd.NETWORKS
    mailboxes = Counter(mailbox_of(post.email) for post in posts)
    assert mailboxes[crowd.victim(0)] > 10
    domains = Counter(post.email.rpartition("@")[2] for post in posts)
    assert domains[crowd.CATCH_ALL] > 1500
    below = {domain for domain in domains if domain.endswith(f".{crowd.CATCH_ALL}")}
    assert len(below) > crowd.SUBDOMAINS // 2


def test_a_broken_promise_is_named() -> None:
    course = Course(Size(posts=100, networks=10, people=3))
    slow, lost, proved = somebody(0), somebody(1), somebody(2)
    for person in (slow, lost, proved):
        person.times = {"page": [0.01], "form": [0.5]}
    slow.sent_at = proved.sent_at = 0.0
    course.people = [slow, lost, proved]
    course.waited = {slow.email: LONGEST_WAIT + 1}
    course.mails = {"a.da@gmail.com": 1, "ada+1@gmail.com": 1}
    course.attackers.answers[500] = 1
    told = "\n".join(complaints(course))
    for words in (
        "more than one mail", "server failed", "not taken", "no confirmation", "waited longer",
        "p95", "dashboard",
    ):  # fmt: skip
        assert words in told
    assert "its total" not in told


def test_percentiles_are_those_of_few_values_too() -> None:
    assert percentile([], 95) == 0.0
    assert percentile([3.0], 95) == 3.0
    assert percentile([float(n) for n in range(101)], 95) == 95.0
