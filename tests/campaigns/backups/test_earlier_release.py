"""A backup that an earlier release made is migrated when it is restored."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from campaigns.backups.manifest import FILE_NAME
from config.env import BASE_DIR
from scripts.services import clean_environment

pytestmark = pytest.mark.journey


def manage(var_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    keys = {
        name: f"{name}-of-tests-that-is-long-enough-to-pass" for name in ("SECRET_KEY", "LINK_KEYS")
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=BASE_DIR,
        env=clean_environment() | keys | {"VAR_DIR": str(var_dir)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_backup_of_the_migration_before_the_last_is_migrated(tmp_path: Path) -> None:
    loader = MigrationLoader(None)
    (last,) = loader.graph.leaf_nodes("campaigns")
    parents = loader.graph.node_map[last].parents
    (before,) = (node.key for node in parents if node.key[0] == "campaigns")
    folder = tmp_path / "backups"
    folder.mkdir()
    migrated = manage(tmp_path / "old", "migrate", "--verbosity", "0", *before)
    assert migrated.returncode == 0, migrated.stderr
    made = manage(tmp_path / "old", "backup", str(folder), "--json")
    assert made.returncode == 0, made.stderr
    backup = json.loads(made.stdout)["path"]
    applied = json.loads((Path(backup) / FILE_NAME).read_text())["migrations"]
    assert ".".join(before) in applied
    assert ".".join(last) not in applied

    restored = manage(tmp_path / "new", "restore", backup)

    assert restored.returncode == 0, restored.stderr
    assert manage(tmp_path / "new", "migrate", "--check").returncode == 0
    told = manage(tmp_path / "new", "doctor").stdout
    assert "Sending from this host has stopped" in told
