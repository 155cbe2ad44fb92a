"""Steps of a set-up: each knows whether it is done, so that a second run finds nothing to do."""

import errno
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Never


class StepFailed(Exception):
    """A step could not be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a server needs."""

    name: str
    """Begins with a verb, as what is to be done."""
    is_done: Callable[[], bool]
    """Raises PermissionError where only root can tell."""
    do: Callable[[], None]
    """Raises StepFailed."""


def run_steps(steps: Sequence[Step], *, dry_run: bool, say: Callable[[str], None] = print) -> None:
    """Do what isn't done yet, one step after the other.

    Args:
        steps: in the order in which one needs the other.
        dry_run: say what would be done, and do nothing.
        say: prints a line.

    Raises:
        StepFailed: a step could not be done, or didn't help. Those before it stay done.
    """
    for step in steps:
        if dry_run:
            say(f"{_what_a_run_would_find(step)}: {step.name}")
        elif step.is_done():
            say(f"there already: {step.name}")
        else:
            step.do()
            if not step.is_done():
                raise StepFailed(f"{step.name}: that was done, and changed nothing")
            say(f"done: {step.name}")


def _what_a_run_would_find(step: Step) -> str:
    try:
        return "there already" if step.is_done() else "would"
    except PermissionError:
        return "can't tell without root"


def hidden_step(name: str, problem: PermissionError) -> Step:
    """Return a step of which only root can tell whether it is done.

    Args:
        name: what is to be done.
        problem: what hides it.
    """

    def refuse() -> Never:
        raise problem

    return Step(name, refuse, refuse)


def is_there(path: Path) -> bool:
    """Return whether there is such a file or folder.

    Raises:
        PermissionError: only root can tell. From Python 3.14 on `Path.exists` would say no.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def require_root() -> None:
    """Go on as root alone.

    Raises:
        PermissionError: this isn't root.
    """
    if os.geteuid() != 0:
        raise PermissionError(errno.EPERM, "only root can tell")


def run(
    *words: str, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, and return what it printed, whatever its exit code.

    Args:
        words: the program and its arguments; never a secret, which other users could read.
        stdin: what it reads.
        environment: beside that of this process.

    Raises:
        StepFailed: there is no such program.
    """
    try:
        return subprocess.run(
            words,
            input=stdin,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise StepFailed(f"there is no program {words[0]!r} here") from None


def must(*words: str, stdin: str = "", environment: Mapping[str, str] | None = None) -> str:
    """Run a program, and return what it printed.

    Raises:
        StepFailed: it isn't there, or its exit code says that it failed.
    """
    ended = run(*words, stdin=stdin, environment=environment)
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip()
        raise StepFailed(f"`{' '.join(words)}` ended with {ended.returncode}: {said[-2000:]}")
    return ended.stdout
