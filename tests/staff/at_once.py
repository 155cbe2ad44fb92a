"""Doing several things at the same moment, each over a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(*actions: Callable[[], None]) -> None:
    """Do all of these, and wait until they are done."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], None]) -> None:
        try:
            start.wait(10)
            action()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
