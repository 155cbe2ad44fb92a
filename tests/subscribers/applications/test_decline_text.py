"""Staff begin with a courteous text that names the person and the topic."""

from subscribers.applications.decline_text import suggested_decline
from subscribers.models import Application


def test_the_suggestion_names_person_topic_and_brand(leas: Application) -> None:
    text = suggested_decline(leas)
    assert text.startswith("Dear Lea Novak,\n\n")
    assert "“Legislators”" in text
    assert "%" not in text
