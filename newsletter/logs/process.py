"""The kind of a process, as the Procfile names it."""

import sys
from collections.abc import Sequence
from pathlib import PurePath

COMMAND = "manage"
"""The kind of a command, which a person waits for at a terminal."""


def process_kind(arguments: Sequence[str] | None = None) -> str:
    """Return `web`, `worker`, `sender` or `clock`; for anything else the program's name.

    A worker of campaigns alone is a sender, whoever started it and however it was called.

    Args:
        arguments: of the process, its program first; None: this process's own.
    """
    program, *rest = [*(sys.argv if arguments is None else arguments), ""][:-1] or [""]
    name = PurePath(program).name
    if name == "__main__.py":  # python -m NAME
        name = PurePath(program).parent.name
    if name == "manage.py":
        return "web" if "runserver" in rest[:1] else COMMAND
    if name == "celery":
        return _kind_of_celery(rest)
    return "web" if name == "gunicorn" else name.removesuffix(".py") or "python"


def _kind_of_celery(arguments: Sequence[str]) -> str:
    if "beat" in arguments:
        return "clock"
    if "worker" not in arguments:
        return "celery"
    return "sender" if _queues(arguments) == {"bulk"} else "worker"


def _queues(arguments: Sequence[str]) -> set[str]:
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--queues", "-Q"):
            value = value or "".join(arguments[place + 1 : place + 2])
            return {queue.strip() for queue in value.split(",")}
    return set()
