"""Processes that begin as copies of this one, with everything that it has loaded.

What all of Convene's processes load is the greater part of each. A fork shares it with its parent
until one of them writes to it, and begins in milliseconds, as there is nothing left to load.
"""

import atexit
import ctypes
import gc
import importlib
import os
import runpy
import shlex
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping
from contextlib import suppress

from newsletter.core.shutdown import forget_parent

LOADED = (
    "config.celery",
    "config.heartbeats",
    "config.queues.beat",
    "config.urls",
    "config.wsgi",
    "newsletter.heartbeat.beat",
    "campaigns.tasks",
    "newsletter.tasks",
    "staff.tasks",
    "subscribers.tasks",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.concurrency.solo",
    "celery.contrib.django.task",
    "celery.events",
    "celery.fixups.django",
    "celery.worker.autoscale",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "gunicorn.glogging",
    "gunicorn.http.wsgi",
    "gunicorn.workers.gthread",
    "kombu.mixins",
)
"""Modules that processes of the Procfile need, and theirs."""
MEANS_NOTHING = ("No directory at", "You're running the worker with superuser privileges")
"""Python warnings that mean nothing on a machine of one's own: no collected static files, and
perhaps root.
"""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
"""Those that a supervisor listens to."""
PYTHON = "python -m "
"""How a command begins that a fork needn't load."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a child gets when its parent dies, so that even SIGKILL leaves no
orphans."""
PR_SET_NAME = 15
"""prctl(2): the name that `top` and `ps -o comm` show, of 15 characters."""


def load() -> None:
    """Load what Convene's processes share, while this one has no thread and no connection."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("PYTHONWARNINGS"):
        for start in MEANS_NOTHING:
            warnings.filterwarnings("ignore", start)
    # No collection until the fork: it would free little, and leave holes in pages that are shared,
    # which a child fills and so copies.
    gc.disable()
    import django

    django.setup()
    for name in LOADED:
        importlib.import_module(name)
    from django.db import connections
    from django.urls import get_resolver

    _ = get_resolver().url_patterns  # read when first asked for
    if any(each.connection for each in connections.all(initialized_only=True)):
        raise AssertionError("a connection that two processes share is torn by the first to end")
    # A later collection would write to all of it, and so take a copy of it in each process.
    gc.freeze()
    gc.enable()


def start(
    command: str,
    *,
    environment: Mapping[str, str],
    output: int | None = None,
    name: str = "",
) -> int:
    """Begin a command as a child of this process, and return its process id.

    Args:
        command: as a Procfile has it. `python -m MODULE` goes on with what this process has loaded;
            anything else is a program of its own.
        environment: of the child.
        output: the file that its output goes to; None: where this process's goes.
        name: by which it is kept running: it leads a session of its own, and ends when this
            process dies. Without one it belongs to this process's terminal.
    """
    # A signal must find the child's own handlers, or wait for them.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        code = 1
        with suppress(BaseException):
            code = _child(command, environment, output, name, parent)
        os._exit(code)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    return pid


def _child(
    command: str, environment: Mapping[str, str], output: int | None, name: str, parent: int
) -> int:
    """Be the child: return its exit code, unless it becomes another program."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if name:
        os.setsid()  # out of reach of the terminal's Ctrl-C: the supervisor says when
        _belong_to(parent, name)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if output is not None:
        os.dup2(output, 1)
        os.dup2(output, 2)
    # What the parent has open is its own: locks, other children's output, its event loop.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()
    os.environ.update(environment)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    words = shlex.split(os.path.expandvars(command)) if command.startswith(PYTHON) else []
    if not words:
        # `exec`: so that the process is the command itself, not a shell that keeps its signals.
        os.execv("/bin/sh", ["/bin/sh", "-c", f"exec {command}"])
    return _run_module(words[2], words[3:])


def _belong_to(parent: int, name: str) -> None:
    with suppress(AttributeError):  # Linux alone has it
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        libc.prctl(PR_SET_NAME, f"convene-{name}".encode())
    if os.getppid() != parent:
        os._exit(1)


def _run_module(module: str, arguments: list[str]) -> int:
    """Run a module as `python -m` does, and return the exit code."""
    forget_parent()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # a text file
    sys.argv = [module, *arguments]
    code: object = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    except KeyboardInterrupt:
        code = 130
    except BaseException:  # noqa: BLE001 - as the interpreter does at its end
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()  # type: ignore[attr-defined] # as the interpreter does at its end
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    return int(code or 0)
