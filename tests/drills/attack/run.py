"""The attack, and the people in the middle of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.drills.attack import crowd, sink
from tests.drills.attack.browser import Connection, Page
from tests.drills.attack.installation import Installation, installed
from tests.drills.attack.people import GIVES_UP, Person, solve, somebody
from tests.drills.servers import Templates

CONNECTIONS = 10
"""Connections of the attackers, each of which sends its next post after the answer to the last."""
MEMORY_EVERY = 5.0
"""Seconds between two looks at the memory."""
EARLY = 3
"""People who opened the page before the first post: their browser is given nothing to compute."""
BEFORE = 1.0
"""Seconds before the first post at which they did."""


@dataclass
class Course:
    """The course of one attack.

    Args:
        answers: how many of the attackers' posts got which status.
        mails: how many messages each recipient got.
        waited: seconds from a person's form to their mail, by address.
        written: seconds from a person's form until the worker wrote their message, by address.
        memory: MB of each process, before and at the worst look.
        attacks: what the dashboard would have said: posts and networks.
        sent: how many posts the attackers have sent.
        solved: how many proofs the attackers computed.
        shared: how many further forms were taken with one of them.
        causes: how many posts each limit held back.
        trusts: how many messages there are of each trust.
        cpu: seconds of each process meanwhile, and of the whole machine.
    """

    posts: int
    networks: int
    seed: int = 0
    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    people: list[Person] = field(default_factory=list)
    mails: dict[str, int] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    written: dict[str, float] = field(default_factory=dict)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    attacks: list[tuple[object, ...]] = field(default_factory=list)
    sent: int = 0
    solved: int = 0
    shared: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    trusts: dict[int, int] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)


async def attack(
    made: Templates, *, posts: int, networks: int, people: int, rate: float, seed: int = 0
) -> Course:
    """Run the attack on an installation of its own.

    Args:
        people: how many sign up meanwhile.
        rate: the attackers' posts a second, at most.
        seed: of the addresses that are entered.
    """
    course = Course(posts, networks, seed)
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
    spent = await asyncio.to_thread(here.cpu)
    early = asyncio.create_task(_people(course, here, number=EARLY, first=0))
    await asyncio.sleep(BEFORE)
    began = time.monotonic()
    numbers = iter(range(course.posts))
    attackers = [
        asyncio.create_task(_attacker(course, here, numbers, stamp, rate=rate, began=began))
        for _ in range(CONNECTIONS)
    ]
    crowd_of_people = asyncio.create_task(_people(course, here, number=people - EARLY, first=EARLY))
    await asyncio.gather(*attackers)
    course.seconds = time.monotonic() - began
    now = await asyncio.to_thread(here.cpu)
    course.cpu = {name: now[name] - spent[name] for name in spent}
    await early
    await crowd_of_people
    await _wait_for_mail(course, mail)
    watch.cancel()
    course.memory = {name: (before[name], worst[name]) for name in before}
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
        post = crowd.post(number, networks=course.networks, seed=course.seed)
        course.sent += 1
        answer = await connection.post("/subscribe/", post.body(stamp), client=post.network)
        course.answers[answer.status] += 1
        if answer.status == 429 and post.presses_on:
            again = await connection.post("/subscribe/", answer.fields, client=post.network)
            course.answers[again.status] += 1
        if answer.status == 429 and post.solves:
            await _solve_and_share(course, connection, answer, post)
    await connection.close()


async def _solve_and_share(
    course: Course, connection: Connection, answer: Page, post: crowd.Post
) -> None:
    """Send a form with the proof that it was asked for, and another one with the same."""
    proof = await solve(answer)
    course.solved += 1
    fields = dict(answer.fields) | {"altcha": proof}
    other = fields | {"email": f"shared-{fields['email']}", "waiting": ""}
    for form in (fields, other):
        again = await connection.post("/subscribe/", list(form.items()), client=post.network)
        course.answers[again.status] += 1
        course.shared += form is other and again.status == 302


async def _people(course: Course, here: Installation, *, number: int, first: int) -> None:
    """Let people sign up, spread over the attack by how many posts were sent."""
    tasks = []
    for place, person in enumerate(map(somebody, range(first, first + number))):
        while first and course.sent < course.posts * (place + 1) / (number + 1):
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
