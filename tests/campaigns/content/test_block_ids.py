from campaigns.content.content_version import content_version
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign
from newsletter.rendering.blocks.ids import with_ids, without_ids


def test_ids_end_no_approval_and_are_no_conflict(draft: Campaign) -> None:
    content = draft.contents.get(language=draft.language)
    before = fingerprint(draft), content_version(content)
    content.blocks = with_ids(content.blocks)
    content.save()
    assert (fingerprint(draft), content_version(content)) == before
    assert without_ids(content.blocks) != content.blocks
