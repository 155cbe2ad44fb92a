"""A translator's word: still right, left out, all of it done."""

import pytest

from campaigns.authors import is_author
from campaigns.content.open_for_edit import NotEditable
from campaigns.content.translations.parts import parts_of
from campaigns.content.translations.settle import SourceChanged, all_right, leave_out, still_right
from campaigns.content.translations.standing import TranslationStanding, source_of
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from newsletter.audit.actor import acting, operator
from newsletter.models import AuditEntry
from tests.campaigns.content.translations.conftest import (
    BUTTON,
    DIVIDER,
    HEADING,
    TEXT,
    english,
    stands,
)


def shown(campaign: Campaign) -> dict[str, str]:
    return {key: part.version for key, part in parts_of(source_of(campaign)).items()}


NEW = {"id": "ee", "type": "heading", "text": "Programme"}
OTHER_TEXT = {**TEXT, "html": "<p>We meet on Friday.</p>"}


def test_still_right_clears_one_text_and_is_recorded(translated: Campaign) -> None:
    english(translated, {**HEADING, "text": "Next"}, OTHER_TEXT, DIVIDER, BUTTON)
    assert still_right(translated, language="es", key="bb", seen=shown(translated))
    assert stands(translated) == {"aa": TranslationStanding.STALE}
    entry = AuditEntry.objects.latest("pk")
    assert entry.action == "campaign.translation_checked"
    assert entry.details == {"language": "es", "texts": 1}


def test_whoever_says_so_is_an_author(translated: Campaign) -> None:
    english(translated, HEADING, OTHER_TEXT, DIVIDER, BUTTON)
    with acting(operator):
        still_right(translated, language="es", key="bb", seen=shown(translated))
        assert is_author(translated)


def test_still_right_holds_until_the_next_change(translated: Campaign) -> None:
    english(translated, HEADING, OTHER_TEXT, DIVIDER, BUTTON)
    still_right(translated, language="es", key="bb", seen=shown(translated))
    english(translated, HEADING, TEXT, DIVIDER, BUTTON)
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_nobody_says_of_a_text_that_they_havent_seen_that_it_is_right(
    translated: Campaign,
) -> None:
    english(translated, HEADING, OTHER_TEXT, DIVIDER, BUTTON)
    seen = shown(translated)
    english(translated, HEADING, {**TEXT, "html": "<p>Cancelled.</p>"}, DIVIDER, BUTTON)
    with pytest.raises(SourceChanged):
        still_right(translated, language="es", key="bb", seen=seen)
    with pytest.raises(SourceChanged):
        all_right(translated, language="es", seen=seen)
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_a_copy_may_be_right_as_it_is(copied: Campaign) -> None:
    still_right(copied, language="es", key="cc", seen=shown(copied))
    assert "cc" not in stands(copied)


def test_what_the_source_has_no_more_may_be_kept(translated: Campaign) -> None:
    english(translated, HEADING, DIVIDER, BUTTON)
    still_right(translated, language="es", key="bb", seen=shown(translated))
    assert not stands(translated)
    english(translated, {**HEADING, "text": "Next"}, DIVIDER, BUTTON)
    assert stands(translated) == {"aa": TranslationStanding.STALE}


def test_a_new_block_may_be_left_out(translated: Campaign) -> None:
    english(translated, HEADING, TEXT, DIVIDER, BUTTON, NEW)
    assert leave_out(translated, language="es", key="ee", seen=shown(translated))
    assert stands(translated) == {"ee": TranslationStanding.LEFT_OUT}
    english(translated, HEADING, TEXT, DIVIDER, BUTTON, {**NEW, "text": "The programme"})
    assert stands(translated) == {"ee": TranslationStanding.LEFT_OUT}


def test_what_is_there_cant_be_left_out(translated: Campaign) -> None:
    assert not leave_out(translated, language="es", key="bb", seen=shown(translated))


def test_a_whole_version_is_marked_as_done_at_once(translated: Campaign) -> None:
    english(translated, {**HEADING, "text": "Next"}, DIVIDER, BUTTON, NEW)
    assert all_right(translated, language="es", seen=shown(translated))
    assert stands(translated) == {"ee": TranslationStanding.LEFT_OUT}
    assert not all_right(translated, language="es", seen=shown(translated))


def test_nothing_is_marked_once_it_is_sent(translated: Campaign) -> None:
    english(translated, HEADING, OTHER_TEXT, DIVIDER, BUTTON)
    Campaign.objects.filter(pk=translated.pk).update(status=CampaignStatus.SENT)
    with pytest.raises(NotEditable):
        still_right(translated, language="es", key="bb", seen=shown(translated))
