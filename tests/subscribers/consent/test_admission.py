"""The decision about a form: nobody is dropped in silence, and nobody can be found out by it."""

import time
from collections.abc import Iterator

import pytest

from newsletter.core.requests.window_counts import count_windows, look_at_windows
from newsletter.states import Trust
from subscribers.consent import seen_limits
from subscribers.consent.admission import Admission, Answer, admit, ask_early
from subscribers.consent.challenge_ahead import challenge_ahead
from subscribers.consent.form_limits import (
    OVERALL,
    PER_DOMAIN,
    PER_MAILBOX,
    PER_NETWORK,
    PER_STAMP,
    PROVEN_PER_NETWORK,
    RUSH,
    TOTAL_PER_DOMAIN,
    WAITING_PER_NETWORK,
    Amounts,
    Asked,
)
from subscribers.consent.proof_of_work import LEAST_COST, MOST_COST, new_challenge
from subscribers.consent.seen_limits import ALL, ASK_EVERY, SEEN_FOR, SeenLimits, own_seen
from tests.subscribers.consent.proofs import solved

pytestmark = pytest.mark.django_db

FORM = "sign-up"


def asked(**changes: object) -> Asked:
    given: dict[str, object] = {
        "form": FORM,
        "network": "192.0.2.0/24",
        "address": "ada@example.org",
        **changes,
    }
    return Asked(**given)  # type: ignore[arg-type]  # a test's shorthand


def answers(forms: Iterator[Asked]) -> list[Answer]:
    return [admit(form).answer for form in forms]


def many(number: int, **changes: object) -> Iterator[Asked]:
    """So many forms, each from a network and for a domain of its own where nothing else is said."""
    for turn in range(number):
        given = {"network": f"net {turn}", "address": f"a{turn}@d{turn}.example", **changes}
        yield asked(**given)


def proof() -> str:
    return solved(new_challenge(form=FORM, cost=1))


def past_the_limit() -> Admission:
    """Use up Ada's network, and let her ask."""
    answers(many(PER_NETWORK[0][0], network=asked().network))
    return admit(asked())


def test_within_the_limits_a_form_goes_on() -> None:
    assert admit(asked()) == Admission(Answer.GO_ON, Trust.USUAL)


def test_one_that_looks_like_a_machine_s_goes_on_and_waits_for_others() -> None:
    assert admit(asked(in_doubt=True)) == Admission(Answer.GO_ON, Trust.DOUBTFUL)


@pytest.mark.parametrize(
    ("limit", "changes"),
    [
        (PER_NETWORK[0][0], {"network": "192.0.2.0/24"}),
        (PER_DOMAIN[0][0], {"address": "somebody@example.org"}),
        (OVERALL[0][0], {}),
    ],
    ids=["network", "domain", "all"],
)
def test_past_a_limit_proof_is_asked_for(limit: int, changes: dict[str, str]) -> None:
    if "address" in changes:
        forms: Iterator[Asked] = (
            asked(network=f"net {turn}", address=f"a{turn}@example.org")
            for turn in range(limit + 5)
        )
    else:
        forms = many(limit + 5, **changes)
    given = answers(forms)
    assert given == [Answer.GO_ON] * limit + [Answer.PROVE] * 5


def test_with_proof_it_goes_on_and_is_trusted_more_than_any_other_sign_up() -> None:
    held_back = past_the_limit()
    assert held_back.answer is Answer.PROVE
    assert held_back.challenge is not None
    held_back.challenge["parameters"]["cost"] = 1  # a forged one, to begin with
    assert admit(asked(), proof=solved(held_back.challenge)).answer is Answer.PROVE
    assert admit(asked(), proof=proof()) == Admission(Answer.GO_ON, Trust.PROVEN)


def test_a_proof_is_spent_and_the_next_form_is_asked_again() -> None:
    past_the_limit()
    spent = proof()
    assert admit(asked(), proof=spent).answer is Answer.GO_ON
    again = admit(asked(address="ben@example.org"), proof=spent)
    assert (again.answer, bool(again.challenge)) == (Answer.PROVE, True)


def test_without_scripts_it_goes_on_and_waits_behind_all_others() -> None:
    held_back = past_the_limit()
    assert admit(asked(), waiting=held_back.waiting_pass) == Admission(Answer.GO_ON, Trust.UNPROVEN)
    other = admit(asked(address="ben@example.org"), waiting=held_back.waiting_pass)
    assert other.answer is Answer.PROVE, "the pass is Ada's"


