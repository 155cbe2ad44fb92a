"""The units of deploy/: systemd understands them, and they may do little beside their work."""

import subprocess
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.services import installed_systemd_analyze

pytestmark = [pytest.mark.journey, pytest.mark.systemd]

UNITS = sorted(path.name for path in (BASE_DIR / "deploy").glob("*.service"))
MOST_EXPOSED = 1.5
"""Of 10, as `systemd-analyze security` counts: 8.5 is a unit with no more than User=."""


def systemd_analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = installed_systemd_analyze()
    assert program, "systemd-analyze isn't installed; `make test` installs it"
    return subprocess.run(
        [program, *words], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_may_do_little_beside_its_work(unit: str) -> None:
    path = BASE_DIR / "deploy" / unit
    judged = systemd_analyze(
        "security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", str(path)
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_each_line(unit: str, tmp_path: Path) -> None:
    # What it starts lies elsewhere here, and would be all that systemd complains of.
    text = (BASE_DIR / "deploy" / unit).read_text(encoding="utf-8")
    copy = tmp_path / unit
    copy.write_text(text.replace("/opt/convene", str(BASE_DIR)), encoding="utf-8")
    understood = systemd_analyze("verify", "--man=no", str(copy))
    assert understood.returncode == 0, understood.stderr
    assert unit not in understood.stderr


def test_systemd_understands_when_a_backup_is_due(tmp_path: Path) -> None:
    for name in ("convene-backup.timer", "convene-backup.service"):
        text = (BASE_DIR / "deploy" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/convene", str(BASE_DIR)), encoding="utf-8")
    understood = systemd_analyze("verify", "--man=no", str(tmp_path / "convene-backup.timer"))
    assert understood.returncode == 0, understood.stderr
    assert "convene-backup" not in understood.stderr


def test_the_judge_finds_a_bare_unit_exposed(tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\nUser=nobody\n", encoding="utf-8")
    judged = systemd_analyze(
        "security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", str(bare)
    )
    assert judged.returncode != 0
