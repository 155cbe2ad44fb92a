"""The attack, and the people in the middle of it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.drills.attack import sink
from tests.drills.attack.attackers import Attack, Attackers, Reported
from tests.drills.attack.browser import Connection
from tests.drills.attack.installation import Installation, installed
from tests.drills.attack.people import GIVES_UP, Person, somebody
from tests.drills.servers import Templates

CONNECTIONS = 32
"""Connections of the attackers: twice as many as the server's threads."""
MEMORY_EVERY = 5.0
"""Seconds between two looks at the memory."""
EARLY = 3
"""People who opened the page before the first post: their browser is given nothing to compute."""
BEFORE = 1.0
"""Seconds before the first post at which they did."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of an attack.

    Args:
        posts: how many posts the attackers send.
        networks: from how many networks.
        people: how many sign up meanwhile.
        connections: the attackers'.
        rate: their posts a second, at most; 0: as many as the server answers.
        seconds: after which they give up.
        seed: of the addresses that they enter.
    """

    posts: int
    networks: int
    people: int
    connections: int = CONNECTIONS
    rate: float = 0.0
    seconds: float = 900.0
    seed: int = 0


@dataclass
class Course:
    """The course of one attack.

    Args:
        attackers: what they report.
        mails: how many messages each recipient got.
        waited: seconds from a person's form to their mail, by address.
        written: seconds from a person's form until the worker wrote their message, by address.
        memory: MB of each process, before and at the worst look.
        attacks: what the dashboard would have said: posts and networks.
        causes: how many posts each limit held back.
        trusts: how many messages there are of each trust.
        cpu: seconds of each process meanwhile, and of the whole machine.
    """

    size: Size
    attackers: Reported = field(default_factory=Reported)
    people: list[Person] = field(default_factory=list)
    mails: dict[str, int] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    written: dict[str, float] = field(default_factory=dict)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    attacks: list[tuple[object, ...]] = field(default_factory=list)
    causes: dict[str, int] = field(default_factory=dict)
    trusts: dict[int, int] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)


async def attack(made: Templates, size: Size) -> Course:
    """Run the attack on an installation of its own."""
    course = Course(size)
    async with sink.running() as mail:
        manager = installed(made, sink_port=mail.port)
        here = await asyncio.to_thread(manager.__enter__)
        try:
            await _play(course, here, mail)
        finally:
            await asyncio.to_thread(manager.__exit__, None, None, None)
    return course


async def _play(course: Course, here: Installation, mail: sink.Sink) -> None:
    stamp = await _stamp(here)  # which loads what pages need, too
    before = await asyncio.to_thread(here.memory)
    worst = dict(before)
    watch = asyncio.create_task(_watch(here, worst))
    spent = await asyncio.to_thread(here.cpu)
    early = asyncio.create_task(_people(course, here, number=EARLY, first=0))
    await asyncio.sleep(BEFORE)
    attackers = Attackers(_orders(course.size, here.web_port, stamp))
    try:
        people = asyncio.create_task(
            _people(course, here, number=course.size.people - EARLY, first=EARLY, after=attackers)
        )
        course.attackers = await asyncio.to_thread(attackers.report)
        now = await asyncio.to_thread(here.cpu)
        course.cpu = {name: now[name] - spent[name] for name in spent}
        await early
        await people
        await _wait_for_mail(course, mail)
    finally:
        attackers.end()
        watch.cancel()
    course.memory = {name: (before[name], worst[name]) for name in before}
    await _write_down(course, here, mail)


def _orders(size: Size, port: int, stamp: str) -> Attack:
    return Attack(
        port=port,
        posts=size.posts,
        networks=size.networks,
        seed=size.seed,
        connections=size.connections,
        rate=size.rate,
        seconds=size.seconds,
        stamp=stamp,
    )


async def _write_down(course: Course, here: Installation, mail: sink.Sink) -> None:
    """Write down who got what, and what the installation says of it."""
    course.mails = {recipient: len(times) for recipient, times in mail.came.items()}
    for person in course.people:
        if person.sent_at is not None and (times := mail.came.get(person.email)):
            course.waited[person.email] = times[0] - person.sent_at
    written = 'SELECT "to", extract(epoch FROM created_at) FROM newsletter_transactionalmessage'
    at: dict[Any, Any] = dict(await asyncio.to_thread(here.rows, written))  # type: ignore[arg-type]  # of two columns
    course.written = {
        person.email: float(at[person.email]) - person.sent
        for person in course.people
        if person.email in at
    }
    course.causes = await asyncio.to_thread(here.causes)
    trusts = "SELECT trust, count(*) FROM newsletter_transactionalmessage GROUP BY trust"
    course.trusts = dict(await asyncio.to_thread(here.rows, trusts))  # type: ignore[arg-type]  # of two columns
    course.attacks = await asyncio.to_thread(
        here.rows, "SELECT posts, networks FROM subscribers_signupattack ORDER BY id"
    )


async def _stamp(here: Installation) -> str:
    """Load the page once, as an attacker does who wants the stamp of its form."""
    connection = Connection(here.web_port)
    page = await connection.get("/subscribe/", client="20.0.0.9")
    await connection.close()
    return dict(page.fields)["stamp"]


async def _people(
    course: Course,
    here: Installation,
    *,
    number: int,
    first: int,
    after: Attackers | None = None,
) -> None:
    """Let people sign up: at once, or spread over the attack by how many posts were sent."""
    tasks = []
    for place, person in enumerate(map(somebody, range(first, first + number))):
        while after and after.sent < course.size.posts * (place + 1) / (number + 1):
            if after.is_over:
                break
            await asyncio.sleep(0.05)
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
