"""Debian's Prometheus scrapes a web process, and gets all that alerts and dashboard name."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from config.env import BASE_DIR
from scripts.services import clean_environment, free_port, installed_prometheus
from tests.deploy.test_alerts import ALERTS, DASHBOARD
from tests.metrics import TOKEN
from tests.migrated import migrated_tables

pytestmark = [pytest.mark.journey, pytest.mark.prometheus]

__all__ = ["migrated_tables"]
PATIENCE = 240
"""Seconds; test machines are slow at times."""
SCRAPE = """
global:
  scrape_interval: 1s
rule_files: [{rules}]
scrape_configs:
  - job_name: convene
    metrics_path: /metrics
    authorization:
      credentials_file: {token}
    static_configs:
      - targets: ["localhost:{port}"]
"""


def ask(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=60
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, ""
    except OSError:
        return 0, ""


def wait_until(condition: Any, what: str) -> Any:
    deadline = monotonic() + PATIENCE
    while not (value := condition()):
        assert monotonic() < deadline, f"waited in vain for {what}"
        sleep(0.2)
    return value


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, migrated_tables: Path) -> Iterator[int]:
    """A web process that somebody has used, on a host on which a sender has sent something."""
    folder, port = tmp_path_factory.mktemp("measured"), free_port()
    shutil.copy(migrated_tables, folder / "convene.sqlite3")
    settings = {"VAR_DIR": str(folder), "METRICS_TOKEN": TOKEN, "WEBHOOK_SECRET": TOKEN[::-1]}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi"),
            *("--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"),
        ],
        cwd=BASE_DIR,
        env=clean_environment() | settings,
        start_new_session=True,
    )
    try:
        site = f"http://127.0.0.1:{port}"
        wait_until(lambda: ask(f"{site}/readyz")[0] == 200, "the pages to answer")
        for path in ("/webhooks/brevo/", "/subscribe/", "/confirm/none/"):
            _post(f"{site}{path}")
        sender = [sys.executable, "-m", "tests.newsletter.metrics.counting_process"]
        subprocess.run([*sender, str(folder), "ends"], cwd=BASE_DIR, check=True)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _post(url: str) -> None:
    request = urllib.request.Request(url, data=b"email=", method="POST")
    with contextlib.suppress(urllib.error.HTTPError):  # what is answered doesn't matter here
        urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture(scope="module")
def prometheus(web: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    found = installed_prometheus()
    assert found, "prometheus isn't installed; `make test` installs it"
    folder, port = tmp_path_factory.mktemp("prometheus"), free_port()
    (folder / "token").write_text(TOKEN, encoding="ascii")
    config = folder / "prometheus.yml"
    config.write_text(
        SCRAPE.format(rules=BASE_DIR / "deploy" / "alerts.yml", token=folder / "token", port=web),
        encoding="utf-8",
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                found["prometheus"],
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: ask(f"{url}/-/ready")[0] == 200, "Prometheus")
            yield url
        finally:
            process.terminate()
            process.wait(60)


def query(prometheus: str, expression: str) -> list[Any]:
    """Return what an expression gives, and fail where Prometheus can't read it."""
    asked = urllib.parse.urlencode({"query": expression})
    status, text = ask(f"{prometheus}/api/v1/query?{asked}")
    assert status == 200, expression
    return list(json.loads(text)["data"]["result"])


def expressions() -> list[str]:
    """Return all expressions of alerts and dashboard, for an interval that Grafana would choose."""
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [
        each.replace("$__rate_interval", "5m")
        for each in [*(alert["expr"] for alert in ALERTS), *asked]
    ]


def test_prometheus_scrapes_it_with_the_token(prometheus: str) -> None:
    wait_until(lambda: query(prometheus, 'up{job="convene"} == 1'), "a scrape")
    [build] = query(prometheus, "convene_build_info")
    assert build["metric"]["version"]


def test_every_metric_that_is_named_is_there(prometheus: str) -> None:
    wait_until(lambda: query(prometheus, "convene_build_info"), "a scrape")
    named = {name for each in expressions() for name in re.findall(r"convene_[a-z_]+", each)}
    # Nothing may be found yet, and then there are no samples: the tests of figures hold its name.
    missing = {name for name in named - {"convene_findings"} if not query(prometheus, name)}

    assert len(named) > 15
    assert missing == set()


def test_every_expression_can_be_evaluated(prometheus: str) -> None:
    for expression in expressions():
        query(prometheus, expression)


def test_its_rules_are_evaluated_without_error(prometheus: str) -> None:
    def rules() -> list[Any]:
        _, text = ask(f"{prometheus}/api/v1/rules")
        [group] = json.loads(text)["data"]["groups"]
        return list(group["rules"])

    wait_until(lambda: all(rule["health"] != "unknown" for rule in rules()), "the rules")
    assert {rule["health"] for rule in rules()} == {"ok"}


def test_promtool_has_nothing_to_say_about_the_metrics(web: int) -> None:
    status, text = ask(f"http://127.0.0.1:{web}/metrics", Authorization=f"Bearer {TOKEN}")
    found = installed_prometheus()
    assert found
    checked = subprocess.run(
        [found["promtool"], "check", "metrics"],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert status == 200
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_without_the_token_nothing_is_told(web: int) -> None:
    assert ask(f"http://127.0.0.1:{web}/metrics") == (401, "")
    assert ask(f"http://127.0.0.1:{web}/metrics", Authorization=f"Bearer {TOKEN}x") == (401, "")
