"""Staff write the mission statement, once in each language."""

from django.test import Client

from subscribers.models import MissionStatement

ADD = "/staff/subscribers/missionstatement/add/"
WRITTEN = {"language": "FR", "title": "Notre mission", "text": "Un.\r\n\r\nDeux."}


def test_a_language_has_one_statement(sams: Client) -> None:
    assert sams.post(ADD, WRITTEN).status_code == 302
    made = MissionStatement.objects.get()
    assert (made.language, made.text) == ("fr", "Un.\n\nDeux.")
    again = sams.post(ADD, {**WRITTEN, "language": "fr"})
    assert again.status_code == 200
    assert "There is a mission statement in this language already." in again.content.decode()
    assert sams.post(ADD, {**WRITTEN, "language": "French!"}).status_code == 200
    assert MissionStatement.objects.count() == 1


def test_whoever_may_only_look_writes_none(readers_only: Client) -> None:
    assert readers_only.post(ADD, WRITTEN).status_code == 403
