"""A visitor on a phone whose browser speaks their language, and the mail that they get.

Texts are looked up in the catalogues: a page that isn't translated fails, and a text that is
reworded doesn't.
"""

from dataclasses import dataclass
from email.message import EmailMessage

from django.utils import translation
from playwright.sync_api import Frame, Page, expect

from newsletter.core.bidi import isolated
from newsletter.core.languages import direction_of
from tests.journeys.running import RunningInstallation
from tests.journeys.single_messages import message_of
from tests.journeys.stranger import urls_of

MAILS = "SELECT raw FROM newsletter_inboxmessage WHERE recipient = ? ORDER BY id DESC"


def said(text: str, language: str, **values: str) -> str:
    """Return what the catalogue of `language` has for an English text."""
    with translation.override(language):
        found = str(translation.gettext(text))
    assert language == "en" or found != text, f"{text!r} isn't translated"
    return found % values if values else found


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a phone."""

    page: Page
    installation: RunningInstallation
    language: str
    brand: str

    def said(self, text: str, **values: str) -> str:
        return said(text, self.language, **values)

    def look(self, frame: Page | Frame, heading: str) -> None:
        """See that a page is there, in their language and direction, and fits on the phone."""
        expect(frame.locator("h1")).to_have_text(self.said(heading))
        shown = frame.evaluate(
            "[document.documentElement.lang, getComputedStyle(document.body).direction, "
            "document.documentElement.scrollWidth <= innerWidth]"
        )
        assert shown == [self.language, direction_of(self.language), True], heading

    def press(self, button: str, frame: Page | Frame | None = None) -> None:
        """Press a visible button of this name."""
        name = self.said(button)
        buttons = (frame or self.page).get_by_role("button", name=name, exact=True)
        buttons.locator("visible=true").first.press("Enter")

    def fill_in(self, frame: Page | Frame | None = None, **fields: str) -> None:
        """Fill in fields by name; a person takes longer than a machine, and forms know."""
        for name, text in fields.items():
            field = (frame or self.page).locator(f"[name={name}]:not([type=hidden])")
            if field.first.evaluate("each => each.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)

    def read(self, to: str, subject: str) -> EmailMessage:
        """Wait for a mail with this subject, and return it."""
        wanted = self.said(subject, brand_name=isolated(self.brand, self.language))

        def find() -> EmailMessage | None:
            for (raw,) in self.installation.rows(MAILS, to):
                message = message_of(bytes(raw))
                if message["Subject"] == wanted:
                    return message
            return None

        message: EmailMessage = self.installation.wait_until(find, f"“{wanted}” to {to}")
        html = message.get_body(("html",))
        assert html is not None
        text = html.get_content()
        assert f'lang="{self.language}"' in text
        assert f'dir="{direction_of(self.language)}"' in text
        return message

    def open_link(self, message: EmailMessage, path: str, heading: str) -> None:
        """Open the one link of a mail that leads to `path`, and see its page."""
        [url] = {
            url for url in urls_of(message) if url.startswith(f"{self.installation.url}{path}")
        }
        self.page.goto(url)
        self.look(self.page, heading)

    def asks_for_link(self, address: str) -> None:
        """Ask for the link to the preferences, and open it."""
        self.page.goto(f"{self.installation.url}/preferences/")
        self.look(self.page, "Your preferences")
        self.fill_in(email=address)
        self.press("Email me a link")
        self.look(self.page, "Check your email")
        self.open_preferences(address)

    def open_preferences(self, address: str) -> None:
        message = self.read(address, "Your preferences at %(brand_name)s")
        self.open_link(message, "/preferences/", "Your preferences")

    def statuses(self, address: str) -> dict[str, str]:
        """Return the status of each topic that an address has to do with."""
        query = (
            "SELECT t.slug, n.status FROM subscribers_subscription n JOIN subscribers_topic t ON "
            "t.id = n.topic_id JOIN subscribers_subscriber s ON s.id = n.subscriber_id "
            "WHERE s.email = ?"
        )
        return dict(self.installation.rows(query, address))
