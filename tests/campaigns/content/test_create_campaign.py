import json
from typing import Any

import pytest

from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import MAXIMUM_BYTES, create_campaign, read_json
from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.states import CampaignStatus
from subscribers.models import Topic
from subscribers.states import ArchiveAccess

CONTENT: dict[str, Any] = {
    "subject": "You are invited, {given_name|colleague}",
    "preheader": "12 March, online",
    "blocks": [
        {"type": "heading", "text": "Our next meeting"},
        {"type": "rich_text", "html": "<p>We meet at {event_time}.</p>"},
        {"type": "event_card"},
        {"type": "image", "url": "https://example.org/hall.jpg", "alt": "The hall"},
        {"type": "button", "label": "Read more", "url": "https://example.org/"},
        {"type": "quotation", "text": "Partnership is the fourth P.", "source": "The taskforce"},
        {"type": "divider"},
    ],
}


def shape(**changes: Any) -> dict[str, Any]:
    usual = {
        "name": "Quarterly meeting, March",
        "topic": "quarterly-meetings",
        "language": "en",
        "event": "quarterly-meeting",
        "contents": {"en": CONTENT},
    }
    return usual | changes


def content(**changes: Any) -> dict[str, Any]:
    return {"en": CONTENT | changes}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in shape().items() if key != name}


def test_the_documented_shape_becomes_a_draft(topic: Topic, event: Event) -> None:
    campaign = create_campaign(shape())

    assert (campaign.status, campaign.topic, campaign.event) == (CampaignStatus.DRAFT, topic, event)
    content = campaign.contents.get()
    assert content.subject == "You are invited, {given_name|colleague}"
    assert [block["type"] for block in content.blocks] == [
        block["type"] for block in CONTENT["blocks"]
    ]
    assert campaign.audience.countries == []


def test_language_event_and_preheader_may_be_left_out(topic: Topic) -> None:
    campaign = create_campaign(
        {
            "name": "News",
            "topic": topic.slug,
            "contents": {"en": {"subject": "News", "blocks": [{"type": "divider"}]}},
        }
    )

    assert (campaign.language, campaign.event) == ("en", None)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ""),
        ([], ""),
        ("text", ""),
        (3, ""),
        ({}, "name"),
        (shape(name=""), "name"),
        (shape(name="   "), "name"),
        (shape(name=5), "name"),
        (shape(name="x" * 161), "name"),
        (shape(name="two\nlines"), "name"),
        (shape(name="nul \0"), "name"),
        (shape(name="half \ud800"), "name"),
        (without("topic"), "topic"),
        (shape(topic="unknown"), "topic"),
        (shape(topic=None), "topic"),
        (shape(topic=["quarterly-meetings"]), "topic"),
        (shape(topic="x" * 100_000), "topic"),
        (shape(event="unknown"), "event"),
        (shape(event=7), "event"),
        (shape(event=""), "event"),
        (shape(language="xx"), "language"),
        (shape(language=None), "language"),
        (shape(contents=None), "contents"),
        (shape(contents=[]), "contents"),
        (shape(contents={}), "contents.en"),
        (shape(contents={"en": CONTENT, "tlh": CONTENT}), "contents.tlh"),
        (shape(contents={"en": None}), "contents.en"),
        (shape(contents={"en": {"blocks": []}}), "contents.en.subject"),
        (shape(contents={"en": {"subject": "x"}}), "contents.en.blocks"),
        (shape(contents=content(subject="")), "contents.en.subject"),
        (shape(contents=content(subject="x\r\nBcc: all@example.org")), "contents.en.subject"),
        (shape(contents=content(subject="x" * 201)), "contents.en.subject"),
        (shape(contents=content(subject="Dear {first_name}")), "contents.en.subject"),
        (shape(contents=content(preheader=9)), "contents.en.preheader"),
        (shape(contents=content(footer="mine")), "contents.en.footer"),
        (shape(contents=content(blocks={})), "contents.en.blocks"),
        (shape(contents=content(blocks=["heading"])), "contents.en.blocks[0]"),
        (shape(contents=content(blocks=[{"type": "script"}])), "contents.en.blocks[0].type"),
        (
            shape(contents=content(blocks=[{"type": "divider"}, {"type": "heading"}])),
            "contents.en.blocks[1].text",
        ),
        (
            shape(
                contents=content(
                    blocks=[
                        {"type": "divider"},
                        {"type": "divider"},
                        {"type": "button", "label": "x", "url": "javascript:1"},
                    ]
                )
            ),
            "contents.en.blocks[2].url",
        ),
        (
            shape(contents=content(blocks=[{"type": "image", "url": "https://example.org/a.png"}])),
            "contents.en.blocks[0].alt",
        ),
        (
            shape(contents=content(blocks=[{"type": "rich_text", "html": "{password}"}])),
            "contents.en.blocks[0].html",
        ),
        (shape(event=None), "contents.en.blocks[2]"),  # a card without an event
        (shape(colour="blue"), "colour"),
        (shape(status="approved"), "status"),
        (shape(archive_access="public"), "archive_access"),
        (shape(archive_access=True), "archive_access"),
        (shape(counts_links="yes"), "counts_links"),
        (shape(counts_links=1), "counts_links"),
    ],
)
def test_each_fault_is_named_by_its_path_and_nothing_is_kept(
    topic: Topic, event: Event, data: object, path: str
) -> None:
    with pytest.raises(ContentError) as caught:
        create_campaign(data)

    assert caught.value.path == path
    assert str(caught.value).startswith(path)
    assert len(str(caught.value)) < 500
    assert "\n" not in str(caught.value)
    assert not Campaign.objects.exists()
    assert not CampaignContent.objects.exists()
    assert not Audience.objects.exists()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("anybody", ArchiveAccess.PUBLIC),
        ("subscribers", ArchiveAccess.SUBSCRIBERS),
        ("nobody", ArchiveAccess.NONE),
        (None, ""),
    ],
)
def test_a_file_says_who_can_read_the_past_email(
    topic: Topic, event: Event, said: str | None, kept: str
) -> None:
    assert create_campaign(shape(archive_access=said)).archive_access == kept


