"""Running the program that makes images anew, as a process that a hostile file ends alone."""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).with_name("reencode.py")
WALLS = "walls"
"""The argument that asks the program which walls are missing."""
_LONGEST = 45.0
"""Seconds that one image may take."""
_PATIENCE = 4.0
"""Seconds that an upload waits for others, and holds a thread meanwhile."""
_STDERR = 2000
"""Characters of what the program said at its end that are logged."""
# One at a time in each process: a host with two web processes makes two at once, and needs memory
# for both.
_turn = threading.BoundedSemaphore(1)
_TOO_MUCH = (
    "The image can’t be opened: it needs too much memory or time. Save it smaller, as JPEG or PNG."
)
_OUR_FAULT = (
    "The image wasn’t opened, because something is wrong with this server, not with the image. "
    "Tell your system administrator."
)
logger = logging.getLogger(__name__)


class BadImage(ValueError):
    """A file that can't be taken. The message is fit to be shown."""


@dataclass(frozen=True, slots=True)
class NewSize:
    """One size of an image: in pixels, the ending of a file's name, and the bytes."""

    width: int
    height: int
    ending: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NewImage:
    """An image that was made anew.

    Attributes:
        digest: of the pixels of its largest size, as hex.
        is_animated: whether the file had more pictures than the first, which alone is kept.
        sizes: the smallest first.
    """

    digest: str
    is_animated: bool
    sizes: tuple[NewSize, ...]


def reencode_apart(content: bytes) -> NewImage:
    """Make an image anew, in a process of its own.

    Args:
        content: the file as somebody uploaded it.

    Raises:
        BadImage: it isn't taken, with the reason for whoever uploaded it.
    """
    return _made(content)


def cut_apart(content: bytes, box: tuple[int, int, int, int], size: tuple[int, int]) -> NewSize:
    """Cut a part out of an image that was made anew, in a process of its own, and scale it.

    Args:
        content: one of its files.
        box: left, top, right and bottom of the part, in pixels.
        size: width and height that it gets, in pixels.

    Raises:
        BadImage: it can't be done now, with the reason for whoever asked for it.
    """
    return _made(content, *box, *size).sizes[0]


def missing_walls() -> list[str]:
    """Return the walls that the process has to do without on this host, by the names of `confine`.

    Raises:
        BadImage: the program can't be run at all.
    """
    missing: list[str] = json.loads(_run(b"", WALLS))
    return missing


def _made(content: bytes, *numbers: int) -> NewImage:
    if not _turn.acquire(timeout=_PATIENCE):
        raise BadImage("The server is busy with other images. Try again in a minute.")
    try:
        return _read(_run(content, *numbers))
    finally:
        _turn.release()


def _run(content: bytes, *arguments: object) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of the file in its command
            [sys.executable, "-I", str(PROGRAM), *map(str, arguments)],
            input=content,
            capture_output=True,
            timeout=_LONGEST,
            env={"PATH": os.defpath},  # none of our secrets
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadImage(_TOO_MUCH) from error
    except OSError as error:
        logger.exception("The program that makes images anew can't be started.")
        raise BadImage(_OUR_FAULT) from error
    if done.returncode != 0:
        raise BadImage(_why_ended(done.returncode, done.stderr))
    return done.stdout


def _why_ended(code: int, stderr: bytes) -> str:
    """Return why the program gave no answer: its limits, or what we have to mend, which is logged.

    A signal (a code below 0) is the kernel's for limits, or a decoder's end by a hostile file.
    """
    said = stderr.decode(errors="replace")[-_STDERR:].strip()
    if code < 0 or said.rpartition("\n")[2].startswith("MemoryError"):
        return _TOO_MUCH
    # As a literal: a decoder may repeat what stands in a file.
    logger.error("The program that makes images anew ended with code %d: %r", code, said)
    return _OUR_FAULT


def _read(answer: bytes) -> NewImage:
    head, _, rest = answer.partition(b"\n")
    said = json.loads(head)
    if "problem" in said:
        raise BadImage(said["problem"])
    sizes, start = [], 0
    for size in said["sizes"]:
        end = start + size["length"]
        sizes.append(NewSize(size["width"], size["height"], size["ending"], rest[start:end]))
        start = end
    return NewImage(said["digest"], said["is_animated"], tuple(sizes))
