"""The time of a sign-up's answer, by what is known of the address: 500 forms of each kind.

One connection posts a form of each kind in a row, in an order by chance, 500 times over. So all of
them share whatever the machine does meanwhile, and are compared in pairs: by the time until the
answer is there, which is what a stranger can measure, and by the CPU time that the servers spend on
it, which a busy machine disturbs less. The answers must be the same, byte for byte.

The statements behind them are compared by `tests/subscribers/views/test_found_out.py`.
"""

import contextlib
import random
import re
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import median

from benchmarks.bare_client import connected, form, whole_answer
from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.known_people import KINDS, OFTEN, address
from benchmarks.people import TOPIC
from benchmarks.processes import family
from benchmarks.rank_test import Shift, corrected, paired_shift
from benchmarks.rows import Row, Wrong, row
from benchmarks.web_server import web
from newsletter.core.requests.window_counts import PREFIX
from newsletter.states import Trust
from subscribers.consent.form_limits import PER_MAILBOX

ALL_KINDS = (*KINDS, OFTEN)
EACH, WARMING = 500, 200
AT_ONCE = 20
"""Rounds after which the limits' counts are forgotten: more forms than 2,000 an hour are asked for
proof of work."""
TO_REACH = 0.01
"""The smallest probability of any of the 21 pairs, corrected for their number, has to be above."""
_MOMENT = re.compile(rb"\r\n(?:Date|Expires): [^\r]*")
"""What differs between two answers of two seconds."""


@dataclass(slots=True)
class Measured:
    """What was measured of each kind, in the order of the rounds, in seconds."""

    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in ALL_KINDS})
    cpu: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in ALL_KINDS})
    answers: set[bytes] = field(default_factory=set)


def measure(context: Context) -> list[Row]:
    """Sign up addresses of which different things are known, and compare times and answers.

    Raises:
        Wrong: two answers differ, whatever the time that they took.
    """
    each = context.size(EACH)
    with context.installation(20_000, TRUSTED_PROXIES="127.0.0.0/8") as one:
        one.run("-m", "benchmarks.known_people", str(each))
        with web(one) as (pid, port):
            watched = [pid, *one.servers().values()]
            measured = _measured(one, port, each, spent=lambda: _cpu_seconds(watched))
        query = "SELECT count(*) FROM subscribers_formsubmission WHERE trust = %s"
        (dropped,) = one.row(query, Trust.NONE)
    if dropped != each:
        raise Wrong(f"{dropped} forms are to be dropped instead of {each}")
    if len(measured.answers) != 1:
        raise Wrong(f"{len(measured.answers)} different answers to a sign-up")
    return [
        _compared(f"answer to a sign-up, {each} of each kind, time", measured.times),
        _compared("the same, CPU time of the servers", measured.cpu),
    ]


def _measured(one: Installation, port: int, each: int, *, spent: Callable[[], float]) -> Measured:
    measured, dice = Measured(), random.Random(13)
    connection = connected("127.0.0.1", port)
    for number in range(WARMING):
        _post(connection, f"w{number}@warm{number}-example.org", number)
    for number in range(each):
        if number % AT_ONCE == 0:
            for name in one.redis.scan_iter(f"{PREFIX}*"):
                one.redis.delete(name)
            often = address(OFTEN, number)
            for _ in range(PER_MAILBOX[0][0]):
                _post(connection, often, number)
        for kind in dice.sample(ALL_KINDS, len(ALL_KINDS)):
            email = often if kind == OFTEN else address(kind, number)
            before, began = spent(), time.perf_counter()
            answer = _post(connection, email, number)
            ended = time.perf_counter()
            measured.times[kind].append(ended - began)
            measured.cpu[kind].append(spent() - before)
            measured.answers.add(_MOMENT.sub(b"", answer))
    connection.close()
    return measured


def _post(connection: socket.socket, email: str, number: int) -> bytes:
    headers = {"X-Forwarded-For": f"20.{number // 250}.{number % 250}.9"}
    connection.sendall(form("/subscribe/", {"email": email, "topics": TOPIC}, headers=headers))
    answer = whole_answer(connection)
    if not answer.startswith(b"HTTP/1.1 302"):
        raise Wrong(f"the sign-up was answered by {answer[:200]!r}")
    return answer


def _cpu_seconds(pids: Iterable[int]) -> float:
    """Return the time that all threads of these processes and their children were on a CPU.

    To the nanosecond (proc(5), `schedstat`): a form takes less than a tick of `stat`.
    """
    total = 0
    for pid in pids:
        for member in family(pid):
            for path in Path(f"/proc/{member}/task").glob("*/schedstat"):
                with contextlib.suppress(OSError, IndexError):  # it has ended
                    total += int(path.read_text(encoding="ascii").split(maxsplit=1)[0])
    return total / 1e9


def _compared(what: str, kinds: dict[str, list[float]]) -> Row:
    """Compare each two kinds, and say how large a difference there may be."""
    pairs = list(combinations(kinds, 2))
    shifts = [paired_shift(kinds[a], kinds[b]) for a, b in pairs]
    p = min(corrected([each.p for each in shifts]))
    widest = max(max(abs(each.low), abs(each.high)) for each in shifts)
    middle = {kind: median(values) * 1000 for kind, values in kinds.items()}
    words = ", ".join(f"{kind} {value:.2f}" for kind, value in middle.items())
    return row(
        what,
        f"medians in ms: {words}; no two differ: smallest p = {p:.2f} corrected for {len(pairs)} "
        f"pairs, no difference above {1000 * widest:.2f} ms (95 %)"
        if p > TO_REACH
        else f"medians in ms: {words}; they differ: smallest p = {p:.4f}",
        to_reach=f"p > {TO_REACH}",
        met=p > TO_REACH,
        medians=middle,
        p=p,
        shifts={f"{a} over {b}": _in_ms(each) for (a, b), each in zip(pairs, shifts, strict=True)},
    )


def _in_ms(shift: Shift) -> str:
    low, middle, high = (1000 * each for each in (shift.low, shift.middle, shift.high))
    return f"{middle:.3f} ms ({low:.3f} to {high:.3f}), p = {shift.p:.3f}"
