"""People say that they looked at a language, as it was then."""

import pytest
from django.contrib.auth.models import User

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, CampaignContent, ReviewLook
from campaigns.review.looks import NotLookedAt, latest_looks, note_look
from newsletter.models import AuditEntry


def test_a_look_is_noted_once_for_what_was_shown(draft: Campaign, sam: User) -> None:
    seen = fingerprint(draft)
    assert note_look(draft, sam, language="en", seen=seen)
    assert not note_look(draft, sam, language="en", seen=seen)
    look = ReviewLook.objects.get()
    assert (look.by, look.fingerprint) == ("sam", seen)
    assert AuditEntry.objects.get(action="campaign.looked_at").details == {"language": "en"}


def test_what_was_changed_meanwhile_was_not_looked_at(draft: Campaign, sam: User) -> None:
    seen = fingerprint(draft)
    note_look(draft, sam, language="en", seen=seen)
    CampaignContent.objects.update(subject="Otherwise")
    with pytest.raises(NotLookedAt, match="changed while this page was open"):
        note_look(draft, sam, language="en", seen=seen)
    assert latest_looks(draft)["en"][0].fingerprint != fingerprint(draft)
    with pytest.raises(NotLookedAt, match="no French version"):
        note_look(draft, sam, language="fr", seen=fingerprint(draft))


def test_of_several_looks_of_a_person_the_latest_is_told(draft: Campaign, sam: User) -> None:
    for subject in ("One", "Two"):
        CampaignContent.objects.update(subject=subject)
        note_look(draft, sam, language="en", seen=fingerprint(draft))
    [look] = latest_looks(draft)["en"]
    assert look.fingerprint == fingerprint(draft)
