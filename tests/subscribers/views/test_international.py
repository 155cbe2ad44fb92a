"""People whose addresses and names are in other letters sign up, confirm and leave as others do."""

import re
import unicodedata
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from django.test import Client

from newsletter.models import Brand, InboxMessage
from newsletter.outbox.deliver import deliver_due
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber, Topic
from tests.subscribers.views.conftest import Mailed

PEOPLE = [
    ("олена@пошта.укр", "олена@xn--80a1acn3a.xn--j1amh", "Олена О’Коннор-Шевченко"),
    ("用户@例え.jp", "用户@xn--r8jz45g.jp", "王小明"),
    ("ștefan@example.ro", "ștefan@example.ro", "Ștefan Țepeș"),
    ("اختبار@example.org", "اختبار@example.org", "عبد الله بن محمد"),
    ("jose\u0301@example.org", "josé@example.org", "Jose\u0301 Nguyê\u0303n"),
    ("o'hara+news@example.org", "o'hara+news@example.org", "👩‍⚖️ Siobhán O'Hara"),
]
"""What was typed, what is kept, and the name."""
LINK = re.compile(r"https?://[^/\s]+(/confirm/[\w/-]+)")


def confirmation_link(address: str) -> str:
    while deliver_due():
        pass
    raw = bytes(InboxMessage.objects.filter(recipient=address).latest("pk").raw)
    text = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert text is not None
    [link] = LINK.findall(text.get_content())
    return str(link)


@pytest.mark.parametrize(("typed", "kept", "name"), PEOPLE)
def test_they_sign_up_confirm_and_leave(
    typed: str, kept: str, name: str, client: Client, brand: Brand, topic: Topic, mailed: Mailed
) -> None:
    fields = {"email": f" {typed} ", "name": name, "topics": [topic.slug]}
    assert client.post("/subscribe/", fields).status_code == 302
    assert mailed(kept) == ["confirmation"]

    client.post(confirmation_link(kept))
    person = Subscriber.objects.get()
    assert (person.email, person.full_name) == (kept, unicodedata.normalize("NFC", name))
    subscription = person.subscriptions.get()
    assert subscription.status == "confirmed"

    client.post(urlsplit(unsubscribe_url(subscription.pk)).path, {"action": "all"})
    subscription.refresh_from_db()
    assert subscription.status == "unsubscribed"
    assert mailed(kept) == ["confirmation", "welcome"]
