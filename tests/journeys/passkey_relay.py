"""A passkey that answers on other websites, while somebody with the password waits for its answer.

The browser is real, and so is the passkey (Chromium's virtual authenticator): what keeps it from
opening an account elsewhere is the browser's own rule, or else our check of the origin.
"""

import json
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Route, expect

from scripts.services import free_port
from tests.journeys.running import RunningInstallation

LOOK_ALIKE = "https://1ocalhost.example"
REFUSED = "This passkey didn’t work. Try again, or use another way."
SIGN = """
async (options) => {
  const plain = (text) => atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = (text) => Uint8Array.from(plain(text), (each) => each.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const {challenge, allowCredentials} = options.publicKey;
  const publicKey = {...options.publicKey, challenge: bytes(challenge)};
  publicKey.allowCredentials = allowCredentials.map((each) => ({...each, id: bytes(each.id)}));
  const used = await navigator.credentials.get({publicKey});
  return JSON.stringify({
    type: used.type, id: used.id, rawId: text(used.rawId), clientExtensionResults: {},
    authenticatorAttachment: used.authenticatorAttachment,
    response: {
      clientDataJSON: text(used.response.clientDataJSON),
      authenticatorData: text(used.response.authenticatorData),
      signature: text(used.response.signature),
      userHandle: null,
    },
  });
}
"""
"""What passkeys.js does with the options of our page, on a page of somebody else."""
MAKE = """
async (host) => {
  const random = () => crypto.getRandomValues(new Uint8Array(32));
  const made = await navigator.credentials.create({publicKey: {
    rp: {id: host, name: "Look-alike"}, challenge: random(),
    user: {id: random(), name: "nora", displayName: "Nora"},
    pubKeyCredParams: [{type: "public-key", alg: -7}],
    authenticatorSelection: {residentKey: "preferred", userVerification: "preferred"},
  }});
  return made.id;
}
"""
"""Makes a passkey for the website that asks."""


@dataclass(frozen=True, slots=True)
class Thief:
    """Somebody who has Nora's password, and waits at the second step on a device of their own."""

    page: Page
    installation: RunningInstallation

    def begin(self, name: str, password: str) -> dict[str, Any]:
        """Enter the password, and return what the second step asks of the passkey."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.installation.url}/staff/login/")
        self.page.get_by_label("Username or email address").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Sign-in: second step")
        asked = self.page.locator("#passkey-options").text_content()
        options: dict[str, Any] = json.loads(asked or "")
        return options

    def hand_in(self, answer: str) -> None:
        """Send the answer of a passkey, from whatever page it is."""
        self.page.evaluate(
            """answer => {
              const form = document.querySelector("form[data-passkey]");
              form.elements.credential.value = answer;
              form.submit();
            }""",
            answer,
        )

    def expect_to_be_refused(self) -> None:
        expect(self.page.locator("[role=alert]:visible")).to_have_text(REFUSED)
        self.page.goto(f"{self.installation.url}/staff/account/")
        assert "/staff/login/" in self.page.url


def open_elsewhere(page: Page, origin: str) -> None:
    """Open a page of another website in the browser that has the passkey."""

    def answer(route: Route) -> None:
        route.fulfill(
            content_type="text/html", body="<!doctype html><title>Quarterly meeting</title>"
        )

    page.route(f"{origin}/**", answer)
    page.goto(f"{origin}/")


def try_from_other_origins(owner: Page, thief: Thief, *, name: str, password: str) -> None:
    """Have a passkey answer for the thief on pages of two other origins.

    The first is another port of the same host, for which browsers use the same passkeys. The second
    is another host: it can't use them, and a passkey of its own opens nothing.
    """
    other_port = f"http://localhost:{free_port()}"
    open_elsewhere(owner, other_port)
    thief.hand_in(owner.evaluate(SIGN, thief.begin(name, password)))
    thief.expect_to_be_refused()

    open_elsewhere(owner, LOOK_ALIKE)
    options = thief.begin(name, password)
    complaint = owner.evaluate(f"options => ({SIGN})(options).catch(error => error.name)", options)
    assert complaint == "SecurityError", "the browser itself refuses"
    own = LOOK_ALIKE.removeprefix("https://")
    number = owner.evaluate(MAKE, own)
    options["publicKey"] |= {
        "rpId": own,
        "allowCredentials": [{"type": "public-key", "id": number}],
    }
    thief.hand_in(owner.evaluate(SIGN, options))
    thief.expect_to_be_refused()


def sign_in_from_our_own_origin(owner: Page, thief: Thief, *, name: str, password: str) -> str:
    """Show that the origin alone was the reason: the same relay from a page of ours lets in.

    Returns:
        The answer of the passkey, which has been used now.
    """
    owner.goto(f"{thief.installation.url}/")
    answer: str = owner.evaluate(SIGN, thief.begin(name, password))
    thief.hand_in(answer)
    expect(thief.page.locator("main")).not_to_contain_text("second step")
    thief.page.goto(f"{thief.installation.url}/staff/account/")
    assert thief.page.url.endswith("/staff/account/")
    return answer
