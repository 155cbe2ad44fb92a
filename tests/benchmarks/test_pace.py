"""The benchmark of `rate=` runs as a worker does, with the settings that a worker has."""

from benchmarks.pace import PROCESSES, side_by_side
from tests.fakes.own_redis import own_redis


def test_each_process_gets_its_share_of_the_slots() -> None:
    with own_redis() as server:
        begun = side_by_side(1_000.0, server.url, seconds=0.2)
    assert len(begun) >= PROCESSES
    assert begun == sorted(set(begun))
