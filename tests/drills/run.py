"""The run of one history, or of several side by side."""

import multiprocessing
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from time import monotonic

from tests.drills.helping_hand import Stuck
from tests.drills.plan import EMBEDDED, plan
from tests.drills.result import HistoryResult, judge, result_of
from tests.drills.servers import Templates
from tests.drills.stage import Stage


def run(seed: int, mode: str, made: Templates) -> HistoryResult:
    """Play the history of a seed, and return its result."""
    planned, began = plan(seed, mode or ("" if made.cluster else EMBEDDED)), monotonic()
    try:
        with Stage(planned, made) as stage:
            try:
                stage.play()
            except Stuck as stuck:
                stage.broken(str(stuck))
            return judge(stage, seconds=monotonic() - began)
    except Exception:  # noqa: BLE001 - one history that can't be played doesn't end the run
        return result_of(
            planned,
            seconds=round(monotonic() - began, 1),
            complaints=("it could not be played",),
            evidence=traceback.format_exc(),
        )


def histories(
    seeds: Sequence[int], *, mode: str, made: Templates, at_once: int
) -> Iterator[HistoryResult]:
    """Run histories, `at_once` of them side by side, each in a process of its own."""
    if at_once == 1:
        yield from (run(seed, mode, made) for seed in seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        at_once, mp_context=context, initializer=_end_in_good_order, max_tasks_per_child=1
    ) as pool:
        # No more are submitted than can run, so that the run can be ended without waiting for them.
        to_come = iter(seeds)
        running = {pool.submit(run, seed, mode, made) for seed in islice(to_come, at_once)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(run, seed, mode, made) for seed in islice(to_come, len(done))}
            yield from (future.result() for future in done)


def _end_in_good_order() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
