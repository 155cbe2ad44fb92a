"""Saving what is older than a choice of its block changes nothing."""

from typing import Any

import pytest

from campaigns.content.content_version import content_version
from campaigns.content.edit_content import save_content
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign

IMAGE = {"type": "image", "url": "https://example.org/a.png", "alt": "A hall"}
SPEAKERS = {"type": "speakers"}


def saved(draft: Campaign, blocks: list[dict[str, Any]], *, complete: bool) -> list[dict[str, Any]]:
    content = save_content(
        draft,
        language=draft.language,
        subject="Forum",
        preheader="",
        blocks=blocks,
        complete=complete,
    )
    content.refresh_from_db()
    return [dict(each) for each in content.blocks]


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("older", "default", "other"),
    [
        (IMAGE, {"decorative": "no"}, {"decorative": "yes"}),
        (SPEAKERS, {"details": "short"}, {"details": "biographies"}),
    ],
)
def test_a_choice_that_a_block_is_too_old_for_is_kept_once_it_is_made(
    draft: Campaign,
    older: dict[str, Any],
    default: dict[str, Any],
    other: dict[str, Any],
    complete: bool,
) -> None:
    content = draft.contents.get(language=draft.language)
    content.subject, content.preheader, content.blocks = "Forum", "", [older]
    content.save()
    before = fingerprint(draft), content_version(content)

    first = {"id": "b0", **older, **default}
    assert saved(draft, [first], complete=complete) == [{"id": "b0", **older}]
    content.refresh_from_db()
    assert (fingerprint(draft), content_version(content)) == before

    # A new block has it, wherever the older one stands.
    new = {**first, "id": "b7"}
    assert saved(draft, [new, first], complete=complete) == [new, {"id": "b0", **older}]

    chosen = {**first, **other}
    assert saved(draft, [chosen], complete=complete) == [chosen]
    assert saved(draft, [first], complete=complete) == [first]
