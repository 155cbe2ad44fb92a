"""Exactness of `rate=` over several processes that share Redis alone, as on several hosts."""

import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from typing import Protocol

from benchmarks.rows import Row, row
from config.env import BASE_DIR
from scripts.services import clean_environment

PROCESSES = 4
SECONDS = 12.0
RATES = (20.0, 200.0, 2000.0)
TOLERANCE = 0.05


class HasRedis(Protocol):
    """A run whose Redis can be used."""

    @property
    def redis_url(self) -> str: ...


def measure(context: HasRedis) -> list[Row]:
    """Let processes send as fast as they may, and count the messages of each second."""
    return [_row(rate, side_by_side(rate, context.redis_url)) for rate in RATES]


def side_by_side(rate: float, redis_url: str, *, seconds: float = SECONDS) -> list[float]:
    """Return when messages began, by the clock that all processes of this machine share."""
    key = f"benchmark-{uuid.uuid4()}"
    command = [sys.executable, "-m", "benchmarks.pace", key, str(rate), str(seconds)]
    with tempfile.TemporaryDirectory(prefix="convene-pace-") as folder:
        environment = {
            **clean_environment(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "REDIS_URL": redis_url,
            "VAR_DIR": folder,
        }
        workers = [
            subprocess.Popen(
                command, stdout=subprocess.PIPE, text=True, env=environment, cwd=BASE_DIR
            )
            for _ in range(PROCESSES)
        ]
        return sorted(begun for worker in workers for begun in json.loads(worker.communicate()[0]))


def _row(rate: float, begun: list[float]) -> Row:
    # Of the time in which all took part. The first to start finds slots for itself alone.
    first, last = begun[0] + 1, begun[0] + SECONDS - 1
    kept = sum(first <= moment < last for moment in begun) / (last - first)
    off = kept / rate - 1
    busiest = max(
        sum(second <= moment < second + 1 for moment in begun)
        for second in range(int(first), int(last))
    )
    return row(
        f"rate={rate:.0f}/s kept by {PROCESSES} processes",
        f"{kept:.1f}/s ({off:+.1%})",
        to_reach=f"within {TOLERANCE:.0%}",
        met=abs(off) <= TOLERANCE,
        rate=rate,
        kept=kept,
        busiest_second=busiest,
        slots=len(begun),
    )


def _slots(key: str, rate: float, seconds: float) -> Iterator[float]:
    """Reserve slots for so many seconds, and yield when each begins, as a worker does."""
    from newsletter.transport.pacing.throttle import SlotFarOff, reserve

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            slots = reserve(key, rate=rate, most=100)
        except SlotFarOff:
            time.sleep(1)
            continue
        starts = time.monotonic() + slots.starts_in
        for place in range(slots.number):
            time.sleep(max(starts + place / rate - time.monotonic(), 0))
            yield time.monotonic()


if __name__ == "__main__":
    _key, _rate, _seconds = sys.argv[1:]
    print(json.dumps(list(_slots(_key, float(_rate), float(_seconds)))))
