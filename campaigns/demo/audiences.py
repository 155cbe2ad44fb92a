"""The demo's saved audiences."""

from campaigns.content.saved_audiences import save_saved_audience
from campaigns.models import Event
from subscribers.models import Label

BALKANS = "Balkans"
SILENT = "No answer about the forum yet"


def save_audiences(forum: Event) -> None:
    """Save a region's people, and those who are to be asked again, except contact persons."""
    save_saved_audience(
        None,
        name=BALKANS,
        conditions={"match": "all", "conditions": [{"kind": "region", "region": "balkans"}]},
    )
    contacts = Label.objects.get(name="Contact persons")
    save_saved_audience(
        None,
        name=SILENT,
        conditions={
            "match": "all",
            "conditions": [{"kind": "answer", "event": forum.slug, "answer": "no_answer"}],
            "except": [{"kind": "label", "label": contacts.pk}],
        },
    )
