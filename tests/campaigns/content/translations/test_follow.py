"""Translations follow their source: what changed there is looked at here, and nothing else."""

from typing import Any

import pytest

from campaigns.content.edit import save_details
from campaigns.content.edit_content import remove_content, save_content
from campaigns.content.translations.difference import differences
from campaigns.content.translations.parts import parts_of
from campaigns.content.translations.standing import TranslationStanding, source_of, standings_of
from campaigns.content.versions import keep_version, restore_version
from campaigns.models import Campaign, CampaignContent, TranslatedPart
from campaigns.states import VersionReason
from newsletter.core.word_difference import PieceKind
from tests.campaigns.content.translations.conftest import (
    BLOCKS,
    BUTTON,
    DIVIDER,
    HEADING,
    SPANISH,
    TEXT,
    english,
    spanish,
    stands,
)

NEW_TEXT = {**TEXT, "html": "<p>We meet on Friday in Kyiv.</p>"}


def test_a_copy_of_the_source_is_no_translation_until_each_text_is_changed(
    copied: Campaign,
) -> None:
    lines = {
        "@subject": TranslationStanding.UNTRANSLATED,
        "@preheader": TranslationStanding.UNTRANSLATED,
    }
    texts = dict.fromkeys(["aa", "bb", "cc"], TranslationStanding.UNTRANSLATED)
    assert stands(copied) == lines | texts

    spanish(copied, blocks=[HEADING, SPANISH["bb"], DIVIDER, BUTTON])
    assert stands(copied) == lines | {
        "aa": TranslationStanding.UNTRANSLATED,
        "cc": TranslationStanding.UNTRANSLATED,
    }


def test_another_link_is_no_translation_of_a_buttons_label(copied: Campaign) -> None:
    other = {**BUTTON, "url": "https://example.org/es"}
    spanish(copied, blocks=[HEADING, TEXT, DIVIDER, other])
    assert stands(copied)["cc"] is TranslationStanding.UNTRANSLATED


def test_blocks_without_words_need_no_translation(copied: Campaign) -> None:
    picture = {"id": "ee", "type": "image", "url": "https://example.org/a.png", "alt": ""}
    number = {"id": "ff", "type": "figure", "figure": "49", "text": "{event_time}", "source": ""}
    english(copied, *BLOCKS, picture, number)
    said = copied.contents.get(language="es")
    spanish(copied, blocks=[*said.blocks, picture, number])
    assert {"ee", "ff", "dd"}.isdisjoint(stands(copied))


def test_a_changed_text_of_the_source_marks_its_translation_and_keeps_it(
    translated: Campaign,
) -> None:
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON, subject="You are invited!")
    assert stands(translated) == {
        "@subject": TranslationStanding.STALE,
        "bb": TranslationStanding.STALE,
    }
    content = translated.contents.get(language="es")
    assert content.subject == "Le invitamos"
    assert content.blocks[1]["html"] == SPANISH["bb"]["html"]


def test_the_difference_since_the_translation_is_told_over_several_edits(
    translated: Campaign,
) -> None:
    english(translated, HEADING, {**TEXT, "html": "<p>Never mind.</p>"}, DIVIDER, BUTTON)
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    found = standings_of(translated, translated.contents.get(language="es"))
    [stale] = [each for each in found if each.key == "bb"]
    assert stale.was
    assert stale.source
    [changed] = differences(stale.was, stale.source)
    assert [(piece.kind, piece.text) for piece in changed.pieces] == [
        (PieceKind.SAME, "We meet on "),
        (PieceKind.REMOVED, "Tuesday "),
        (PieceKind.ADDED, "Friday "),
        (PieceKind.SAME, "in Kyiv."),
    ]


def test_a_source_that_is_as_before_again_marks_nothing(translated: Campaign) -> None:
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    english(translated, *BLOCKS)
    assert not stands(translated)


@pytest.mark.parametrize(
    "same",
    [
        {**TEXT, "html": "<p>We  meet on Tuesday\n in Kyiv.</p>"},
        {**TEXT, "html": "<p>We meet on Tuesday in Kyiv.</p><p></p>"},
    ],
)
def test_what_no_reader_sees_marks_nothing(translated: Campaign, same: dict[str, Any]) -> None:
    english(translated, HEADING, same, DIVIDER, BUTTON)
    assert not stands(translated)


