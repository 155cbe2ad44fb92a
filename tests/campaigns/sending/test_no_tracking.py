"""No email holds a hidden picture, nor a link by which its recipients could be told apart.

Links that stop mail and those by which people answer are each recipient's own.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings

from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import create_campaign
from campaigns.content.edit import save_details
from campaigns.content.starting_points import (
    StartingPoint,
    needs_event,
    rule_for,
    starting_contents,
)
from campaigns.models import Campaign, Event, Rsvp
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from campaigns.states import AudienceRule
from newsletter.models import Brand, InboxMessage
from subscribers.models import Topic
from tests.campaigns.conftest import MakeFollowers

EMAILS = Path("templates/emails")
PICTURES = {"{{ logo.url }}", "{{ header_image.url }}"}
"""The pictures of layouts: those of the brand, which are the same in all emails."""
OWN_LINK = re.compile(r"/(u|rsvp|consent)/[\w-]{28}/?(\?answer=\w+)?")
"""The path of a link that stops mail, or by which its recipient answers."""
_IN_STYLES = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_IN_TEXT = re.compile(r"https?://[^\s<>\"]+")
_LOADED = frozenset({"src", "srcset", "background", "poster", "data"})


class Addresses(HTMLParser):
    """What an email's HTML leads to, what a mail program loads by itself, and its pictures."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = _IN_STYLES.findall(html)
        self.pictures: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in ("a", "area", "form"):
            self.links += [named[name] for name in ("href", "action", "ping") if name in named]
        elif "href" in named:
            self.loaded.append(named["href"])
        if tag == "img":
            self.pictures.append(named)
        self.loaded += [value for name, value in named.items() if name in _LOADED]


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def links_in_text(message: EmailMessage) -> list[str]:
    part = message.get_body(("plain",))
    assert part is not None
    return _IN_TEXT.findall(str(part.get_content()))


def told_apart(links: list[str]) -> list[str]:
    """Return links with the word “own” for the token of those that are a recipient's own."""

    def shared(link: str) -> str:
        address = urlsplit(link)
        site = urlsplit(django_settings.SITE_URL).netloc
        if address.netloc != site:
            return link
        whole = f"{address.path}{'?' + address.query if address.query else ''}"
        found = OWN_LINK.fullmatch(whole)
        return f"{found[1]} own{found[2] or ''}" if found else link

    return [shared(link) for link in links]


def hidden_pictures(pictures: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Yield pictures that nobody is to see, as pixels that count who opened an email are."""
    for one in pictures:
        style = one.get("style", "").replace(" ", "")
        sizes = {one.get("width", ""), one.get("height", "")}
        if sizes & {"0", "1", "0px", "1px"} or re.search(
            r"(?:^|;)(?:display:none|visibility:hidden|(?:width|height):[01](?:px)?(?:;|$))", style
        ):
            yield one


def answer_as(rule: AudienceRule, campaign: Campaign, followers: list[int]) -> None:
    """Have people answer so that they fit a campaign's rule."""
    if rule in (AudienceRule.NONE, AudienceRule.NO_ANSWER) or campaign.event_id is None:
        return
    for pk in followers:
        Rsvp.objects.create(
            event_id=campaign.event_id,
            subscriber_id=pk,
            answer="yes",
            came=rule == AudienceRule.CAME,
        )


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("point", "counts_links"),
    [*((point, False) for point in StartingPoint), (StartingPoint.EMPTY, True)],
)
def test_all_recipients_of_a_campaign_get_the_same_links_and_pictures(
    brand: Brand,
    topic: Topic,
    event: Event,
    followers: MakeFollowers,
    draft: Campaign,
    point: StartingPoint,
    counts_links: bool,
) -> None:
    Event.objects.update(takes_answers=True)
    event.refresh_from_db()
    people = followers(3)
    campaign = draft
    if point:
        data = {
            "name": str(point.label),
            "topic": topic.slug,
            "event": event.slug if needs_event(point) else None,
            "rule": rule_for(point).value,
            "contents": starting_contents(point, language="en", event=event),
        }
        campaign = create_campaign(data)
        answer_as(rule_for(point), campaign, [each.pk for each in people])
    if counts_links:
        content = campaign.contents.get()
        content.blocks = [{"type": "button", "label": "Read", "url": "https://un.org/report"}]
        content.save()
        save_details(campaign, counts_links=True)
    approve(campaign, by="Sam")
    send_batch(launch_now(campaign).pk)

    messages = [
        message_from_bytes(bytes(each.raw), _class=EmailMessage, policy=policy.default)
        for each in InboxMessage.objects.order_by("pk")
    ]
    assert len({message["To"] for message in messages}) == 3
    found = [Addresses(html_of(message)) for message in messages]
    first = found[0]
    assert any("/go/" in link for link in first.links) is counts_links
    assert any("own" in link for link in told_apart(first.links)), "there is a link to leave"
    for other in found:
        assert other.loaded == first.loaded
        assert told_apart(other.links) == told_apart(first.links)
        assert not [*hidden_pictures(other.pictures)]
    texts = [told_apart(links_in_text(message)) for message in messages]
    assert all(each == texts[0] for each in texts)


@pytest.mark.parametrize(
    "url",
    [
        "https://img.example.org/{given_name}.png",
        "https://img.example.org/open.gif?who={unsubscribe_url}",
        "{unsubscribe_url}",
    ],
)
def test_no_picture_differs_by_its_recipient(
    brand: Brand, topic: Topic, event: Event, url: str
) -> None:
    block = {"type": "image", "url": url, "alt": "A picture"}
    contents = {"en": {"subject": "Hello", "preheader": "", "blocks": [block]}}

    with pytest.raises(ContentError, match="url"):
        create_campaign({"name": "News", "topic": topic.slug, "contents": contents})


@pytest.mark.parametrize(
    "url", ["https://example.org/?who={given_name}", "https://example.org/?{rsvp_url}"]
)
def test_no_link_of_a_button_differs_by_its_recipient(
    brand: Brand, topic: Topic, event: Event, url: str
) -> None:
    block = {"type": "button", "label": "Read on", "url": url}
    contents = {"en": {"subject": "Hello", "preheader": "", "blocks": [block]}}

    with pytest.raises(ContentError, match="url"):
        create_campaign({"name": "News", "topic": topic.slug, "contents": contents})


def test_single_messages_load_nothing_but_the_brand_s_pictures() -> None:
    loaded = set()
    for path in EMAILS.rglob("*.*"):
        source = path.read_text()
        loaded |= set(re.findall(r"\b(?:src|srcset|background(?:-url)?)=\"([^\"]*)\"", source))
        assert not _IN_STYLES.search(source), path
    assert loaded == PICTURES


def test_a_pixel_would_be_found() -> None:
    pixel = '<img src="https://example.org/o.gif" width="1" height="1" alt="">'
    hidden = '<img src="https://example.org/o.gif" style="display: none">'
    tall = '<img src="https://example.org/logo.png" width="180" height="100">'
    pictures = Addresses(pixel + hidden + tall).pictures

    assert len([*hidden_pictures(pictures)]) == 2
    token = "a" * 28
    site = django_settings.SITE_URL
    assert told_apart([f"{site}/u/{token}", f"{site}/open/{token}"]) == [
        "u own",
        f"{site}/open/{token}",
    ]
