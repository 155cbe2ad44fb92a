"""The four places that say what is wrong, each asked again and again."""

import json
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape

from config.env import BASE_DIR
from tests.drills.alarms.faults import Fault
from tests.drills.alarms.installation import TOKEN, Installation

EVERY = 1.0
"""Seconds between two questions."""
MARK = {"mend": "ERROR", "look": "warning"}


@dataclass(slots=True)
class Said:
    """The first moment at which each channel said it, in seconds since the fault, and its words."""

    after: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    mended_after: float | None = None


def doctor(here: Installation, fault: Fault) -> str:
    """Run `manage.py doctor`, and return what it says of the fault; "" for nothing."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=BASE_DIR,
        env=here.host.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return ""
    findings = found["findings"] if isinstance(found, Mapping) else found
    for each in findings:
        is_bad = each["check"] == fault.check and each["level"] in MARK
        if is_bad and re.search(fault.words, each["message"]):
            return f"{MARK[each['level']]}: {each['message']}"
    return ""


def dashboard(here: Installation, fault: Fault) -> str:
    """Open the first staff page as an administrator."""
    status, text = _get(here, "/staff/", {"Cookie": here.cookie})
    if fault.without.get("dashboard") == str(status):
        return f"HTTP {status}"
    part = re.search(r'aria-labelledby="findings".*?</section>', text, re.DOTALL)
    said = [unescape(re.sub(r"<[^>]+>", " ", each)) for each in _items(part[0] if part else "")]
    return next((" ".join(each.split()) for each in said if re.search(fault.words, each)), "")


def _items(html: str) -> list[str]:
    return re.findall(r"<(?:li|p)\b.*?</(?:li|p)>", html, re.DOTALL)


def metric(here: Installation, fault: Fault) -> str:
    """Scrape /metrics."""
    _, text = _get(here, "/metrics", {"Authorization": f"Bearer {TOKEN}"})
    instead = fault.without.get("metric", "")
    if instead and instead in text:
        return instead
    found = re.search(rf'^convene_findings\{{check="{fault.check}".*$', text, re.MULTILINE)
    return found[0] if found else ""


def alert(here: Installation, fault: Fault, since: int) -> str:
    """Read the alerts that have come by email since then."""
    for got in here.alerts.received[since:]:
        part = got.message.get_body(("plain",))
        text = part.get_content() if part else ""
        for line in text.splitlines():
            if line.startswith(("ERROR", "warning")) and re.search(fault.words, line):
                return line
    return ""


def is_told_as_mended(here: Installation, fault: Fault, since: int) -> bool:
    """Return whether an alert has said since then that it is mended."""
    for got in here.alerts.received[since:]:
        part = got.message.get_body(("plain",))
        for line in (part.get_content() if part else "").splitlines():
            if line.startswith("resolved") and re.search(fault.words, line):
                return True
    return False


def watch(here: Installation, fault: Fault, *, patience: float) -> Said:
    """Begin the fault, and ask until all channels have said it, or patience ends."""
    alerts_before, said = len(here.alerts.received), Said()
    began = time.monotonic()
    fault.begin(here)
    asked: dict[str, Callable[[], str]] = {
        "doctor": lambda: doctor(here, fault),
        "dashboard": lambda: dashboard(here, fault),
        "metric": lambda: metric(here, fault),
        "alert": lambda: alert(here, fault, alerts_before),
    }
    threads = [
        threading.Thread(target=_ask, args=(name, ask, said, began, patience), daemon=True)
        for name, ask in asked.items()
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        here.host.look_after()
        if fault.goes_on is not None:
            fault.goes_on(here)
        time.sleep(EVERY)
    return said


def _ask(name: str, ask: Callable[[], str], said: Said, began: float, patience: float) -> None:
    while time.monotonic() - began < patience:
        try:
            words = ask()
        except (OSError, subprocess.TimeoutExpired):
            words = ""
        if words:
            said.after[name], said.words[name] = time.monotonic() - began, words
            return
        time.sleep(EVERY)


def _get(here: Installation, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{here.web_port}{path}", headers={**here.headers, **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
