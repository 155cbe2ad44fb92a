"""Running histories: one, or some at a time."""

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
from tests.drills.servers import Templates
from tests.drills.stage import Stage
from tests.drills.verdict import Result, judge, result_of


def run(seed: int, mode: str, made: Templates) -> Result:
    """One history, from its seed to its verdict."""
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
) -> Iterator[Result]:
    """Run them, some at a time, each in a process of its own."""
    if at_once == 1:
        yield from (run(seed, mode, made) for seed in seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        at_once, mp_context=context, initializer=_end_in_good_order, max_tasks_per_child=1
    ) as pool:
        # No more than can run: whoever ends this must not wait for what lies ready.
        to_come = iter(seeds)
        running = {pool.submit(run, seed, mode, made) for seed in islice(to_come, at_once)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(run, seed, mode, made) for seed in islice(to_come, len(done))}
            yield from (future.result() for future in done)


def _end_in_good_order() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