def test_without_scripts_there_is_a_limit_that_says_so() -> None:
    limit = WAITING_PER_NETWORK[0][0]
    given = []
    past_the_limit()
    for turn in range(limit + 3):
        form = asked(address=f"a{turn}@d{turn}.example")
        given.append(admit(form, waiting=admit(form).waiting_pass).answer)
    assert given == [Answer.GO_ON] * limit + [Answer.CLOSED] * 3
    assert admit(asked(), proof=proof()).answer is Answer.GO_ON


def test_with_proof_one_network_has_a_limit_that_says_so() -> None:
    limit = PROVEN_PER_NETWORK[0][0]
    for _ in range(limit):
        count_windows(asked().proven())
    assert admit(asked(), proof=proof()).answer is Answer.CLOSED
    assert admit(asked(network="198.51.100.0/24"), proof=proof()).answer is Answer.GO_ON


def test_one_domain_has_a_total_that_says_so_whatever_is_brought() -> None:
    for _ in range(TOTAL_PER_DOMAIN[0][0]):
        count_windows(asked().totals())
    assert admit(asked()).answer is Answer.CLOSED
    assert admit(asked(), proof=proof()).answer is Answer.CLOSED
    assert admit(asked(address="ada@example.com")).answer is Answer.GO_ON


def test_one_mailbox_is_dropped_in_silence_and_uses_up_nobody_elses() -> None:
    given = [admit(form) for form in many(50, address="ada@example.org")]
    assert {each.answer for each in given} == {Answer.GO_ON}
    dropped = [each.trust is Trust.NONE for each in given]
    assert dropped == [turn >= PER_MAILBOX[0][0] for turn in range(50)]
    assert answers(many(PER_DOMAIN[0][0] - PER_MAILBOX[0][0], address="x@example.org"))[0] is (
        Answer.GO_ON
    )


def test_a_mailbox_s_limit_shows_in_no_answer_past_another_limit() -> None:
    """Past the network's limit, whoever asks for a mailbox gets what they would for any other."""
    answers(many(20, address="ada@example.org"))
    past_the_limit()
    known, unknown = admit(asked()), admit(asked(address="new@example.com"))
    assert known.answer is unknown.answer is Answer.PROVE


def test_proof_gets_its_owner_in_whatever_a_stranger_has_used_up() -> None:
    answers(many(20, address="ada@example.org"))
    assert admit(asked(), proof=proof()) == Admission(Answer.GO_ON, Trust.PROVEN)


def test_a_field_that_people_do_not_see_asks_for_proof() -> None:
    """A browser may have filled it in."""
    trapped = admit(asked(), is_trapped=True)
    assert trapped.answer is Answer.PROVE
    assert admit(asked(), is_trapped=True, proof=proof()).answer is Answer.GO_ON


class TestInARush:
    @pytest.fixture(autouse=True)
    def rush(self) -> None:
        for _ in range(RUSH[0][0]):
            count_windows(asked().rush())

    def test_what_brings_no_proof_waits_for_what_does(self) -> None:
        assert admit(asked()).trust is Trust.DOUBTFUL
        assert admit(asked(in_doubt=True)).trust is Trust.UNPROVEN
        assert admit(asked(), proof=proof()).trust is Trust.PROVEN

    def test_a_page_of_their_own_from_before_keeps_a_person_ahead_of_the_flood(self) -> None:
        admit(asked(in_doubt=True))  # whose number says that there is a rush
        before, since = time.time() - 30, time.time() + 1
        assert admit(asked(stamp="own", opened_at=before)).trust is Trust.USUAL
        assert admit(asked(stamp="later", opened_at=since)).trust is Trust.DOUBTFUL

    def test_a_page_whose_stamp_is_shared_keeps_nobody_ahead(self) -> None:
        admit(asked(in_doubt=True))
        before = time.time() - 30
        forms = many(PER_STAMP[0][0] + 3, stamp="shared", opened_at=before)
        trusts = [admit(form).trust for form in forms]
        assert trusts == [Trust.USUAL] * PER_STAMP[0][0] + [Trust.UNPROVEN] * 3
        assert admit(asked(stamp="own", opened_at=before)).trust is Trust.USUAL

    def test_browsers_are_given_something_to_compute_while_the_form_is_filled_in(self) -> None:
        ahead = challenge_ahead(form=FORM)
        assert ahead is not None
        assert ahead["parameters"]["cost"] > LEAST_COST
        assert admit(asked(), proof=solved(ahead)).trust is Trust.PROVEN

    def test_a_challenge_costs_more_than_when_it_is_calm(self) -> None:
        for _ in range(5000):
            count_windows(asked().rush())
        hard = admit(asked(), is_trapped=True).challenge
        assert hard is not None
        assert hard["parameters"]["cost"] == MOST_COST


