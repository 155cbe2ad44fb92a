from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.review.finding import Severity, blockers
from campaigns.review.preflight import preflight
from newsletter.models import Brand
from subscribers.models import Subscriber


def found(campaign: Campaign, severity: Severity) -> list[str]:
    fresh = Campaign.objects.get(pk=campaign.pk)
    return [str(finding) for finding in preflight(fresh) if finding.severity == severity]


def blocks(*items: dict[str, Any]) -> Callable[[], Any]:
    return lambda: CampaignContent.objects.update(blocks=list(items))


def test_a_complete_draft_has_nothing_in_its_way(draft: Campaign, ada: Subscriber) -> None:
    assert preflight(draft) == []


@pytest.mark.thorough(sample=10)
@pytest.mark.parametrize(
    ("break_it", "part"),
    [
        (lambda: CampaignContent.objects.all().delete(), "contents.en: There is no content"),
        (lambda: CampaignContent.objects.update(subject=""), "contents.en.subject: Fill in"),
        (
            lambda: CampaignContent.objects.update(subject="Dear {first_name}"),
            "contents.en.subject: There is no merge field",
        ),
        (lambda: CampaignContent.objects.update(preheader="{nobody}"), "contents.en.preheader"),
        (blocks(), "contents.en.blocks: This email is empty"),
        (blocks({"type": "button", "label": "Join"}), "contents.en.blocks[0].url: Fill in"),
        (blocks({"type": "rich_text", "html": "{secret}"}), "contents.en.blocks[0].html"),
        (
            lambda: CampaignContent.objects.update(subject="{full_name|you} " * 6),
            "contents.en.subject: With a long name",
        ),
        (blocks({"type": "unheard-of"}), "contents.en.blocks[0].type"),
        (
            blocks(*[{"type": "rich_text", "html": "<p>" + "word " * 1500 + "</p>"}] * 15),
            "contents.en.blocks: ",
        ),
        (
            lambda: Campaign.objects.update(event=None),
            "contents.en.blocks[2]: The event card needs an event",
        ),
        (blocks({"type": "agenda"}), "contents.en.blocks[0]: The event has no agenda items yet"),
        (blocks({"type": "speakers"}), "contents.en.blocks[0]: The event has no speakers yet"),
        (blocks({"type": "documents"}), "contents.en.blocks[0]: The event has no public documents"),
        (lambda: Brand.objects.update(postal_address=" \n"), "brand.postal_address"),
        (lambda: Brand.objects.update(sender_email=""), "brand.sender_email"),
        (lambda: Event.objects.update(status="cancelled"), "event: The event has been cancelled"),
        (
            lambda: Event.objects.update(
                starts_at=timezone.now() - timedelta(hours=3),
                ends_at=timezone.now() - timedelta(hours=1),
            ),
            "event: The event is over",
        ),
        (lambda: Audience.objects.update(countries=["SL"]), "audience: Nobody would get"),
    ],
)
def test_what_would_harm_recipients_is_a_blocker(
    draft: Campaign, ada: Subscriber, break_it: Callable[[], Any], part: str
) -> None:
    break_it()

    assert part in "\n".join(found(draft, Severity.BLOCKER))


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize(
    ("change", "part"),
    [
        (
            lambda: CampaignContent.objects.update(preheader=""),
            "contents.en.preheader: There is no preview text",
        ),
        (
            lambda: CampaignContent.objects.update(subject="COME NOW"),
            "contents.en.subject: The subject is all in capitals",
        ),
        (
            lambda: CampaignContent.objects.update(subject="x" * 120),
            "contents.en.subject: The subject is 120 characters long",
        ),
        (
            lambda: Event.objects.update(starts_at=timezone.now() + timedelta(minutes=40)),
            "event: The event starts in less than an hour",
        ),
        (
            lambda: Event.objects.update(starts_at=timezone.now() - timedelta(minutes=5)),
            "event: The event has already started",
        ),
        (lambda: Event.objects.update(join_url=""), "event.join_url"),
        (
            lambda: CampaignContent.objects.update(subject="Dear {given_name}"),
            "contents.en.subject: Recipients whose name",
        ),
        (
            lambda: CampaignContent.objects.update(preheader="{full_name| }"),
            "contents.en.preheader: Recipients whose name",
        ),
        (
            blocks({"type": "rich_text", "html": "<p>{given_name}</p>"}),
            "contents.en.blocks[0].html: Recipients whose name",
        ),
        (
            blocks(*[{"type": "rich_text", "html": "<p>" + "word " * 1500 + "</p>"}] * 11),
            "contents.en.blocks: The email is ",
        ),
    ],
)
def test_what_a_person_should_see_is_a_warning(
    draft: Campaign, ada: Subscriber, change: Callable[[], Any], part: str
) -> None:
    change()

    assert part in "\n".join(found(draft, Severity.WARNING))
    assert found(draft, Severity.BLOCKER) == []


