"""A set-up does what is missing, once, and says what it did."""

import pytest

from scripts.deploying.steps import Step, StepFailed, must, run, run_steps


class Thing:
    """Something that a step makes; `broken` ones stay as they are."""

    def __init__(self, *, there: bool = False, broken: bool = False) -> None:
        self.there, self.broken, self.made = there, broken, 0

    def make(self) -> None:
        self.made += 1
        self.there = not self.broken

    def step(self, name: str) -> Step:
        return Step(name, lambda: self.there, self.make)


def test_it_does_what_is_missing_and_leaves_what_is_there() -> None:
    old, new, said = Thing(there=True), Thing(), list[str]()
    run_steps([old.step("old"), new.step("new")], dry_run=False, say=said.append)
    assert (old.made, new.made) == (0, 1)
    assert said == ["there already: old", "done: new"]


def test_a_second_run_does_nothing() -> None:
    new, said = Thing(), list[str]()
    for _ in range(2):
        run_steps([new.step("new")], dry_run=False, say=said.append)
    assert new.made == 1
    assert said == ["done: new", "there already: new"]


def test_a_dry_run_says_what_it_would_do_and_does_nothing() -> None:
    new, said = Thing(), list[str]()
    run_steps([new.step("new")], dry_run=True, say=said.append)
    assert new.made == 0
    assert said == ["would: new"]


def hidden_thing() -> bool:
    raise PermissionError("only root may look there")


def test_a_dry_run_says_what_only_root_can_tell_and_goes_on() -> None:
    hidden, new, said = Step("hidden", hidden_thing, print), Thing(), list[str]()
    run_steps([hidden, new.step("new")], dry_run=True, say=said.append)
    assert said == ["can't tell without root: hidden", "would: new"]


def test_a_step_that_is_hidden_stops_a_run_that_would_do_it() -> None:
    with pytest.raises(PermissionError):
        run_steps([Step("hidden", hidden_thing, print)], dry_run=False, say=print)


def test_what_comes_after_a_failure_is_left_for_the_next_run() -> None:
    broken, later = Thing(broken=True), Thing()
    with pytest.raises(StepFailed, match="broken: that was done, and changed nothing"):
        run_steps([broken.step("broken"), later.step("later")], dry_run=False, say=print)
    assert later.made == 0


def test_a_failed_program_is_told_with_its_own_words() -> None:
    with pytest.raises(StepFailed, match="ended with 3: no room"):
        must("sh", "-c", "echo no room >&2; exit 3")


def test_a_missing_program_is_named() -> None:
    with pytest.raises(StepFailed, match="no program 'convene-none' here"):
        run("convene-none")


def test_what_is_secret_goes_by_standard_input() -> None:
    assert must("cat", stdin="a password") == "a password"
