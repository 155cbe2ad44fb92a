"""Samples of mail that comes back, each labelled by a person who read it.

There are two sets: the tests of flufl.bounce, which `bin/setup dev` downloads, and our own samples
in the words of mail systems in use. A table beside the samples says what each means and why, for
each recipient where it reports several.
"""

import csv
import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "tests" / "payloads" / "bounce_corpus"
LOCK = ROOT / "requirements-samples.lock"
DOWNLOADED = ROOT / ".venv" / "samples"

MEANINGS = ("hard", "soft", "block", "deferred", "delivered", "complaint", "autoreply", "none")
"""The meanings of samples.

The first three are bounce classes. `deferred`: the server goes on trying; `delivered`: it arrived;
`complaint`: a recipient complained; `autoreply`: a person's automatic answer; `none`: nothing of
these.
"""
EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail, and its meaning for one recipient, or for all whom it reports."""

    source: str
    name: str
    raw: bytes
    recipient: str
    meaning: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}/{self.name}" + (
            "" if self.recipient == EVERYBODY else f" {self.recipient}"
        )


def samples() -> list[Sample]:
    """Return all labelled samples.

    Raises:
        FileNotFoundError, ValueError: the downloaded ones are missing, or not those that were
            labelled.
    """
    return [*_labelled("flufl_bounce", downloaded()), *_labelled("own", own())]


def own() -> dict[str, bytes]:
    """Return our own samples, by file name."""
    return {path.name: path.read_bytes() for path in sorted((TABLES / "own").glob("*.eml"))}


@cache
def downloaded() -> dict[str, bytes]:
    """Return the samples of flufl.bounce's source archive, by file name."""
    pin = re.search(
        r"^flufl-bounce==(\S+) \\\n +--hash=sha256:([0-9a-f]{64})$", LOCK.read_text(), re.MULTILINE
    )
    if pin is None:
        raise ValueError(
            f"{LOCK.name} doesn't say which source archive of flufl.bounce is meant, and its hash."
        )
    archive = DOWNLOADED / f"flufl_bounce-{pin[1]}.tar.gz"
    if not archive.exists():
        raise FileNotFoundError(f"{archive} is missing: `bin/setup dev` downloads it.")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != pin[2]:
        raise ValueError(
            f"{archive} is not the file whose hash {LOCK.name} holds: remove .venv/samples, and "
            f"run `bin/setup dev`."
        )
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            file = (
                tar.extractfile(member)
                if "/tests/data/" in member.name and member.name.endswith(".txt")
                else None
            )
            if file is not None:
                found[Path(member.name).name] = file.read()
    return found


def _labelled(source: str, mails: dict[str, bytes]) -> Iterator[Sample]:
    with (TABLES / f"{source}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            raw = mails[row["sample"]]
            yield Sample(
                source, row["sample"], raw, row["recipient"], row["meaning"], row["reason"]
            )
