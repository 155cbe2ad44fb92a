"""The connections of one mailer: served in order, and lost by no failure."""

import threading
import time

import pytest

from newsletter.transport.bulk.api.connection_pool import ConnectionPool


def test_who_waits_longest_gets_the_next_connection() -> None:
    pool, served = ConnectionPool("bulk", 1), list[int]()

    def wait_for_it(number: int) -> None:
        with pool.connection():
            served.append(number)

    threads = [threading.Thread(target=wait_for_it, args=[number]) for number in range(8)]
    with pool.connection():
        for number, thread in enumerate(threads):
            thread.start()
            while pool.waiting <= number:
                time.sleep(0.001)
    with pool.connection():
        served.append(8)  # just had one, and comes last all the same
    for thread in threads:
        thread.join()

    assert served == list(range(9))


def test_a_call_that_fails_gives_its_connection_back() -> None:
    pool = ConnectionPool("bulk", 1)
    with pytest.raises(ValueError, match="broken"), pool.connection() as first:
        raise ValueError("broken")
    with pool.connection() as second:
        assert second is first


def test_of_free_connections_the_one_that_was_used_last_is_lent() -> None:
    pool = ConnectionPool("bulk", 3)
    with pool.connection() as first, pool.connection() as second:
        pass

    with pool.connection() as third:
        assert third is first
        assert second is not first
