"""A translation starts as a copy of the source, with the same ids."""

import pytest

from campaigns.content.check_content import ContentError
from campaigns.content.duplicate import duplicate
from campaigns.content.fingerprint import fingerprint
from campaigns.content.translations.standing import TranslationStanding
from campaigns.content.translations.start import NothingToCopy, start_from_source
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign
from tests.campaigns.content.translations.conftest import (
    BLOCKS,
    BUTTON,
    DIVIDER,
    HEADING,
    english,
    stands,
)


def test_the_copy_has_the_blocks_of_the_source_with_their_ids(copied: Campaign) -> None:
    source, copy = (copied.contents.get(language=each) for each in ("en", "es"))
    assert copy.blocks == source.blocks
    assert (copy.subject, copy.preheader) == (source.subject, source.preheader)


def test_blocks_that_a_program_wrote_get_ids_in_both_and_no_approval_ends(draft: Campaign) -> None:
    before = fingerprint(draft)
    start_from_source(draft, language="es")
    source, copy = (draft.contents.get(language=each) for each in ("en", "es"))
    assert [each["id"] for each in source.blocks] == ["b0", "b1", "b2"]
    usual = {"picture": "no", "joining": "yes"}
    # The copy is saved as a form would: what the program left out has its usual value there.
    assert copy.blocks == [*source.blocks[:2], {**source.blocks[2], **usual}]
    draft.contents.filter(language="es").delete()
    assert fingerprint(draft) == before


def test_what_was_typed_already_is_kept(draft: Campaign) -> None:
    english(draft, *BLOCKS)
    typed = [{"id": "aa", "type": "heading", "text": "Mío"}, {"type": "divider"}]
    copy = start_from_source(draft, language="es", subject="Hola", blocks=typed)
    assert copy.subject == "Hola"
    assert copy.blocks[:4] == BLOCKS
    assert [each.get("text") for each in copy.blocks[4:]] == ["Mío", None]
    assert len({each["id"] for each in copy.blocks}) == 6
    assert "@subject" not in stands(draft)


def test_a_version_that_somebody_began_meanwhile_isnt_overwritten(
    translated: Campaign,
) -> None:
    with pytest.raises(EditConflict):
        start_from_source(translated, language="es")
    assert not stands(translated)


def test_there_must_be_something_to_copy_and_a_language_to_copy_it_to(draft: Campaign) -> None:
    with pytest.raises(ContentError, match="none of this installation"):
        start_from_source(draft, language="hu")
    draft.contents.all().delete()
    with pytest.raises(NothingToCopy):
        start_from_source(draft, language="es")


def test_a_duplicate_stands_as_its_original_did(translated: Campaign) -> None:
    english(translated, {**HEADING, "text": "Next"}, DIVIDER, BUTTON)
    copy = duplicate(translated)
    assert (
        stands(copy)
        == stands(translated)
        == {"aa": TranslationStanding.STALE, "bb": TranslationStanding.GONE}
    )


def test_a_duplicate_of_unknown_origin_is_up_to_date(draft: Campaign) -> None:
    start_from_source(draft, language="es")
    draft.translated_parts.all().delete()
    assert not stands(duplicate(draft))
