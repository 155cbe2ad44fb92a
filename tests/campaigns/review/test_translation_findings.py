"""Preflight stops an incomplete translation, until a publisher accepts what its readers get."""

import pytest

from campaigns.content.archive_language import LanguagePreference
from campaigns.content.archived_email import archived_email
from campaigns.content.fingerprint import fingerprint
from campaigns.content.translations.completeness import incomplete_languages
from campaigns.content.translations.parts import parts_of
from campaigns.content.translations.settle import all_right, still_right
from campaigns.content.translations.start import start_from_source
from campaigns.models import Campaign, CampaignContent, Delivery, Event
from campaigns.review.accepted_fallback import accepted_languages, fallbacks
from campaigns.review.approval import CannotApprove, approve, standing_approval
from campaigns.review.finding import Severity, blockers
from campaigns.review.preflight import preflight, preflight_typed
from campaigns.review.submit import submit
from campaigns.sending.accept_fallback import CannotAccept, accept_fallback
from campaigns.sending.content_language import content_language, recipients_by_language
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.sending.pause_cancel_undo import undo
from campaigns.states import CampaignKind, CampaignStatus
from newsletter.models import AuditEntry
from subscribers.models import Subscriber
from tests.campaigns.content.translations.conftest import english, spanish
from tests.conftest import MakeSubscriber

HEADING = {"id": "aa", "type": "heading", "text": "Our next meeting"}
CARD = {"id": "cc", "type": "event_card"}
SPANISH = {**HEADING, "text": "Nuestra reunión"}


@pytest.fixture
def campaign(draft: Campaign, event: Event, make_subscriber: MakeSubscriber) -> Campaign:
    """Complete in English and Spanish, with readers of three languages."""
    event.texts = {"es": {"title": "Reunión trimestral"}}
    event.save()
    draft.refresh_from_db()
    english(draft, HEADING, CARD, subject="You are invited", preheader="Online")
    start_from_source(draft, language="es")
    spanish(draft, subject="Le invitamos", preheader="En línea", blocks=[SPANISH, CARD])
    for language in ("en", "es", "es-mx", "fr"):
        make_subscriber(f"{language}@example.com", topic=draft.topic, language=language)
    return draft


def said(campaign: Campaign, severity: Severity = Severity.BLOCKER) -> list[tuple[str, str]]:
    found = preflight(campaign)
    return [(each.path, each.message) for each in found if each.severity == severity]


def test_complete_translations_are_sent_to_those_who_read_them(campaign: Campaign) -> None:
    assert not incomplete_languages(campaign)
    approve(campaign, by="Sam")
    launch_now(campaign)
    sent = dict(Delivery.objects.values_list("subscriber__language", "language"))
    assert sent == {"en": "en", "es": "es", "es-mx": "es", "fr": "en"}


def test_each_text_that_needs_a_look_is_named_at_its_place(campaign: Campaign) -> None:
    new = {"id": "dd", "type": "heading", "text": "Programme"}
    english(campaign, {**HEADING, "text": "Next"}, CARD, new)
    spanish(campaign, blocks=[*campaign.contents.get(language="es").blocks])
    paths = {path for path, _ in said(campaign)}
    assert paths == {"contents.es.blocks[0]", "contents.es.missing.dd", "contents.es"}


def test_a_copy_is_no_translation_to_preflight(campaign: Campaign) -> None:
    campaign.contents.filter(language="es").delete()
    campaign.translated_parts.all().delete()
    start_from_source(campaign, language="es")
    paths = {path for path, _ in said(campaign)}
    assert paths >= {"contents.es.subject", "contents.es.preheader", "contents.es.blocks[0]"}
    assert "contents.es.blocks[1]" not in paths


def test_an_untranslated_event_is_named(campaign: Campaign, event: Event) -> None:
    event.texts, event.summary = {}, "All groups"
    event.save()
    campaign.refresh_from_db()
    [event_finding] = [text for path, text in said(campaign) if path == "event.texts.es"]
    assert "title and summary" in event_finding
    spanish(campaign, blocks=[SPANISH])
    assert not [path for path, _ in said(campaign) if path == "event.texts.es"]


