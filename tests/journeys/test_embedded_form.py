"""The sign-up form on other websites, in the frames that Google Sites puts around it.

Its host names lead to this machine, and the browser takes no cookies of third parties.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect

from scripts.services import installed_chromium
from tests.browser.chromium import FLAGS, PHONE
from tests.fakes import websites
from tests.fakes.websites import Website
from tests.journeys.running import PATIENCE, RunningInstallation

pytestmark = [pytest.mark.journey, pytest.mark.browser]

OURS = "lists.example.org"
SITE = f"https://{OURS}"
GOOGLE, STATIC, USER = (
    "sites.google.com",
    "www.gstatic.com",
    "1234567890-atari-embeds.googleusercontent.com",
)
PLAIN, STRANGER = "www.example.net", "www.example.com"
ALLOWED = (
    "https://sites.google.com https://www.gstatic.com https://*.googleusercontent.com "
    f"https://{PLAIN}"
)
SANDBOX = (
    "allow-scripts allow-popups allow-forms allow-same-origin allow-popups-to-escape-sandbox "
    "allow-downloads allow-modals allow-storage-access-by-user-activation"
)
"""What Google Sites allows the frames of what its users embed."""
TOPIC = "quarterly-meetings"
THIRD_PARTY = "cookies.example"
"""A website that tries to keep a cookie inside of another's frame."""
SNIPPETS = """
from subscribers.consent.offered_topics import topics_offered
from subscribers.views.form_choice import FormChoice
from subscribers.views.snippets import make_snippets
import dataclasses, json
made = {}
for name, slugs in {"all": (), "one": ("TOPIC",)}.items():
    topics = topics_offered().filter(slug__in=slugs) if slugs else topics_offered()
    made[name] = dataclasses.asdict(make_snippets(FormChoice(slugs, ""), list(topics)))
print("\\n" + json.dumps(made))
""".replace("TOPIC", TOPIC)


@dataclass(frozen=True, slots=True)
class Web:
    """A browser, the websites that it finds, and our installation among them."""

    installation: RunningInstallation
    window: BrowserContext
    pages: dict[str, Website]
    snippets: dict[str, dict[str, str]]
    cookies_sent: list[str]

    def put(self, address: str, body: str, **headers: str) -> str:
        """Make a page of another website, and return its address."""
        names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.pages[address] = Website(f"<!doctype html><title>x</title>{body}", names)
        return f"https://{address}"

    def on_google_sites(self, code: str) -> str:
        """Embed code as Google Sites does: written into the innermost of its frames."""
        self.put(f"{USER}/embeds/inner.html", _written(code))
        inner = f'<iframe sandbox="{SANDBOX}" src="https://{USER}/embeds/inner.html"></iframe>'
        self.put(f"{STATIC}/atari/embeds/intermediate.html", _filling(inner))
        around = f"https://{STATIC}/atari/embeds/intermediate.html"
        outer = f'<iframe sandbox="{SANDBOX}" src="{around}"></iframe>'
        return self.put(f"{GOOGLE}/view/taskforce", _filling(outer))


def _filling(frame: str) -> str:
    return f"<style>iframe {{ width: 100%; height: 1900px; border: 0 }}</style>{frame}"


