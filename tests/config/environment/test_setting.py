"""A setting is one row: read when it is set, else its default, and complained of by its name."""

from pathlib import Path

import pytest

from config.environment.setting import EnvironmentProblem, Setting, Values
from config.environment.setting_readers import port, words
from config.environment.unusable_value import UnusableValue


def shout(value: str) -> str:
    if value == "quietly":
        raise UnusableValue("nobody hears that")
    if value == "never":
        raise UnusableValue("that says nothing", example="now")
    return value.upper()


SETTINGS = {
    row.name: row
    for row in (
        Setting("NUMBER", port, default="8000", example="9001", help="A number"),
        Setting(
            "SHOUT", shout, default=lambda values: f"{values['NUMBER']}!", example="a", help=""
        ),
        Setting("LIST", words, default=lambda _: ["nothing"], example="a,b", help="Several"),
    )
}


def values(**source: str) -> Values:
    return Values(SETTINGS, source)


def test_a_setting_is_read_when_it_is_set() -> None:
    assert values(NUMBER=" 9001 ")["NUMBER"] == 9001


def test_a_default_in_words_is_read_like_a_value() -> None:
    assert values()["NUMBER"] == 8000


def test_a_default_may_follow_from_other_settings() -> None:
    assert values()["SHOUT"] == "8000!"
    assert values(NUMBER="9001")["SHOUT"] == "9001!"


def test_a_value_without_anything_in_it_counts_as_not_set() -> None:
    assert values(LIST=" , ,")["LIST"] == ["nothing"]
    assert values(LIST="a, b")["LIST"] == ["a", "b"]


def test_a_complaint_has_the_settings_name_and_example() -> None:
    with pytest.raises(EnvironmentProblem) as raised:
        values(SHOUT="quietly")["SHOUT"]
    assert str(raised.value) == "SHOUT: nobody hears that. Example: SHOUT=a"


def test_a_reader_may_give_an_example_of_its_own() -> None:
    with pytest.raises(EnvironmentProblem, match="Example: SHOUT=now"):
        values(SHOUT="never")["SHOUT"]


def test_a_default_that_needs_a_wrong_setting_complains_of_that_one() -> None:
    with pytest.raises(EnvironmentProblem) as raised:
        values(NUMBER="http")["SHOUT"]
    assert raised.value.variable == "NUMBER"


def test_each_setting_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "number"
    path.write_text("9001")
    read = values(NUMBER_FILE=str(path))
    assert read["NUMBER"] == 9001
    path.unlink()
    assert read["NUMBER"] == 9001