def test_what_tells_of_a_change_isnt_held_up_by_the_events_texts(
    campaign: Campaign, event: Event
) -> None:
    event.texts = {}
    event.save()
    Campaign.objects.filter(pk=campaign.pk).update(kind=CampaignKind.UPDATE)
    campaign.refresh_from_db()
    assert not [path for path, _ in said(campaign) if path.startswith(("contents.es", "event.t"))]
    assert "event.texts.es" in {path for path, _ in said(campaign, Severity.WARNING)}


def test_many_texts_are_summed_up(campaign: Campaign) -> None:
    blocks = [{"id": f"x{number}", "type": "heading", "text": "New"} for number in range(12)]
    english(campaign, HEADING, CARD, *blocks)
    [summed] = [text for _, text in said(campaign) if "more texts need" in text]
    assert summed.startswith("7 more")


def stale(campaign: Campaign) -> Campaign:
    english(campaign, {**HEADING, "text": "Another meeting"}, CARD)
    campaign.refresh_from_db()
    return campaign


def test_an_incomplete_translation_stops_approval_and_launch(campaign: Campaign) -> None:
    with pytest.raises(CannotApprove, match="changed since this was translated"):
        approve(stale(campaign), by="Sam")


def test_a_translation_that_becomes_stale_behind_our_back_stops_the_launch(
    campaign: Campaign,
) -> None:
    approve(campaign, by="Sam")
    campaign.translated_parts.filter(part="aa").update(source={})
    with pytest.raises(CannotLaunch, match="doesn’t cover the campaign as it is now"):
        launch_now(campaign)
    with pytest.raises(CannotApprove, match="Spanish version isn’t complete"):
        approve(campaign, by="Sam")


def test_with_the_fallback_accepted_readers_get_the_other_version(campaign: Campaign) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    assert not blockers(preflight(campaign))
    approve(campaign, by="Sam")
    launch_now(campaign)
    assert set(Delivery.objects.values_list("language", flat=True)) == {"en"}
    spanish_version = campaign.contents.get(language="es")
    assert spanish_version.falls_back
    assert not spanish_version.rendered_html
    shown = archived_email(campaign, language="es")
    assert shown
    assert shown.subject == "You are invited"


@pytest.mark.parametrize(("more", "said"), [(3, "5"), (2, "few")])
def test_the_acceptance_is_recorded_with_the_numbers_other_than_of_few(
    campaign: Campaign, make_subscriber: MakeSubscriber, more: int, said: str
) -> None:
    for number in range(more):
        for language in ("en", "es"):
            address = f"{language}{number}@example.com"
            make_subscriber(address, topic=campaign.topic, language=language)
    accept_fallback(stale(campaign), languages=["es"])
    entry = AuditEntry.objects.latest("pk")
    assert entry.action == "campaign.fallback_accepted"
    assert entry.details == {"languages": [f"es → en: {said}"]}


def test_the_acceptance_is_void_when_the_content_changes(campaign: Campaign) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    english(campaign, {**HEADING, "text": "A third meeting"}, CARD)
    campaign.refresh_from_db()
    assert not accepted_languages(campaign)
    assert blockers(preflight(campaign))


def test_a_translation_that_is_completed_after_the_acceptance_is_sent(campaign: Campaign) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    english(campaign, HEADING, CARD)
    approve(campaign, by="Sam")
    launch_now(campaign)
    assert Delivery.objects.filter(language="es").count() == 2


def test_what_was_left_out_once_is_sent_when_the_launch_was_undone_and_it_is_complete(
    campaign: Campaign,
) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    approve(campaign, by="Sam")
    launch(campaign)
    assert campaign.contents.get(language="es").falls_back
    undo(campaign.pk)
    mark_as_done(campaign)
    with pytest.raises(CannotLaunch, match="Only an approved campaign"):
        launch_now(campaign)
    approve(campaign, by="Sam")
    launch_now(campaign)
    assert Delivery.objects.filter(language="es").count() == 2


def mark_as_done(campaign: Campaign) -> None:
    source = parts_of(campaign.contents.get(language="en"))
    seen = {key: part.version for key, part in source.items()}
    assert all_right(campaign, language="es", seen=seen)


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_an_approval_without_a_version_ends_when_the_version_would_be_sent(
    campaign: Campaign, *, is_scheduled: bool
) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    approve(campaign, by="Sam")
    if is_scheduled:
        launch(campaign)
    mark_as_done(campaign)
    assert (campaign.status, campaign.scheduled_at) == (CampaignStatus.DRAFT, None)
    assert not standing_approval(campaign)


