"""Rules of conditions: what is refused, how they join, and how they read."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.audience.conditions.kind import BadCondition
from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.conditions.plain_kinds import PLAIN_KINDS
from campaigns.audience.conditions.regions import M49, REGIONS
from campaigns.audience.conditions.tree import (
    MOST_CONDITIONS,
    fits_tree,
    leaves,
    parse_tree,
    tree_in_words,
)
from campaigns.audience.narrow import reasons_not_to_fit_conditions
from subscribers.countries import body_codes, country_codes
from subscribers.models import Subscriber


def country(*codes: str) -> dict[str, Any]:
    return {"kind": "country", "countries": list(codes)}


def reads(*tags: str) -> dict[str, Any]:
    return {"kind": "language", "languages": list(tags)}


CODES, TAGS = ("AL", "NZ", ""), ("en", "fr", "en-gb")
PEOPLE = list(product(CODES, TAGS))
LEAF = st.one_of(
    st.sets(st.sampled_from(["AL", "NZ", "FR"]), min_size=1).map(lambda some: country(*some)),
    st.sets(st.sampled_from(["en", "fr", "en-gb"]), min_size=1).map(lambda some: reads(*some)),
)
GROUP = st.fixed_dictionaries(
    {"match": st.sampled_from(["all", "any"]), "conditions": st.lists(LEAF, min_size=1, max_size=3)}
)
TREE = st.fixed_dictionaries(
    {
        "match": st.sampled_from(["all", "any"]),
        "conditions": st.lists(st.one_of(LEAF, GROUP), max_size=4),
        "except": st.lists(LEAF, max_size=2),
    }
)


def holds(node: dict[str, Any], code: str, tag: str) -> bool:
    """Say it again in Python: whether somebody meets a condition, group or rule."""
    if "countries" in node:
        return code in node["countries"]
    if "languages" in node:
        return any(tag == each or tag.startswith(f"{each}-") for each in node["languages"])
    if not node:
        return True
    parts = [holds(each, code, tag) for each in node["conditions"]]
    joined = all(parts) if node["match"] == "all" else any(parts)
    is_left_out = any(holds(each, code, tag) for each in node.get("except", []))
    return (joined if parts else True) and not is_left_out


class TheStatement(TestCase):
    """What the database finds is what the same rule says in Python."""

    @given(TREE)
    def test_it_finds_those_who_meet_the_rule(self, data: dict[str, Any]) -> None:
        Subscriber.objects.bulk_create(
            Subscriber(email=f"{code}{tag}", digest=f"{code}{tag}", country=code, language=tag)
            for code, tag in PEOPLE
        )
        tree = parse_tree(data, KINDS, path="")
        expected = {f"{code}{tag}" for code, tag in PEOPLE if holds(tree, code, tag)}
        found = set(
            Subscriber.objects.filter(fits_tree(tree, KINDS)).values_list("email", flat=True)
        )
        assert found == expected
        missed = Subscriber.objects.none()
        for reason in reasons_not_to_fit_conditions(tree, topic_id=None).values():
            missed = missed | Subscriber.objects.filter(reason)
        # Whoever doesn't fit has a reason, and nobody else has one.
        assert {each.email for each in missed} == {
            f"{code}{tag}" for code, tag in PEOPLE
        } - expected

    @given(TREE)
    def test_what_is_kept_is_read_again_as_it_is(self, data: dict[str, Any]) -> None:
        tree = parse_tree(data, KINDS, path="")
        assert parse_tree(tree, KINDS, path="") == tree
        assert bool(tree) == bool(data["conditions"] or data["except"])


DEEP: dict[str, Any] = {
    "match": "any",
    "conditions": [{"match": "all", "conditions": [country("AL")]}],
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "path", "problem"),
    [
        (None, "rule", "must be an object"),
        ([], "rule", "must be an object"),
        ("all", "rule", "must be an object"),
        ({"match": "none", "conditions": [country("AL")]}, "rule.match", "all"),
        ({"match": ["all"], "conditions": [country("AL")]}, "rule.match", "all"),
        ({"conditions": {}}, "rule.conditions", "must be a list"),
        ({"except": "x"}, "rule.except", "must be a list"),
        ({"or": []}, "rule.or", "is unknown"),
        ({"conditions": [None]}, "rule.conditions[0]", "must be an object"),
        ({"conditions": [{}]}, "rule.conditions[0].kind", "must be one of"),
        ({"conditions": [{"kind": "sql"}]}, "rule.conditions[0].kind", "must be one of"),
        ({"conditions": [{"kind": ["country"]}]}, "rule.conditions[0].kind", "must be one of"),
        ({"conditions": [country()]}, "rule.conditions[0].countries", "is empty"),
        ({"conditions": [country("QQ")]}, "rule.conditions[0].countries[0]", "country code"),
        ({"conditions": [DEEP]}, "rule.conditions[0].conditions[0]", "too deep"),
        ({"except": [DEEP]}, "rule.except[0]", "too deep"),
        ({"conditions": [{"match": "any", "conditions": []}]}, "rule.conditions[0]", "without"),
        (
            {"conditions": [{"conditions": [country("AL")], "except": []}]},
            "rule.conditions[0].except",
            "is unknown",
        ),
        ({"conditions": [country("AL")] * 41}, "rule.conditions", "more than 40"),
        (
            {"conditions": [country("AL")] * 30, "except": [country("AL")] * 11},
            "rule",
            "more than 40",
        ),
    ],
)
def test_what_is_no_rule_is_refused_by_its_place(data: object, path: str, problem: str) -> None:
    with pytest.raises(BadCondition) as refused:
        parse_tree(data, KINDS, path="rule")
    assert refused.value.path == path
    assert problem in refused.value.problem


def test_a_saved_audience_has_no_condition_about_saved_audiences() -> None:
    with pytest.raises(BadCondition):
        parse_tree({"conditions": [{"kind": "saved", "saved": 1}]}, PLAIN_KINDS, path="")


@pytest.mark.usefixtures("bodies")
def test_the_grouping_is_written_out() -> None:
    tree = parse_tree(
        {
            "match": "all",
            "conditions": [
                country("AL", "NZ", "XK"),
                {"match": "any", "conditions": [reads("en"), reads("fr", "es")]},
            ],
            "except": [country("AD"), reads("hu")],
        },
        KINDS,
        path="",
    )
    assert tree_in_words(tree, KINDS, topic_id=None) == (
        "are from Albania, Kosovo or New Zealand and (read English or read French or Spanish), "
        "except those who are from Andorra or read Hungarian"
    )
    assert tree_in_words({}, KINDS, topic_id=None) == ""


def test_a_kind_of_another_release_takes_nobody_and_says_so() -> None:
    tree = {"match": "all", "conditions": [{"kind": "shoe_size", "is": 43}], "except": []}
    assert "isn’t known any more" in tree_in_words(tree, KINDS, topic_id=None)
    assert len(list(leaves(tree))) == 1
    assert MOST_CONDITIONS == 40


@pytest.mark.usefixtures("bodies")
def test_each_country_is_in_one_sub_region_and_each_region_has_known_ones() -> None:
    bodies = {code for _, code in body_codes()}
    for code in country_codes():
        number = sum(code in region.countries for region in M49.values())
        # Antarctica is in none; of the bodies, Kosovo is in one.
        assert number == (0 if code == "AQ" or code in bodies - {"XK"} else 1), code
    known = set(country_codes())
    assert not [key for key, region in REGIONS.items() if region.countries - known]
