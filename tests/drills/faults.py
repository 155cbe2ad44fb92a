"""The faults of histories, each a generator.

It does the harm, yields the seconds that are to pass, and lifts the harm again.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import redis

from tests.drills import losses, outages, reports, restoring, series, upgrades
from tests.drills.hosts import CLOCK, SENDERS, Host
from tests.drills.kinds import HOST_LOST, LINK_CUT, TO_POSTGRESQL, TO_REDIS, UPGRADED
from tests.drills.network import Wire
from tests.drills.patience import LEASE
from tests.drills.plan import RESTORED, WRITTEN_ANEW

if TYPE_CHECKING:
    from tests.drills.stage import Stage

type Fault = Iterator[float]

LONGEST_SILENCE = 5.0
"""The longest time, in seconds, for which a provider falls silent."""


def _kill_child(stage: "Stage") -> Fault:
    host, name = _sender(stage)
    if children := host.children(name):
        stage.interruptions += 1
        _signal(stage.dice.choice(children), signal.SIGKILL)
    yield 0.0


def _kill_sender(stage: "Stage") -> Fault:
    host, name = _sender(stage)
    stage.interruptions += len(host.children(name))
    host.kill(name)
    yield 0.0


def _kill_host(stage: "Stage") -> Fault:
    host = stage.dice.choice(stage.hosts)
    for name in host.names:
        stage.interruptions += len(host.children(name))
        host.kill(name)
        host.hold(name)
    yield stage.dice.uniform(0.5, 4)
    for name in host.names:
        host.release(name)


def _stop_child(stage: "Stage") -> Fault:
    host, name = _sender(stage)
    if children := host.children(name):
        child = stage.dice.choice(children)
        stage.interruptions += 1
        _signal(child, signal.SIGSTOP)
        yield LEASE + stage.dice.uniform(2, 4)
        _signal(child, signal.SIGCONT)


def _stop_host(stage: "Stage") -> Fault:
    host = stage.dice.choice(stage.hosts)
    pids = [pid for name in host.names for pid in [host.pid(name), *host.children(name)] if pid]
    stage.interruptions += sum(len(host.children(name)) for name in host.names)
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    yield LEASE + stage.dice.uniform(2, 4)
    for pid in reversed(pids):
        _signal(pid, signal.SIGCONT)


def _clock_down(stage: "Stage") -> Fault:
    host = stage.hosts[0]
    host.hold(CLOCK)
    host.kill(CLOCK)
    yield stage.dice.uniform(3, 8)
    host.release(CLOCK)


def _two_clocks(stage: "Stage") -> Fault:
    stage.hosts[-1].add_clock()
    yield 0.0


def _disk_full(stage: "Stage") -> Fault:
    host = stage.dice.choice(stage.hosts)
    host.limit_files(1)
    yield stage.dice.uniform(2, 6)
    host.limit_files(-1)


def _wall_clock(stage: "Stage") -> Fault:
    host = stage.dice.choice(stage.hosts)
    # Only forwards where there is no other clock to go by. Set back by two hours, whatever waits
    # for a moment would wait for two hours.
    hours = stage.dice.choice((2, -2)) if stage.is_on_services else 2
    host.move_clock(hours=hours)
    yield 0.0


def _term(stage: "Stage") -> Fault:
    yield from upgrades.asked_to_end(stage, *_sender(stage))


def _pause(stage: "Stage") -> Fault:
    campaign = stage.dice.choice(stage.campaigns)
    yield from stage.hand.ask("pause", campaign=campaign)
    yield stage.dice.uniform(0.5, 4)
    yield from stage.hand.ask("resume", campaign=campaign)


def _written_anew(stage: "Stage") -> Fault:
    campaign = stage.dice.choice(stage.campaigns)
    yield from stage.hand.ask("pause", campaign=campaign)
    yield stage.dice.uniform(0, 2)
    yield from stage.hand.ask("write_anew", campaign=campaign)
    stage.campaigns += stage.hand.answer["campaigns"]
    # Whoever was tried before gets the earlier version still.
    yield from stage.hand.ask("resume", campaign=campaign)


def _cancel(stage: "Stage") -> Fault:
    yield from stage.hand.ask("cancel", campaign=stage.dice.choice(stage.campaigns))


def _leave(deed: str) -> "Callable[[Stage], Fault]":
    def some_leave(stage: "Stage") -> Fault:
        for _ in range(stage.dice.randint(2, 8)):
            yield from stage.somebody_leaves(deed, place=stage.dice.random())
            yield stage.dice.uniform(0, 0.3)

    return some_leave


def _provider_silent(stage: "Stage") -> Fault:
    stage.silences += 1
    stage.is_provider_silent = True
    stage.provider.send_signal(signal.SIGSTOP)
    yield stage.dice.uniform(1, LONGEST_SILENCE)
    stage.provider.send_signal(signal.SIGCONT)
    stage.is_provider_silent = False


def _redis_killed(stage: "Stage") -> Fault:
    stage.redis.kill()
    yield stage.dice.uniform(0.5, 6)
    stage.redis.start()


def _tell_redis(stage: "Stage", command: Callable[[redis.Redis], object]) -> Fault:
    """Repeat a command until Redis answers: another fault may have stopped or killed it."""
    while True:
        try:
            with stage.redis.client() as client:
                command(client)
        except (redis.ConnectionError, redis.TimeoutError):
            yield 0.5
        else:
            return


def _redis_flushed(stage: "Stage") -> Fault:
    yield from _tell_redis(stage, lambda client: client.flushall())


def _redis_stopped(stage: "Stage") -> Fault:
    stage.redis.signal(signal.SIGSTOP)
    yield 20.0
    stage.redis.signal(signal.SIGCONT)


def _redis_full(stage: "Stage") -> Fault:
    yield from _tell_redis(stage, lambda client: client.config_set("maxmemory", "1"))
    yield stage.dice.uniform(3, 8)
    yield from _tell_redis(stage, lambda client: client.config_set("maxmemory", "0"))


def _postgresql_restarted(stage: "Stage") -> Fault:
    stage.postgresql.stop("immediate")
    yield stage.dice.uniform(0, 3)
    stage.postgresql.start()


FAULTS: "Mapping[str, Callable[[Stage], Fault]]" = {
    "kill a child": _kill_child,
    "kill a sender": _kill_sender,
    "kill a host": _kill_host,
    "stop a child beyond its lease": _stop_child,
    "stop a host beyond its leases": _stop_host,
    "clock down": _clock_down,
    "two clocks": _two_clocks,
    "disk full": _disk_full,
    "wall clock moved": _wall_clock,
    "SIGTERM": _term,
    "pause and resume": _pause,
    WRITTEN_ANEW: _written_anew,
    "cancel": _cancel,
    "unsubscribe": _leave("unsubscribe"),
    "erase": _leave("erase_somebody"),
    "suppress": _leave("suppress_somebody"),
    "webhooks": reports.webhooks,
    "provider silent": _provider_silent,
    "Redis killed": _redis_killed,
    "Redis flushed": _redis_flushed,
    "Redis stopped": _redis_stopped,
    "Redis full": _redis_full,
    "PostgreSQL restarted": _postgresql_restarted,
    "Redis hung for 90 s": outages.redis_hung,
    "Redis hung for 40 s, several times": outages.redis_hung_again_and_again,
    "doubts resolved by hand": reports.doubts_resolved,
    # The provider does this by itself, by chance; here it only has to take place.
    "503 after accepting": outages.nothing_more,
    "single messages dropped": reports.sign_ups,
    "webhooks of Amazon SES": reports.webhooks,
    "bounces by mail": reports.bounce_mails,
    "web killed": reports.web_killed,
    "machine suspended": outages.machine_suspended,
    "commit longer than a lease": outages.commits_hang,
    RESTORED: restoring.restored,
    "answers": series.answers,
    "event moved": series.moved,
    "event called off": series.called_off,
    "step drafted anew": series.drafted_anew,
    UPGRADED: upgrades.upgraded,
    HOST_LOST: losses.host_lost,
    LINK_CUT: losses.cut(*Wire),
    TO_POSTGRESQL: losses.cut(Wire.POSTGRESQL),
    TO_REDIS: losses.cut(Wire.REDIS),
}


def _sender(stage: "Stage") -> tuple[Host, str]:
    return stage.dice.choice(stage.hosts), stage.dice.choice(SENDERS)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
