"""Whoever presses a button of the studio second reads who was first, and changes nothing."""

import re

import pytest

from staff.roles import ROLES
from subscribers.models import Subscriber
from tests.architecture.conftest import Installation
from tests.architecture.second_press import press_twice
from tests.architecture.staff_page import Act
from tests.architecture.staff_pages import PAGES
from tests.architecture.staff_world import World, furnish
from tests.choosing import drawn
from tests.staff_members import browser_of, staff_member

FEW = 15
"""Of all buttons, as many as a sample has."""
STUDIO = ("studio_", "media_", "campaigns_", "ask_again")
"""How the names of the studio's pages begin."""

NAMES_THE_FIRST = frozenset(
    {
        "accept_fallback/accept",
        "ask_reviewers/ask",
        "comment_done/done",
        "control/cancel",
        "control/pause",
        "control/resume",
        "control/stop",
        "decide/approve",
        "decide/request changes",
        "launch/schedule",
        "launch/send",
        "later_version/write anew",
        "proof/send",
        "proofs_to_list/send",
        "resolve/accepted",
        "resolve/failed",
        "resolve/planned",
        "retract/mark",
        "retry/try again",
        "submit/submit",
        "undo/undo",
        "withdraw/withdraw",
    }
)
"""What moves a campaign: the second press changes nothing, and says who was first, and when."""

CHANGES_NOTHING = frozenset(
    {
        "answer/change",
        "ask_again/ask again",
        "audience/save",
        "autosave/save by itself",
        "came/came",
        "campaigns_event_add/add",
        "content/save",
        "delete_audience/delete",
        "delete_template/delete",
        "draft_series/draft",
        "draft_stopped/draft again",
        "end_calendar_mail/remove",
        "enter_answer/enter",
        "event_cancel/cancel",
        "event_details/save",
        "event_document_delete/delete",
        "event_programme/save",
        "media_delete/delete",
        "media_image/save",
        "media_library/upload",
        "new_audience/save",
        "proof_recipients/add",
        "proof_recipients/remove",
        "remove_language/remove",
        "rename_template/rename",
        "save_as_template/save",
        "version/restore",
    }
)
"""What leaves everything as the first press did, so that nobody need know whose it was."""

DOES_IT_AGAIN = {
    "campaigns_campaign_add/add": "a second campaign may have the name of the first",
    "comment/comment": "a reviewer may say the same of a part twice",
    "content/save a copy": "each copy is wanted",
    "details/save": "it notes when it was saved last",
    "duplicate/duplicate": "each copy is wanted",
    "event_copy/copy": "each copy is wanted",
    "event_documents/add": "two documents may have the same pages",
    "export_answers/export": "each export is recorded",
    "looked/looked": "each person looks for themselves",
    "ping/say that it is open": "each tab is open by itself",
    "saved_audience/save": "each save is recorded",
    "versions/name": "each version is kept by its own name and time",
}
"""What a second press does once more, and why that is right."""

BESIDE = {"newsletter.PublicChange"}
"""It counts requests that may have changed public pages."""


def pressed() -> dict[str, Act]:
    """Return each button of the studio that changes something, by page and name."""
    return {
        f"{page.name.removeprefix('studio_')}/{act.name}": act
        for page in PAGES.values()
        if page.name.startswith(STUDIO)
        for act in page.acts
        if act.changes
    }


def test_of_each_button_of_the_studio_it_is_known_what_a_second_press_does() -> None:
    kinds = [NAMES_THE_FIRST, CHANGES_NOTHING, DOES_IT_AGAIN.keys()]
    assert sorted(each for kind in kinds for each in kind) == sorted(pressed())


@pytest.fixture
def world(installation: Installation, ada: Subscriber) -> World:
    return furnish(installation, ada)


def test_whoever_presses_second_reads_who_was_first_and_changes_nothing(
    world: World, seed: str | None
) -> None:
    paul, petra = (staff_member(name, *ROLES.values()) for name in ("paul", "petra"))
    browsers, wrong = (browser_of(paul), browser_of(petra)), []
    for name in drawn(sorted(NAMES_THE_FIRST | CHANGES_NOTHING), FEW, seed):
        act = pressed()[name]
        first, second = press_twice(act, world, browsers)
        if not act.changes <= {*first.tables}:
            wrong.append(f"{name}: the first press did nothing: {first}")
        if {*second.tables} - BESIDE:
            wrong.append(f"{name}: the second press changed {second.tables}")
        if second.status >= 500:
            wrong.append(f"{name}: {second}")
        if name in NAMES_THE_FIRST and not re.search(
            r"\bpaul [a-z][^.]* (at \d\d:\d\d:\d\d|on [^.]*, \d\d:\d\d) UTC", second.said
        ):
            wrong.append(f"{name}: the second press says {second.said[:300]}")
    assert not wrong, "\n".join(wrong)
