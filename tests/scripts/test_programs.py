"""The browser that shows pages in tests is the one that costs least, and any will do."""

from pathlib import Path

import pytest

from scripts.services import installed_chromium, installed_headless_shell
from tests.browser.chromium import quickest_chromium


def test_the_headless_shell_goes_before_the_whole_browser_which_stands_in_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert quickest_chromium() is None
    for name in ("chromium", "chromium-headless-shell"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n", encoding="utf-8")
        program.chmod(0o700)
        assert quickest_chromium() == str(program)
    assert installed_chromium() == str(tmp_path / "chromium")
    assert installed_headless_shell() == str(tmp_path / "chromium-headless-shell")
