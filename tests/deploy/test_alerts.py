"""`deploy/alerts.yml` and `deploy/grafana.json`: read by Prometheus' own tools, and by people."""

import json
import re
import subprocess
from typing import Any

import pytest
import yaml

from config.env import BASE_DIR
from scripts.services import installed_prometheus

pytestmark = [pytest.mark.journey, pytest.mark.prometheus]

RULES = BASE_DIR / "deploy" / "alerts.yml"
DASHBOARD = json.loads((BASE_DIR / "deploy" / "grafana.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
OPERATIONS = (BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
UNIT_TESTS = "tests/deploy/alerts_test.yml"


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    found = installed_prometheus()
    assert found, "prometheus isn't installed; `make test` installs it"
    return subprocess.run(
        [found["promtool"], *words],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_prometheus_understands_the_rules() -> None:
    checked = promtool("check", "rules", str(RULES))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_each_alert_fires_for_what_it_is_for_and_for_nothing_else() -> None:
    tested = promtool("test", "rules", UNIT_TESTS)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_each_alert_is_tested_both_ways() -> None:
    tests = yaml.safe_load((BASE_DIR / UNIT_TESTS).read_text(encoding="utf-8"))["tests"]
    fires, rests = set[str](), set[str]()
    for each in (each for test in tests for each in test["alert_rule_test"]):
        (fires if each.get("exp_alerts") else rests).add(each["alertname"])
    assert fires == rests == {alert["alert"] for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_each_alert_says_what_to_do_and_the_page_explains_it(alert: dict[str, Any]) -> None:
    labels, words = alert["labels"], alert["annotations"]
    assert labels.keys() == {"severity"}
    assert labels["severity"] in ("error", "warning")
    assert words.keys() == {"summary", "command"}
    assert words["summary"].endswith(".")
    [row] = [line for line in OPERATIONS.splitlines() if f"| `{alert['alert']}` |" in line]
    assert f"| {labels['severity']} |" in row
    assert f"`{words['command']}`" in row.replace("\\|", "|")


def test_the_dashboard_fits_a_screen_and_overlaps_nowhere() -> None:
    taken = set[tuple[int, int]]()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    assert max(x for x, _ in taken) < 24
    assert max(y for _, y in taken) <= 24


def test_the_dashboard_asks_the_chosen_prometheus_alone() -> None:
    for panel in DASHBOARD["panels"]:
        for asked in (panel, *panel["targets"]):
            assert asked["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert not re.search(r"https?://", json.dumps(DASHBOARD))