def test_what_a_reviewer_read_without_a_version_isnt_approved_with_it(campaign: Campaign) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    submit(campaign)
    seen = fingerprint(campaign)
    mark_as_done(campaign)
    assert campaign.status == CampaignStatus.DRAFT
    submit(campaign)
    with pytest.raises(CannotApprove, match="changed while this page was open"):
        approve(campaign, by="Sam", seen=seen)
    approve(campaign, by="Sam", seen=fingerprint(campaign))


def test_a_version_that_lacks_something_still_ends_no_approval(campaign: Campaign) -> None:
    english(campaign, HEADING, CARD, subject="You are asked")
    accept_fallback(stale(campaign), languages=["es"])
    approve(campaign, by="Sam")
    source = parts_of(campaign.contents.get(language="en"))
    still_right(campaign, language="es", key="aa", seen={"aa": source["aa"].version})
    assert standing_approval(campaign)
    assert accepted_languages(campaign) == {"es"}


def test_a_campaign_of_complete_translations_is_what_it_was_without_notes(
    campaign: Campaign,
) -> None:
    """An approval of an earlier version, which kept no notes, stands."""
    before = fingerprint(campaign)
    campaign.translated_parts.all().delete()
    assert fingerprint(campaign) == before


def test_an_old_page_and_other_languages_accept_nothing(campaign: Campaign) -> None:
    stale(campaign)
    for languages, seen in ((["es"], "old"), ([], ""), (["es", "fr"], "")):
        with pytest.raises(CannotAccept):
            accept_fallback(campaign, languages=languages, seen=seen)
    campaign.refresh_from_db()
    assert not campaign.fallback_accepted


def test_a_region_falls_back_to_its_language_before_the_main_one(campaign: Campaign) -> None:
    blocks = campaign.contents.get(language="es").blocks
    CampaignContent.objects.create(campaign=campaign, language="es-mx", subject="!", blocks=blocks)
    assert fallbacks(campaign, ["es-mx"]) == {"es-mx": "es"}
    assert fallbacks(campaign, ["es-mx", "es"]) == {"es-mx": "en", "es": "en"}


def test_counts_are_by_the_rule_that_sending_uses(
    campaign: Campaign, make_subscriber: MakeSubscriber
) -> None:
    blocks = campaign.contents.get(language="es").blocks
    for tag in ("pt", "pt-br", "zh-hant"):
        CampaignContent.objects.create(campaign=campaign, language=tag, subject="!", blocks=blocks)
    tags = ["pt-br", "PT-BR", "pt-br-x", "pt-pt", "ptx", "zh-hant-hk", "zh", "", "de", "EN-gb"]
    for number, tag in enumerate(tags):
        make_subscriber(f"r{number}@example.com", topic=campaign.topic, language=tag)
    chosen = Subscriber.objects.annotate(version=content_language(campaign))
    expected: dict[str, int] = {}
    for version in chosen.values_list("version", flat=True):
        expected[version] = expected.get(version, 0) + 1
    counted = recipients_by_language(campaign)
    assert {version: sum(of.values()) for version, of in counted.items()} == expected
    assert counted["en"]["de"] == 1


def test_the_archive_offers_no_version_that_wasnt_sent(campaign: Campaign) -> None:
    accept_fallback(stale(campaign), languages=["es"])
    approve(campaign, by="Sam")
    launch_now(campaign)
    written = campaign.contents.filter(falls_back=False).values_list("language", flat=True)
    assert LanguagePreference(chosen="es").choose(list(written), own="en") == "en"


def test_the_checks_beside_the_composer_tell_of_what_is_typed(campaign: Campaign) -> None:
    stale(campaign)
    content = campaign.contents.get(language="es")
    content.campaign = campaign
    paths = [each.path for each in blockers(preflight_typed(content))]
    assert paths == ["contents.es.blocks[0]"]
    content.blocks = content.blocks[1:]
    paths = [each.path for each in blockers(preflight_typed(content))]
    assert paths == ["contents.es.missing.aa"]
    source = campaign.contents.get(language="en")
    source.campaign = campaign
    assert not blockers(preflight_typed(source))