def test_moving_blocks_of_the_source_marks_nothing(translated: Campaign) -> None:
    english(translated, BUTTON, TEXT, DIVIDER, HEADING)
    assert not stands(translated)


def test_a_changed_link_is_looked_at(translated: Campaign) -> None:
    english(translated, HEADING, TEXT, DIVIDER, {**BUTTON, "url": "https://example.org/new"})
    assert stands(translated) == {"cc": TranslationStanding.STALE}


def test_saving_a_change_of_a_stale_text_counts_as_looked_at(translated: Campaign) -> None:
    english(translated, {**HEADING, "text": "Next"}, NEW_TEXT, DIVIDER, BUTTON)
    friday = {**SPANISH["bb"], "html": "<p>Nos reunimos el viernes en Kyiv.</p>"}
    spanish(translated, blocks=[SPANISH["aa"], friday, DIVIDER, SPANISH["cc"]])
    assert stands(translated) == {"aa": TranslationStanding.STALE}


def test_saving_a_stale_text_as_it_is_counts_for_nothing(translated: Campaign) -> None:
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    spanish(translated, subject="¡Le invitamos!")
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_an_edit_beside_an_older_source_is_no_look_at_the_new_one(translated: Campaign) -> None:
    """Two tabs: the translation is opened, the source is saved, the translation is saved."""
    shown = {key: part.version for key, part in parts_of(source_of(translated)).items()}
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    better = {**SPANISH["bb"], "html": "<p>El martes nos reunimos en Kyiv.</p>"}
    spanish(translated, blocks=[SPANISH["aa"], better, DIVIDER, SPANISH["cc"]], sources=shown)
    assert stands(translated) == {"bb": TranslationStanding.STALE}
    row = TranslatedPart.objects.get(part="bb")
    assert row.source["html"] == TEXT["html"]


def test_a_text_written_beside_nothing_is_looked_at_when_the_source_has_one(
    translated: Campaign,
) -> None:
    english(translated, preheader="")
    spanish(translated, preheader="")
    shown = {key: part.version for key, part in parts_of(source_of(translated)).items()}
    english(translated, preheader="Ninety minutes")
    spanish(translated, preheader="Una hora", sources=shown)
    assert stands(translated) == {"@preheader": TranslationStanding.STALE}


def test_a_new_block_of_the_source_is_missing_at_its_place(translated: Campaign) -> None:
    new = {"id": "ee", "type": "heading", "text": "Programme"}
    english(translated, HEADING, TEXT, new, DIVIDER, BUTTON)
    found = standings_of(translated, translated.contents.get(language="es"))
    keys = [each.key for each in found]
    assert stands(translated) == {"ee": TranslationStanding.MISSING}
    assert keys.index("ee") == keys.index("bb") + 1


def test_a_block_that_the_source_has_no_more_is_named(translated: Campaign) -> None:
    english(translated, HEADING, DIVIDER, BUTTON)
    assert stands(translated) == {"bb": TranslationStanding.GONE}
    spanish(translated, blocks=[SPANISH["aa"], DIVIDER, SPANISH["cc"]])
    assert not stands(translated)


def test_a_removed_translation_is_missing_and_is_as_before_when_it_is_put_back(
    translated: Campaign,
) -> None:
    whole = translated.contents.get(language="es").blocks
    spanish(translated, blocks=[each for each in whole if each["id"] != "bb"])
    assert stands(translated) == {"bb": TranslationStanding.MISSING}
    spanish(translated, blocks=whole)
    assert not stands(translated)


def test_a_block_that_only_the_translation_has_is_its_own(translated: Campaign) -> None:
    own = {"id": "zz", "type": "heading", "text": "Solo aquí"}
    spanish(translated, blocks=[*translated.contents.get(language="es").blocks, own])
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    assert stands(translated) == {"bb": TranslationStanding.STALE}


