"""The attack, and the people in the middle of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.drills.attack import crowd, sink
from tests.drills.attack.browser import Connection
from tests.drills.attack.installation import Installation, installed
from tests.drills.attack.people import GIVES_UP, Person, somebody
from tests.drills.servers import Templates

CONNECTIONS = 10
"""Connections of the attackers, each of which sends its next post after the answer to the last."""
MEMORY_EVERY = 5.0
"""Seconds between two looks at the memory."""


@dataclass
class Course:
    """The course of one attack.

    Args:
        answers: how many of the attackers' posts got which status.
        mails: how many messages each recipient got.
        waited: seconds from a person's form to their mail, by address.
        memory: MB of each process, before and at the worst look.
        attacks: what the dashboard would have said: posts and networks.
    """

    posts: int
    networks: int
    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    people: list[Person] = field(default_factory=list)
    mails: dict[str, int] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    attacks: list[tuple[object, ...]] = field(default_factory=list)


async def attack(made: Templates, *, posts: int, networks: int, people: int, rate: float) -> Course:
    """Run the attack on an installation of its own.

    Args:
        people: how many sign up meanwhile.
        rate: the attackers' posts a second, at most.
    """
    course = Course(posts, networks)
    async with sink.running() as mail:
        manager = installed(made, sink_port=mail.port)
        here = await asyncio.to_thread(manager.__enter__)
        try:
            await _play(course, here, mail, people=people, rate=rate)
        finally:
            await asyncio.to_thread(manager.__exit__, None, None, None)
    return course


async def _play(
    course: Course, here: Installation, mail: sink.Sink, *, people: int, rate: float
) -> None:
    stamp = await _stamp(here)  # which loads what pages need, too
    before = await asyncio.to_thread(here.memory)
    worst = dict(before)
    watch = asyncio.create_task(_watch(here, worst))
    began = time.monotonic()
    numbers = iter(range(course.posts))
    attackers = [
        asyncio.create_task(_attacker(course, here, numbers, stamp, rate=rate, began=began))
        for _ in range(CONNECTIONS)
    ]
    expected = course.posts / rate
    crowd_of_people = asyncio.create_task(
        _people(course, here, number=people, every=expected / (people + 1))
    )
    await asyncio.gather(*attackers)
    course.seconds = time.monotonic() - began
    await crowd_of_people
    await _wait_for_mail(course, mail)
    watch.cancel()
    course.memory = {name: (before[name], worst[name]) for name in before}
    course.mails = {recipient: len(times) for recipient, times in mail.came.items()}
    for person in course.people:
        if person.sent_at is not None and (times := mail.came.get(person.email)):
            course.waited[person.email] = times[0] - person.sent_at
    course.attacks = await asyncio.to_thread(
        here.rows, "SELECT posts, networks FROM subscribers_signupattack ORDER BY id"
    )


async def _stamp(here: Installation) -> str:
    """Load the page once, as an attacker does who wants the stamp of its form."""
    connection = Connection(here.web_port)
    page = await connection.get("/subscribe/", client="20.0.0.9")
    await connection.close()
    return dict(page.fields)["stamp"]


async def _attacker(
    course: Course,
    here: Installation,
    numbers: Iterator[int],
    stamp: str,
    *,
    rate: float,
    began: float,
) -> None:
    connection = Connection(here.web_port)
    for number in numbers:
        early = began + number / rate - time.monotonic()
        if early > 0:
            await asyncio.sleep(early)
        post = crowd.post(number, networks=course.networks)
        answer = await connection.post("/subscribe/", post.body(stamp), client=post.network)
        course.answers[answer.status] += 1
        if answer.status == 429 and post.presses_on:
            again = await connection.post("/subscribe/", answer.fields, client=post.network)
            course.answers[again.status] += 1
    await connection.close()


async def _people(course: Course, here: Installation, *, number: int, every: float) -> None:
    tasks = []
    for person in map(somebody, range(number)):
        await asyncio.sleep(every)
        course.people.append(person)
        tasks.append(asyncio.create_task(person.signs_up(here.web_port)))
    await asyncio.gather(*tasks)


async def _wait_for_mail(course: Course, mail: sink.Sink) -> None:
    """Wait for the people's confirmations, and no longer than they would."""
    deadline = time.monotonic() + GIVES_UP
    waiting = [person.email for person in course.people if person.sent_at is not None]
    while time.monotonic() < deadline and not all(email in mail.came for email in waiting):
        await asyncio.sleep(0.2)


async def _watch(here: Installation, worst: dict[str, float]) -> None:
    while True:
        await asyncio.sleep(MEMORY_EVERY)
        for name, value in (await asyncio.to_thread(here.memory)).items():
            worst[name] = max(worst.get(name, 0.0), value)
