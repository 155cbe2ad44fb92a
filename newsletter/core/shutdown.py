"""Shutdown requests, which long work looks for between two steps.

It then finishes what is in flight and gives back the rest.
"""

import mmap

_flag = mmap.mmap(-1, 1)
"""A page of memory that a process shares with those it forks. The parent of a pool is the one that
hears SIGTERM, and its children are the ones that have to know.
"""


def ask_to_stop(*_: object, **__: object) -> None:
    """Ask this process and its children to end soon.

    Its arguments are those of a signal's handler, and mean nothing.
    """
    _flag[0] = 1


def is_stopping() -> bool:
    """Return whether this process has been asked to end soon."""
    return _flag[0] == 1


def forget_parent() -> None:
    """Share the request no longer with the process that this one was forked from.

    For a process that is none of its parent's pool, and is asked by itself.
    """
    global _flag
    _flag = mmap.mmap(-1, 1)
