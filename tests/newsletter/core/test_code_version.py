"""The version names the release and the commit that is checked out."""

import re
import subprocess
from pathlib import Path

import pytest

from config.env import BASE_DIR
from newsletter.core.code_version import CodeVersion, _commit, code_version

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_it_is_the_release_of_the_project_and_the_commit_of_git() -> None:
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    assert code_version().commit == (asked.stdout.strip() if asked.returncode == 0 else "")
    assert re.fullmatch(r"\d+\.\d+\.\d+", code_version().release)
    assert str(CodeVersion("0.1.0", COMMIT)) == "0.1.0 (0123456789ab)"
    assert str(CodeVersion("0.1.0", "")) == "0.1.0"


@pytest.mark.parametrize(
    "files",
    [
        {"HEAD": f"{COMMIT}\n"},
        {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{COMMIT}\n"},
        {"HEAD": "ref: refs/heads/main\n", "packed-refs": f"# x\n{COMMIT} refs/heads/main\n"},
        {
            "HEAD": "ref: refs/heads/main\n",
            "commondir": "shared\n",
            "shared/refs/heads/main": f"{COMMIT}\n",
        },
    ],
    ids=["detached", "branch", "packed", "worktree"],
)
def test_a_commit_is_found_wherever_git_keeps_it(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tmp_path / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert _commit(tmp_path / ".git") == COMMIT
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / ".git").write_text("gitdir: ../.git\n")
    assert _commit(tmp_path / "tree" / ".git") == COMMIT


def test_code_without_git_has_no_commit(tmp_path: Path) -> None:
    assert _commit(tmp_path / ".git") == ""
