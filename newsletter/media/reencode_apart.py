"""Running the program that makes images anew, as a process that a hostile file ends alone."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).with_name("reencode.py")
_LONGEST = 45.0
"""Seconds that one image may take."""
_PATIENCE = 30.0
"""Seconds that an upload waits for others. One image at a time keeps the memory of a host flat."""
_turn = threading.BoundedSemaphore(1)
_TOO_MUCH = (
    "The image can’t be opened: it needs too much memory or time. Save it smaller, as JPEG or PNG."
)


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
    if not _turn.acquire(timeout=_PATIENCE):
        raise BadImage("Other images are being uploaded. Try again in a minute.")
    try:
        return _read(_run(content))
    finally:
        _turn.release()


def _run(content: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of the file in its command
            [sys.executable, "-I", str(PROGRAM)],
            input=content,
            capture_output=True,
            timeout=_LONGEST,
            env={"PATH": os.defpath},  # none of our secrets
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadImage(_TOO_MUCH) from error
    if done.returncode != 0:
        raise BadImage(_TOO_MUCH)
    return done.stdout


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
