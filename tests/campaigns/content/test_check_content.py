"""The keys of a campaign's JSON."""

import pytest

from campaigns.content.check_content import CAMPAIGN_KEYS, ContentError, Keys, require_object


def test_an_object_has_all_required_keys_and_may_have_the_optional_ones() -> None:
    keys = Keys(required=("a",), optional=("b",))
    for good in ({"a": 1}, {"a": 1, "b": 2}):
        assert require_object(good, path="", keys=keys) == good
    with pytest.raises(ContentError, match="a: is missing"):
        require_object({"b": 2}, path="", keys=keys)


def test_the_complaint_about_an_unknown_key_lists_the_known_ones() -> None:
    whole = dict.fromkeys((*CAMPAIGN_KEYS.required, "audience"))
    with pytest.raises(ContentError) as complaint:
        require_object(whole, path="", keys=CAMPAIGN_KEYS)
    assert str(complaint.value) == (
        "audience: is unknown here; known are name, topic, contents, language, event, rule, "
        "conditions, archive_access, counts_links"
    )
