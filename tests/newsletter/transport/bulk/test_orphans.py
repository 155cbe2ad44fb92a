"""Orphans: journals whose writers are gone."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.transport.bulk.journal import Journal, Orphan, orphans, settle_orphans


def test_the_journal_of_a_process_that_was_killed_is_an_orphan_and_found_once(
    tmp_path: Path,
) -> None:
    script = (
        "import sys, time; from pathlib import Path; from newsletter.transport.bulk.journal "
        "import Journal;"
        f"j = Journal(Path({str(tmp_path)!r}), 't', {{}}); j.note(begun=[5]); print('up', "
        f"flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert not list(orphans(tmp_path)), "its writer lives"
        process.kill()

    with next(iter(orphans(tmp_path))) as orphan:
        assert orphan.content.in_doubt == {5}
        assert not list(orphans(tmp_path)), "somebody else is at it"
    assert not list(tmp_path.iterdir())


def test_an_orphan_that_could_not_be_settled_is_kept(tmp_path: Path) -> None:
    Journal(tmp_path, "t", {}).close()

    with pytest.raises(RuntimeError), next(iter(orphans(tmp_path))):
        raise RuntimeError

    assert len(list(orphans(tmp_path))) == 1


def test_a_journal_that_can_not_be_opened_holds_up_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.journal").mkdir()
    Journal(tmp_path, "t", {}).close()

    assert [orphan.path.name for orphan in orphans(tmp_path)] == ["t.journal"]


def test_a_journal_that_was_interrupted_at_its_start_leaves_nothing(tmp_path: Path) -> None:
    """Nothing was claimed yet; and a full disk would be left an empty file at each attempt."""
    with pytest.raises(TypeError):
        Journal(tmp_path, "t", {"mailer": object()})

    assert not list(tmp_path.iterdir())


def open_files(folder: Path) -> int:
    """Count the open files of a folder: others of this process come and go as they please."""
    ours = f"{folder}/"
    return sum(os.path.realpath(each).startswith(ours) for each in Path("/proc/self/fd").iterdir())


def test_a_journal_that_can_not_be_read_keeps_no_lock_and_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("bad", "good"):
        Journal(tmp_path, name, {}).close()
    healthy, before = Path.read_bytes, open_files(tmp_path)

    def fail(path: Path) -> bytes:
        if path.stem == "bad":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return healthy(path)

    def keep(orphan: Orphan) -> int:
        orphan.keep = True
        return 1

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        for _ in range(3):
            assert settle_orphans(tmp_path, keep) == 1

    assert open_files(tmp_path) == before
    assert len(caplog.records) == 1, "it is said once"
    assert settle_orphans(tmp_path, keep) == 2


def test_a_journal_that_can_not_be_deleted_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal(tmp_path, "t", {}).close()
    before = open_files(tmp_path)

    def fail(path: Path, **kwargs: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "unlink", fail)

    for _ in range(2):
        assert settle_orphans(tmp_path, lambda orphan: 1) == 1
    assert open_files(tmp_path) == before


def test_a_journal_of_another_user_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.journal").mkdir()

    for _ in range(3):
        assert not list(orphans(tmp_path))

    assert [record.levelname for record in caplog.records] == ["ERROR"]
