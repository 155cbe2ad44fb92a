"""A hostile image ends a process of its own, and nothing else."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from newsletter.media import reencode_apart as module
from newsletter.media.reencode_apart import BadImage, reencode_apart
from tests.newsletter.media.pictures import opened, picture


def test_an_image_comes_back_as_its_sizes() -> None:
    image = reencode_apart(picture(size=(800, 400)))
    assert [(one.width, one.height, one.ending) for one in image.sizes] == [
        (240, 120, "jpg"),
        (600, 300, "jpg"),
        (800, 400, "jpg"),
    ]
    for one in image.sizes:
        assert opened(one.content).size == (one.width, one.height)
    assert not image.is_animated


def test_a_refusal_keeps_its_words() -> None:
    with pytest.raises(BadImage, match="SVG"):
        reencode_apart(b"<svg/>")


def test_the_program_has_none_of_our_code() -> None:
    script = (
        "import runpy, sys\n"
        "program = runpy.run_path(sys.argv.pop())\n"
        "def tell(content):\n"
        "    ours = [n for n in sys.modules if n.split('.')[0] in ('newsletter', 'django')]\n"
        "    return {'ours': ours}, []\n"
        "program['main'].__globals__['reencode'] = tell\n"
        "program['main']()\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(module.PROGRAM)],
        input=b"x",
        capture_output=True,
        check=True,
    )
    assert done.stdout == b'{"ours": []}\n'


@pytest.mark.parametrize(
    ("program", "says", "logs"),
    [
        ("raise SystemExit('no such module')", "wrong with this server", "no such module"),
        ("import os; os.kill(os.getpid(), 9)", "too much memory or time", ""),
        ("raise MemoryError", "too much memory or time", ""),
    ],
)
def test_a_program_that_ends_for_our_own_reasons_is_logged_and_is_no_fault_of_the_image(
    program: str,
    says: str,
    logs: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "program.py").write_text(program)
    monkeypatch.setattr(module, "PROGRAM", tmp_path / "program.py")
    with pytest.raises(BadImage, match=says):
        reencode_apart(picture())
    assert logs in caplog.text
    assert bool(caplog.records) == bool(logs)


def test_a_program_that_can_t_be_started_is_no_fault_of_the_image(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(BadImage, match="wrong with this server"):
        reencode_apart(picture())


def test_an_upload_that_finds_others_at_work_is_told_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert module._PATIENCE <= 5
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    with module._turn, pytest.raises(BadImage, match="busy with other images"):
        reencode_apart(picture())
    assert reencode_apart(picture()).sizes


def test_images_at_once_wait_for_each_other_and_all_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 120.0)
    made: list[int] = []
    threads = [
        threading.Thread(target=lambda: made.append(len(reencode_apart(picture()).sizes)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1, 1, 1]