def test_a_file_says_whether_links_are_counted(topic: Topic, event: Event) -> None:
    assert not create_campaign(shape()).counts_links
    assert create_campaign(shape(counts_links=True)).counts_links


@pytest.mark.parametrize(
    ("of_topic", "said", "words"),
    [
        ({"is_public": False}, "anybody", "is not public"),
        ({"is_public": False, "is_restricted": True}, "subscribers", "need-to-know"),
        ({"is_public": False, "is_restricted": True}, "anybody", "need-to-know"),
    ],
)
def test_a_file_offers_nobody_what_its_topic_does_not_allow(
    topic: Topic, event: Event, of_topic: dict[str, bool], said: str, words: str
) -> None:
    Topic.objects.filter(pk=topic.pk).update(**of_topic)
    with pytest.raises(ContentError, match=words):
        create_campaign(shape(archive_access=said))
    assert not Campaign.objects.exists()


def test_an_unknown_topic_is_answered_with_those_there_are(topic: Topic, event: Event) -> None:
    with pytest.raises(ContentError, match="known are quarterly-meetings"):
        create_campaign(shape(topic="quarterly"))


def test_hostile_keys_stay_out_of_the_message(topic: Topic, event: Event) -> None:
    with pytest.raises(ContentError) as caught:
        create_campaign(shape() | {"\x1b[2J\n" + "x" * 5000: 1})

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_deep_nesting_never_exhausts_the_stack(topic: Topic, event: Event) -> None:
    deep: Any = "x"
    for _ in range(200_000):
        deep = [deep]
    with pytest.raises(ContentError, match="nested"):
        create_campaign(shape(contents=deep))
    while isinstance(
        deep, list
    ):  # taken apart by hand: Python's own way of freeing it is recursive too
        deep = deep.pop()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"{", "not JSON"),
        (b"name: x", "not JSON"),
        (b'{"name": "x",}', "not JSON"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8"),
        (b"\xff\xfe{\0}\0", "not UTF-8"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"name": "a", "name": "b"}', "name: stands twice"),
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 200_000, "nested"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "number"),
        (b" " * (MAXIMUM_BYTES + 1), "larger"),
    ],
)
def test_what_is_no_json_is_refused_in_words(raw: bytes, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        read_json(raw)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_json(b"\xef\xbb\xbf" + json.dumps({"a": 1}).encode()) == {"a": 1}