def test_when_it_is_calm_a_shared_stamp_waits_for_others_and_is_taken() -> None:
    given = [admit(form) for form in many(PER_STAMP[0][0] + 1, stamp="shared", opened_at=1.0)]
    assert [admission.answer for admission in given] == [Answer.GO_ON] * len(given)
    assert [admission.trust for admission in given[-2:]] == [Trust.USUAL, Trust.DOUBTFUL]


class TestEarly:
    """What a flood is asked before anything of it is looked at."""

    def test_when_it_is_calm_nobody_is_asked_early(self) -> None:
        answers(many(50))
        assert ask_early(asked()) is None
        assert look_at_windows(asked().rush()) == [50], "and nothing was counted"

    @pytest.mark.parametrize(("of_all", "limit"), [(True, OVERALL), (False, PER_NETWORK)])
    def test_past_a_limit_the_next_form_is_and_it_takes_nothing_from_anybody(
        self, of_all: bool, limit: Amounts
    ) -> None:
        answers(many(limit[0][0] + 1, **({} if of_all else {"network": asked().network})))
        before = look_at_windows(asked().mailbox(proven=False) + asked().totals())
        early = ask_early(asked())
        assert early is not None
        assert (early.answer, bool(early.waiting_pass)) == (Answer.PROVE, True)
        assert admit(asked(), waiting=early.waiting_pass).answer is Answer.GO_ON
        assert (ask_early(asked(network="other")) is None) is not of_all
        assert look_at_windows(asked(address="x@d1.example").totals())[1:] == [
            before[2] + 1, before[3] + 1,
        ]  # fmt: skip

    def test_once_the_limit_has_room_again_the_form_is_looked_at(self) -> None:
        own_seen().note_limits(FORM, ALL, are_used_up=True)
        assert ask_early(asked()) is None
        assert not own_seen().are_used_up(FORM, ALL)

    def test_between_two_questions_a_flood_is_asked_by_memory_and_counted_afterwards(self) -> None:
        answers(many(OVERALL[0][0] + 1))
        assert ask_early(asked()) is not None
        (before,) = look_at_windows(asked().rush())
        began = time.monotonic()
        forms = [ask_early(form) for form in many(30)]
        assert all(form and form.answer is Answer.PROVE for form in forms)
        (meanwhile,) = look_at_windows(asked().rush())
        assert meanwhile == before or time.monotonic() - began >= ASK_EVERY, "nobody was asked"
        time.sleep(ASK_EVERY)
        ask_early(asked())
        assert look_at_windows(asked().rush()) == [before + 31]

    def test_what_an_earlier_flood_left_uncounted_is_forgotten(self) -> None:
        now = 1000.0
        seen = SeenLimits(clock=lambda: now)
        assert seen.posts_without_asking(FORM, ALL) is None
        seen.note_posts(FORM, 500)
        assert [seen.posts_without_asking(FORM, ALL) for _ in range(3)] == [500] * 3
        now += ASK_EVERY
        assert seen.posts_without_asking(FORM, ALL) is None, "it is time to ask"
        assert [seen.take_unasked(FORM), seen.take_unasked(FORM)] == [3, 0]
        assert seen.posts_without_asking(FORM, ALL) == 500
        now += SEEN_FOR
        assert seen.take_unasked(FORM) == 0

    def test_a_process_believes_in_a_used_up_limit_for_a_moment_and_remembers_few(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seen_limits, "MOST_SEEN", 10)
        now = 1000.0
        seen = SeenLimits(clock=lambda: now)
        assert not seen.are_any_used_up()
        for turn in range(100):
            seen.note_limits(FORM, f"net {turn}", are_used_up=True)
        assert sum(seen.are_used_up(FORM, f"net {turn}") for turn in range(100)) <= 10
        assert seen.are_used_up(FORM, "net 99")
        assert seen.are_any_used_up()
        now += SEEN_FOR
        assert not seen.are_used_up(FORM, "net 99")
        assert not seen.are_any_used_up()
        now -= 3600  # a clock that was moved back
        assert not seen.are_used_up(FORM, "net 99")
        assert not seen.are_any_used_up()


def test_when_it_is_calm_browsers_compute_nothing() -> None:
    assert challenge_ahead(form=FORM) is None