@pytest.mark.parametrize(
    "mistake",
    [
        "Hi {given_name",
        "Hi given_name}",
        "Hi {given name}",
        "Hi { given_name }",
        "Hi {{given_name}}",
    ],
)
def test_a_mistyped_merge_field_is_noticed(draft: Campaign, ada: Subscriber, mistake: str) -> None:
    CampaignContent.objects.update(subject=mistake)
    blocks(
        {"type": "heading", "text": mistake}, {"type": "rich_text", "html": f"<p>{mistake}</p>"}
    )()

    warned = {
        finding.split(": ")[0] for finding in found(draft, Severity.WARNING) if "bracket" in finding
    }
    assert warned == {
        "contents.en.subject",
        "contents.en.blocks[0].text",
        "contents.en.blocks[1].html",
    }


def test_blockers_come_first_and_are_all_told_at_once(draft: Campaign) -> None:
    CampaignContent.objects.update(subject="", preheader="")
    Brand.objects.update(postal_address="")
    findings = preflight(Campaign.objects.get())

    assert [finding.severity for finding in findings] == sorted(
        (finding.severity for finding in findings),
        key=lambda severity: severity != Severity.BLOCKER,
    )
    assert len(blockers(findings)) == 3  # subject, address, nobody there


def test_a_fresh_installation_is_told_what_is_missing(draft: Campaign) -> None:
    Brand.objects.all().delete()

    assert {"brand.sender_email", "brand.postal_address"} <= {
        finding.path for finding in preflight(draft)
    }


def test_looking_changes_nothing(draft: Campaign, ada: Subscriber) -> None:
    before = Campaign.objects.values().get()
    preflight(draft)

    assert Campaign.objects.values().get() == before


def test_what_is_wrong_with_each_block_is_told_at_once(draft: Campaign, ada: Subscriber) -> None:
    blocks(
        {"type": "button"}, {"type": "divider"}, {"type": "image", "url": "http://x/", "alt": ""}
    )()

    told = {
        finding.partition(": ")[0].removeprefix("contents.en.")
        for finding in found(draft, Severity.BLOCKER)
    }
    assert told == {"blocks[0].label", "blocks[0].url", "blocks[2].url", "blocks[2].alt"}


def test_a_subject_that_just_fits_with_the_longest_names_is_fine(
    draft: Campaign, ada: Subscriber
) -> None:
    CampaignContent.objects.update(subject="{full_name|you}" * 4 + "x" * 100)  # 4 × 200 + 100

    assert found(draft, Severity.BLOCKER) == []


@pytest.mark.parametrize(("language", "blocked"), [("es", False), ("es-mx", False), ("eo", True)])
def test_a_language_whose_fixed_words_are_not_translated_is_a_blocker(
    draft: Campaign, ada: Subscriber, language: str, blocked: bool
) -> None:
    content = draft.contents.get()
    CampaignContent.objects.create(
        campaign=draft,
        language=language,
        subject=content.subject,
        preheader="…",
        blocks=content.blocks,
    )

    said = [
        text
        for text in found(draft, Severity.BLOCKER)
        if text.startswith(f"contents.{language}: Emails in ")
    ]
    assert bool(said) == blocked


def test_social_links_need_a_brand_that_has_some(draft: Campaign, ada: Subscriber) -> None:
    CampaignContent.objects.update(blocks=[{"type": "social_links"}])
    assert found(draft, Severity.BLOCKER) == []

    Brand.objects.update(social_links=[])
    assert "The brand has no social links yet" in "".join(found(draft, Severity.BLOCKER))
