"""Visitors get the mission statement in their language, or in the installation's."""

import pytest

from subscribers.applications.mission import has_mission_statement, mission_statement
from subscribers.models import MissionStatement


@pytest.mark.django_db
def test_a_visitor_gets_the_language_that_suits_them_best() -> None:
    assert mission_statement("fr", otherwise="en") is None
    assert not has_mission_statement()
    for language in ("en", "fr", "uk"):
        MissionStatement.objects.create(language=language, text=language)
    for accepted, language in (
        ("fr-CA,en;q=0.5", "fr"), ("uk", "uk"), ("de", "en"), ("", "en"), ("*;q=x,,", "en")
    ):  # fmt: skip
        found = mission_statement(accepted, otherwise="en")
        assert found is not None
        assert found.language == language
    found = mission_statement("de", otherwise="es")
    assert found is not None
    assert found.language == "en", "another language is better than none"