@pytest.fixture
def of_before(draft: Campaign) -> Campaign:
    """A draft in two languages that a program created: without ids, and of unknown origin."""
    blocks = draft.contents.get().blocks
    said = [{"type": "heading", "text": "Reunión"}, {"type": "rich_text", "html": "<p>Hola</p>"}]
    CampaignContent.objects.create(
        campaign=draft, language="es", subject="Le invitamos", blocks=[*said, *blocks[2:]]
    )
    return draft


def test_a_translation_of_unknown_origin_is_up_to_date(of_before: Campaign) -> None:
    assert not stands(of_before)
    spanish(of_before, subject="¡Le invitamos!")
    assert set(stands(of_before).values()) <= {TranslationStanding.LEFT_OUT}


def test_a_translation_of_unknown_origin_follows_the_first_change_that_is_seen(
    of_before: Campaign,
) -> None:
    blocks = of_before.contents.get(language="en").blocks
    english(of_before, {**blocks[0], "text": "Another meeting"}, *blocks[1:])
    assert stands(of_before) == {
        "b0": TranslationStanding.STALE,
        "@preheader": TranslationStanding.LEFT_OUT,
    }


def test_blocks_of_unknown_origin_are_linked_by_place_where_they_are_of_one_type(
    of_before: Campaign,
) -> None:
    blocks = of_before.contents.get(language="en").blocks
    CampaignContent.objects.filter(campaign=of_before, language="es").update(blocks=blocks[1:])
    english(of_before, {**blocks[0], "text": "Another meeting"}, *blocks[1:])
    assert TranslationStanding.STALE not in stands(of_before).values()


def test_a_version_that_a_program_writes_is_up_to_date_as_it_is(draft: Campaign) -> None:
    english(draft, *BLOCKS)
    save_content(draft, language="es", subject="Hola", preheader="", blocks=[SPANISH["aa"]])
    assert set(stands(draft).values()) == {TranslationStanding.LEFT_OUT}
    english(draft, {**HEADING, "text": "Other"}, TEXT, DIVIDER, BUTTON)
    assert stands(draft)["aa"] is TranslationStanding.STALE


def test_a_translation_begun_by_hand_lacks_what_isnt_written_yet(draft: Campaign) -> None:
    english(draft, *BLOCKS)
    shown = {key: part.version for key, part in parts_of(source_of(draft)).items()}
    for subject in ("H", "Hola"):
        save_content(
            draft,
            language="es",
            subject=subject,
            preheader="",
            blocks=[],
            complete=False,
            automatic=True,
            sources=shown,
        )
    missing = ["@preheader", "aa", "bb", "cc", "dd"]
    assert stands(draft) == dict.fromkeys(missing, TranslationStanding.MISSING)


def test_another_main_language_makes_the_origin_unknown_and_the_first_one_known_again(
    translated: Campaign,
) -> None:
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    save_details(translated, language="es")
    assert not stands(translated, "en")
    save_details(translated, language="en")
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_a_removed_language_leaves_nothing_behind(translated: Campaign) -> None:
    remove_content(translated, language="es")
    assert not TranslatedPart.objects.exists()


def test_a_restored_translation_is_held_against_the_source_of_its_time(
    translated: Campaign,
) -> None:
    version = keep_version(translated, VersionReason.NAMED, name="Before")
    assert version
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    friday = {**SPANISH["bb"], "html": "<p>Nos reunimos el viernes en Kyiv.</p>"}
    spanish(translated, blocks=[SPANISH["aa"], friday, DIVIDER, SPANISH["cc"]])
    assert not stands(translated)

    restore_version(version, "es")
    assert stands(translated) == {"bb": TranslationStanding.STALE}
    restore_version(version, "en")
    assert not stands(translated)


def test_a_restored_source_marks_what_was_translated_since(translated: Campaign) -> None:
    version = keep_version(translated, VersionReason.NAMED, name="Before")
    assert version
    english(translated, HEADING, NEW_TEXT, DIVIDER, BUTTON)
    friday = {**SPANISH["bb"], "html": "<p>Nos reunimos el viernes en Kyiv.</p>"}
    spanish(translated, blocks=[SPANISH["aa"], friday, DIVIDER, SPANISH["cc"]])
    restore_version(version, "en")
    assert stands(translated) == {"bb": TranslationStanding.STALE}
