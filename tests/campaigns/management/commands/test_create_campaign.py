"""The command create_campaign, run as a process, as a person or a script runs it."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns.models import Campaign, Event
from subscribers.models import Topic
from tests.campaigns.content.test_create_campaign import shape


def run(path: Path | str) -> str:
    out = StringIO()
    call_command("create_campaign", str(path), stdout=out)
    return out.getvalue()


def write(folder: Path, data: Any) -> Path:
    path = folder / "campaign.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def test_it_prints_the_id_alone_on_its_line(tmp_path: Path, topic: Topic, event: Event) -> None:
    assert run(write(tmp_path, shape())) == f"{Campaign.objects.get().pk}\n"


def test_bad_content_ends_with_1_and_the_path(tmp_path: Path, topic: Topic, event: Event) -> None:
    bad = shape(
        contents={
            "en": {"subject": "x", "blocks": [{"type": "button", "label": "x", "url": "ftp://x"}]}
        }
    )
    with pytest.raises(CommandError, match=r"contents\.en\.blocks\[0\]\.url: ") as caught:
        run(write(tmp_path, bad))

    assert caught.value.returncode == 1
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\x89PNG\0", b"[" * 100_000, b'{"a": NaN}', b"null", b"x" * 1_000_001]
)
def test_what_is_no_campaign_ends_with_1(tmp_path: Path, db: None, raw: bytes) -> None:
    with pytest.raises(CommandError) as caught:
        run(write(tmp_path, raw))

    assert caught.value.returncode == 1


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_what_can_not_be_read_ends_with_2(tmp_path: Path, db: None, name: str) -> None:
    with pytest.raises(CommandError, match="Can't read") as caught:
        run(tmp_path / name)

    assert caught.value.returncode == 2


def process(*arguments: str, given: bytes, var_dir: Path) -> "subprocess.CompletedProcess[bytes]":
    environment = os.environ | {
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": f"sqlite:///{var_dir}/test.sqlite3",
    }
    command = [sys.executable, "manage.py", "create_campaign", *arguments]
    root = Path(__file__).parents[4]
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        env=environment,
        cwd=root,
        check=False,
        timeout=120,
    )


@pytest.mark.thorough
def test_a_process_says_what_is_wrong_without_a_traceback(tmp_path: Path) -> None:
    done = process("-", given=b'{"name": "x", "nmae": "y"}', var_dir=tmp_path)

    assert done.returncode == 1
    assert b"topic: is missing" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_a_process_without_a_file_ends_with_2(tmp_path: Path) -> None:
    done = process(given=b"", var_dir=tmp_path)

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.thorough
def test_a_database_that_was_never_set_up_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = process("-", given=json.dumps(shape()).encode(), var_dir=tmp_path)

    assert done.returncode == 1
    assert b"The database can't be used" in done.stderr
    assert b"Traceback" not in done.stderr
