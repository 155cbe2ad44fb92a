"""The composer with an email of 20 blocks: when it can be used, and how soon the preview follows.

In Chromium, on the machine that also serves. From pause to picture: from the last change of a text
until the frame shows it, the short wait for another change among it.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.machine import load
from benchmarks.people import TOPIC
from benchmarks.rows import Row, not_measured, row
from benchmarks.web_server import web
from scripts.services import installed_chromium

PEOPLE = 1_000
OPENED, CHANGED = 10, 40
INTERACTIVE, FOLLOWS = 1_500, 150
"""Milliseconds to reach."""
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
_KINDS: list[dict[str, str]] = [
    {"type": "heading", "text": "Our next meeting"},
    {
        "type": "rich_text",
        "html": "<p>Dear {given_name|colleague}, we meet <strong>in London</strong>, and online, "
        "to speak about supply chains and the law.</p><ul><li><p>Survivors first</p></li></ul>",
    },
    {"type": "button", "label": "Answer the invitation", "url": "https://example.org/answer"},
    {"type": "quotation", "text": "Nobody is free until all are.", "source": "A speaker"},
]
_SIGN_IN = """
from django.contrib.auth import get_user_model
from django.test import Client
account = get_user_model().objects.create_superuser("{name}", "{name}@example.org", "x")
browser = Client()
browser.force_login(account)
print(browser.session.session_key)
"""
_CHANGE = """
async text => {
  performance.clearMarks("preview-shown");
  const subject = document.querySelector("#composer .st-block [data-merge]");
  subject.value = text;
  const began = performance.now();
  subject.dispatchEvent(new Event("input", { bubbles: true }));
  while (!performance.getEntriesByName("preview-shown").length)
    await new Promise(done => setTimeout(done, 1));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}
"""
_ANSWERED = """
async () => {
  const form = document.getElementById("composer");
  const began = performance.now();
  const body = new URLSearchParams(new FormData(form));
  await (await fetch(form.dataset.preview, { method: "POST", body })).text();
  return performance.now() - began;
}
"""
_READY = "performance.getEntriesByName('composer-ready')[0].startTime"


def measure(context: Context) -> list[Row]:
    """Open the composer, and change a text in it."""
    if installed_chromium() is None:
        return [not_measured("the composer", "there is no Chromium; `make test` installs it")]
    site = {"SITE_URL": "http://localhost", "ALLOWED_HOSTS": "localhost"}
    with context.installation(context.size(PEOPLE), **site) as one:
        campaign = create(one, languages=["en"])
        with web(one) as (_, port), browser(port) as open_for:
            page = open_for(sign_in(one, "writer"))
            return _rows(page, composer_url(port, campaign, "en"), context)


def create(one: Installation, *, languages: Sequence[str]) -> int:
    """Create a campaign of 20 blocks in each language, and return its id."""
    blocks = [_KINDS[place % len(_KINDS)] for place in range(20)]
    content = {"subject": "Our next meeting", "blocks": blocks}
    campaign = {
        "name": "Twenty blocks",
        "topic": TOPIC,
        "language": languages[0],
        "contents": dict.fromkeys(languages, content),
    }
    path = one.folder / "composer.json"
    path.write_text(json.dumps(campaign), encoding="utf-8")
    return int(one.manage("create_campaign", str(path)))


def sign_in(one: Installation, name: str) -> str:
    """Create an administrator, and return the key of a session of theirs."""
    return one.run("manage.py", "shell", "-v0", "-c", _SIGN_IN.format(name=name)).split()[-1]


def composer_url(port: int, campaign: int, language: str) -> str:
    """Return the address of a campaign's composer in one language."""
    return f"http://localhost:{port}/staff/campaigns/campaign/{campaign}/content/{language}/"


@contextmanager
def browser(port: int) -> Iterator[Callable[[str], Page]]:
    """Start Chromium, and provide what opens a page of its own for each session."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)

        def open_for(session: str) -> Page:
            window = chromium.new_context(viewport={"width": 1280, "height": 900})
            window.add_cookies(
                [{"name": "sessionid", "value": session, "url": f"http://localhost:{port}"}]
            )
            return window.new_page()

        yield open_for
        chromium.close()


def _rows(page: Page, url: str, context: Context) -> list[Row]:
    before = load()
    ready, shown, answered = [], [], []
    for _ in range(context.rounds(OPENED) + 1):
        page.goto(url)
        page.wait_for_selector("#composer[data-ready]")
        ready.append(float(page.evaluate(_READY)))
    page.wait_for_function("performance.getEntriesByName('preview-shown').length")
    for number in range(context.size(CHANGED)):
        shown.append(float(page.evaluate(_CHANGE, f"Heading {number}")))
        answered.append(float(page.evaluate(_ANSWERED)))
        time.sleep(0.1)
    ready = ready[1:]  # the first fills the browser's cache
    return [
        spread("open the composer until it can be used, 20 blocks", ready, INTERACTIVE, before),
        spread("from pause to picture, 20 blocks", shown, FOLLOWS, before),
        spread("the preview at the server and back, 20 blocks", answered, None, before),
    ]


def spread(what: str, values: list[float], to_reach: int | None, before: list[float]) -> Row:
    """Return the row of times in ms, of which the median counts."""
    p50 = statistics.median(values)
    p95 = statistics.quantiles(values, n=20)[18] if len(values) > 1 else p50
    return row(
        what,
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms",
        to_reach=f"{to_reach} ms" if to_reach else "",
        met=p50 < to_reach if to_reach else None,
        p50_ms=round(p50, 1),
        p95_ms=round(p95, 1),
        load=before,
    )