def _written(code: str) -> str:
    """Return a page that writes code into an empty frame, and counts the messages there."""
    heard = "<script>heard = []; onmessage = e => heard.push([e.origin, e.data])</script>"
    text = json.dumps(heard + code).replace("</", "<\\/")
    return _filling('<iframe id="userHtmlFrame"></iframe>') + (
        f"<script>const page = document.getElementById('userHtmlFrame').contentDocument;"
        f"page.open(); page.write({text}); page.close()</script>"
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstallation]:
    folder = tmp_path_factory.mktemp("embed") / "var"
    running = RunningInstallation(
        folder,
        settings="tests.journeys.short_times",
        SITE_URL=SITE,
        EMBED_ORIGINS=ALLOWED,
        LANGUAGES="en,uk",
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def web(
    installation: RunningInstallation,
    playwright: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    pages: dict[str, Website] = {}
    cookies: list[str] = []
    printed = installation.manage("shell", "-v", "0", "-c", SNIPPETS).strip().splitlines()[-1]
    with websites.serve(
        pages,
        ours=OURS,
        port=installation.port,
        folder=tmp_path_factory.mktemp("tls"),
        seen=cookies,
    ) as port:
        window = _browser(playwright, tmp_path_factory.mktemp("profile"), port)
        yield Web(installation, window, pages, json.loads(printed), cookies)
        window.close()


def _browser(playwright: Playwright, profile: Path, port: int) -> BrowserContext:
    """Start a Chromium for which each name is this machine, without cookies of third parties."""
    (profile / "Default").mkdir()
    blocked = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
    (profile / "Default" / "Preferences").write_text(json.dumps(blocked), encoding="utf-8")
    window = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=installed_chromium(),
        args=[
            *FLAGS,
            f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
            "--ignore-certificate-errors",
        ],
        viewport=PHONE,
        ignore_https_errors=True,
    )
    window.set_default_timeout(PATIENCE * 1000)
    return window


@pytest.fixture
def page(web: Web) -> Iterator[Page]:
    page = web.window.new_page()
    yield page
    page.close()


def our_frame(page: Page) -> Frame:
    """Wait for the frame with our form, however deep it is."""

    def find() -> Frame | None:
        return next((frame for frame in page.frames if frame.url.startswith(SITE)), None)

    for _ in range(600):
        if frame := find():
            frame.wait_for_load_state()
            return frame
        page.wait_for_timeout(100)
    raise AssertionError([frame.url for frame in page.frames])


def _parent(frame: Frame) -> Frame:
    assert frame.parent_frame is not None
    return frame.parent_frame


def frame_height(frame: Frame) -> int:
    """Return the height of our frame on the page around it."""
    return int(_parent(frame).evaluate("document.querySelector('iframe').clientHeight"))


def content_height(frame: Frame) -> int:
    script = "Math.ceil(document.documentElement.getBoundingClientRect().height)"
    return int(frame.evaluate(script))


def expect_it_fits(frame: Frame, page: Page) -> None:
    """Wait until our frame is exactly as high as what is in it."""
    for _ in range(100):
        if frame_height(frame) == content_height(frame):
            break
        page.wait_for_timeout(100)
    assert frame_height(frame) == content_height(frame)


def fill_in(frame: Frame, page: Page, address: str) -> None:
    frame.get_by_label("Email").first.fill(address)
    boxes = frame.locator("input[type=checkbox][name=topics]")
    if boxes.count():
        boxes.first.check()
    page.wait_for_timeout(2_500)  # a person takes longer than a robot, and the form knows
    send(frame)


def send(frame: Frame) -> None:
    """Press the form's button by the keyboard: a click could miss it while the frame grows."""
    frame.get_by_role("button", name="Subscribe").press("Enter")


def has_confirmation(web: Web, address: str) -> Callable[[], bool]:
    query = "SELECT COUNT(*) FROM newsletter_inboxmessage WHERE recipient = ?"
    return lambda: bool(web.installation.rows(query, address)[0][0])


def test_the_browser_of_these_tests_takes_no_cookies_of_third_parties(web: Web, page: Page) -> None:
    script = "<script>document.cookie = 'a=1; Secure; SameSite=None'</script>"
    inside = web.put(f"{THIRD_PARTY}/", script, Set_Cookie="b=1; Secure; SameSite=None")
    page.goto(web.put(f"{PLAIN}/cookies", f'<iframe src="{inside}"></iframe>'))
    assert page.frames[1].evaluate("document.cookie") == ""
    assert not [each for each in web.window.cookies() if each["domain"] == THIRD_PARTY]


def test_somebody_signs_up_in_the_frames_of_google_sites_and_the_frame_follows(
    web: Web, page: Page
) -> None:
    web.cookies_sent.clear()
    page.goto(web.on_google_sites(web.snippets["all"]["frame"]))
    form = our_frame(page)
    expect_it_fits(form, page)
    empty = frame_height(form)

    send(form)
    expect(form.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(form.locator(".error-summary")).to_be_focused()
    expect_it_fits(form, page)
    assert frame_height(form) > empty, "the errors need room, too"

    fill_in(form, page, "eve@parliament.example")
    expect(form.get_by_role("heading", name="Check your email")).to_be_visible()
    assert form.url == f"{SITE}/subscribe/embed/done/"
    expect(form.get_by_role("heading", name="Check your email")).to_be_focused()
    expect_it_fits(form, page)
    assert frame_height(form) < empty

    heard = _parent(form).evaluate("heard")
    heights = [said["height"] for origin, said in heard if origin == SITE]
    assert heights[-1] == frame_height(form)
    assert len(heights) == len(heard), "nobody else says anything there"
    assert [depth(frame) for frame in page.frames if frame is form] == [4]
    web.installation.wait_until(has_confirmation(web, "eve@parliament.example"), "the confirmation")
    assert set(web.cookies_sent) == {""}
    assert not [each for each in web.window.cookies() if each["domain"].endswith(OURS)]


def depth(frame: Frame) -> int:
    return 0 if frame.parent_frame is None else 1 + depth(frame.parent_frame)


def test_the_height_settles_however_wide_the_frame_becomes(web: Web, page: Page) -> None:
    page.goto(web.put(f"{PLAIN}/", web.snippets["all"]["frame"]))
    form = our_frame(page)
    _parent(form).evaluate("heard = []; addEventListener('message', e => heard.push(e.data))")
    for width in (320, 1280, 500, 390):
        page.set_viewport_size({"width": width, "height": 800})
        expect_it_fits(form, page)
    page.wait_for_timeout(1_500)
    settled = len(_parent(form).evaluate("heard"))
    assert settled <= 40
    page.wait_for_timeout(1_500)
    assert len(_parent(form).evaluate("heard")) == settled


@pytest.mark.parametrize("about", ["all", "one"])
def test_without_a_script_the_height_in_the_code_is_enough_on_a_phone(
    web: Web, page: Page, about: str
) -> None:
    code = re.sub(r"<script>.*</script>", "", web.snippets[about]["frame"], flags=re.DOTALL)
    page.goto(web.put(f"{PLAIN}/", f'<meta name="viewport" content="width=device-width">{code}'))
    form = our_frame(page)
    assert form.evaluate("innerWidth") < 390
    assert content_height(form) <= frame_height(form) <= 1.6 * content_height(form)


def test_a_form_about_one_topic_has_that_topic_alone(web: Web, page: Page) -> None:
    page.goto(web.put(f"{PLAIN}/", web.snippets["one"]["frame"]))
    form = our_frame(page)
    assert form.locator("[name=topics]").input_value() == TOPIC
    fill_in(form, page, "zoe@parliament.example")
    expect(form.get_by_role("heading", name="Check your email")).to_be_visible()
    web.installation.wait_until(has_confirmation(web, "zoe@parliament.example"), "mail")


def test_a_website_that_was_not_named_gets_an_empty_frame(web: Web, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(web.put(f"{STRANGER}/", web.snippets["all"]["frame"]))
    for _ in range(100):
        if any("frame-ancestors" in each for each in complaints):
            break
        page.wait_for_timeout(100)
    assert any("frame-ancestors" in each for each in complaints)
    assert not [frame for frame in page.frames[1:] if frame.locator("form").count()]


def test_a_website_that_was_not_named_can_not_hide_behind_one_that_was(
    web: Web, page: Page
) -> None:
    inner = web.put(f"{PLAIN}/", web.snippets["all"]["frame"])
    page.goto(web.put(f"{STRANGER}/", f'<iframe src="{inner}"></iframe>'))
    page.wait_for_load_state("networkidle")
    assert not [frame for frame in page.frames[1:] if frame.locator("form").count()]


def test_a_page_that_pretends_to_be_the_form_moves_no_frame(web: Web, page: Page) -> None:
    liar = "parent.postMessage({type: 'convene:height', height: 77}, '*')"
    other = web.put(f"{STRANGER}/", f"<script>{liar}</script>")
    page.goto(web.put(f"{PLAIN}/", web.snippets["all"]["frame"] + f'<iframe src="{other}">'))
    form = our_frame(page)
    expect_it_fits(form, page)
    _parent(form).evaluate("window.postMessage({type: 'convene:height', height: 77}, '*')")
    page.wait_for_timeout(500)
    heights = "[...document.querySelectorAll('iframe')].map(each => each.clientHeight)"
    assert 77 not in page.evaluate(heights)


def test_the_plain_form_signs_up_from_the_other_website(web: Web, page: Page) -> None:
    page.goto(web.put(f"{STRANGER}/", web.snippets["one"]["form"]))
    page.get_by_label("Email").fill("mia@parliament.example")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    assert page.url == f"{SITE}/subscribe/done/"
    web.installation.wait_until(has_confirmation(web, "mia@parliament.example"), "mail")


def test_the_link_leads_to_our_page_with_the_topic_ticked(web: Web, page: Page) -> None:
    page.goto(web.put(f"{STRANGER}/", web.snippets["one"]["link"]))
    page.get_by_role("link", name="Subscribe").click()
    expect(page.locator(f"input[value={TOPIC}]")).to_be_checked()
    assert page.locator("[name=topics]:checked").count() == 1


def test_without_scripts_somebody_signs_up_in_the_frame_all_the_same(
    web: Web, playwright: Playwright, page: Page
) -> None:
    sandbox = SANDBOX.replace("allow-scripts ", "")
    [address] = re.findall(r'src="([^"]+)"', web.snippets["all"]["frame"])
    frame = f'<iframe sandbox="{sandbox}" src="{address}" height="900" width="100%"></iframe>'
    page.goto(web.put(f"{PLAIN}/", frame))
    form = our_frame(page)
    assert html.unescape(address) == form.url
    fill_in(form, page, "una@parliament.example")
    expect(form.get_by_role("heading", name="Check your email")).to_be_visible()
    web.installation.wait_until(has_confirmation(web, "una@parliament.example"), "mail")
