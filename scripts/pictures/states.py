"""The public pages with everything that each of them can say, one state after another."""

from dataclasses import dataclass

from playwright.sync_api import Page

SEND = "main form:not(.archive-search) .button[type=submit]"
"""The first button that sends a form of the page."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of a page.

    Args:
        name: of its pictures.
        page: a path, or the name of a page whose path `scripts.pictures.people` printed.
        press: a selector of the button that leads there from `page`; empty for none.
    """

    name: str
    page: str
    press: str = ""

    def show(self, page: Page, site: str, paths: dict[str, str]) -> None:
        """Open the state, in the language that `site` ends with."""
        page.goto(site + paths.get(self.page, self.page))
        if self.press:
            page.locator(self.press).first.click()
            page.wait_for_load_state("load")


_READ = (
    ("home", "/"),
    ("subscribe", "/subscribe/"),
    ("subscribe, one topic", "/subscribe/?topics=quarterly-meetings"),
    ("subscribe, closed", "/subscribe/?topics=closed"),
    ("subscribed, check your email", "/subscribe/done/"),
    ("embed", "/subscribe/embed/"),
    ("embed, done", "/subscribe/embed/done/"),
    ("embed, closed", "/subscribe/embed/?topics=closed"),
    ("proof of work", "/pictures/held-back/prove/whole/"),
    ("proof of work, embed", "/pictures/held-back/prove/framed/"),
    ("too many forms", "/pictures/held-back/closed/whole/"),
    ("too many forms, embed", "/pictures/held-back/closed/framed/"),
    ("join", "/join/"),
    ("joined, check your email", "/join/done/"),
    ("mission statement", "/mission/"),
    ("preferences, asks for the address", "/preferences/"),
    ("preferences, link sent", "/preferences/sent/"),
    ("answers, asks for the address", "/rsvp/"),
    ("answers, link sent", "/rsvp/sent/"),
    ("which address", "/preferences/which/"),
    ("which address, sent", "/preferences/which/sent/"),
    ("events", "/events/"),
    ("archive", "/archive/"),
    ("archive, found", "/archive/?q=bucharest"),
    ("archive, nothing found", "/archive/?q=xyzzy"),
    ("emails for subscribers, asks for the address", "/archive/mine/"),
    ("emails for subscribers, link sent", "/archive/mine/sent/"),
    ("privacy", "/privacy/"),
    ("link that was never made", "/confirm/a-link-that-was-never-made/"),
    ("link incomplete", "/u/a-link-that-was-never-made"),
    ("answer, link incomplete", "/join/answer/a-link-that-was-never-made/"),
    ("discreet link, gone", "/read/a-link-that-was-never-made/"),
    ("error 400", "/pictures/error/400/"),
    ("error 403", "/pictures/error/403/"),
    ("error 403, expired form", "/pictures/expired-form/"),
    ("error 404", "/no-such-page/"),
    ("error 500", "/pictures/error/500/"),
)
_BEHIND_LINKS = (
    "documents",
    "confirm",
    "confirm, one topic",
    "confirm application",
    "confirm one of two applications",
    "confirmed already",
    "never again",
    "own preferences",
    "own emails",
    "own email",
    "own preferences, paused",
    "own preferences, held back",
    "own preferences, left",
    "unsubscribe",
    "receipt",
    "download",
    "erase",
    "change of address",
    "new address",
    "answer",
    "answer, closed",
    "invitation",
    "invitation, closed",
    "link expired",
    "consent",
    "consent, left",
    "rsvp",
    "rsvp, too late",
    "stored answer",
    "my answers",
    "place offered",
    "delegate",
    "event",
    "event, over",
    "archived email",
)
_PRESSED = (
    State("subscribe, errors", "/subscribe/", SEND),
    State("embed, errors", "/subscribe/embed/", SEND),
    State("join, errors", "/join/", SEND),
    State("preferences, asks for the address, errors", "/preferences/", SEND),
    State("which address, errors", "/preferences/which/", SEND),
    State("change of address, errors", "change of address", SEND),
    State("answer, errors", "answer", SEND),
    State("confirm one of two applications, errors", "confirm one of two applications", SEND),
    State("own preferences, saved", "own preferences", "[name=action][value=save]"),
    State("own preferences, link mailed", "own preferences", "[name=action][value=download]"),
    State("confirmed", "confirm", SEND),
    State("application confirmed", "confirm application", SEND),
    State("blocked", "never again", SEND),
    State("unsubscribed", "unsubscribe", SEND),
    State("unsubscribed already", "unsubscribe"),
    State("unsubscribed from everything", "unsubscribe all", ".button-quiet[type=submit]"),
    State("address changed", "new address", SEND),
    State("invitation accepted", "invitation", SEND),
    State("erased", "erase", SEND),
    State("consent, agreed", "consent", SEND),
    State("rsvp, errors", "rsvp", SEND),
    State("rsvp, recorded", "place offered", SEND),
    State("consent, unsubscribed", "consent, stopping", ".button-quiet[type=submit]"),
)
"""What a button leads to. They come last: what is pressed ends what others show."""
STATES = (*(State(*each) for each in _READ), *(State(each, each) for each in _BEHIND_LINKS))
STATES += _PRESSED
