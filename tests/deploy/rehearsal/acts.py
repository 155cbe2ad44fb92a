"""Acts that sections of the rehearsal have in common."""

import json
from collections.abc import Callable

from tests.deploy.rehearsal.machine import Machine, RehearsalFailed

SITE = "lists.example.org"
RECIPIENTS = 600
PEOPLE = "email\n" + "".join(f"person{n}@parliament.example\n" for n in range(RECIPIENTS))
"""A list to import."""
FIRST_CONTENT = """
from newsletter.models import Brand
from subscribers.models import Topic
Brand.objects.update(sender_name="A. Body", sender_email="news@lists.example.org",
                     postal_address="1 High Street, London")
Topic.objects.create(slug="meetings", name="Meetings")
"""
"""Entered on staff pages otherwise, which journeys test."""
CONSENT = "They signed up on paper in Geneva."

type Manage = Callable[..., str]
"""Runs a command of manage.py with its arguments, and returns what it printed."""


def launch(manage: Manage, machine: Machine, subject: str, *, folder: str, seen_as: str) -> str:
    """Launch a campaign to everybody, and return its id.

    Args:
        manage: runs commands of the installation.
        machine: it runs on it.
        subject: of the email; also the name.
        folder: on the machine, for the file that describes it.
        seen_as: the same folder, where the command looks for it.
    """
    content = {
        "subject": subject,
        "preheader": "Online",
        "blocks": [{"type": "rich_text", "html": "<p>Please keep the day free.</p>"}],
    }
    campaign = {
        "name": subject,
        "topic": "meetings",
        "language": "en",
        "contents": {"en": content},
    }
    machine.write(f"{folder}/campaign.json", json.dumps(campaign))
    number = manage("create_campaign", f"{seen_as}/campaign.json").strip()
    manage("approve_campaign", number)
    manage("launch_campaign", number, "--now")
    return number


def curl(path: str) -> tuple[str, ...]:
    """Return the command that opens a page by https, and prints its status last."""
    resolved = ("--resolve", f"{SITE}:443:127.0.0.1")
    return ("curl", "-sk", *resolved, "-w", "%{http_code}", f"https://{SITE}{path}")


def expect(held: bool, otherwise: str) -> None:
    """Go on only where something holds.

    Raises:
        RehearsalFailed: it doesn't; the message is `otherwise`.
    """
    if not held:
        raise RehearsalFailed(otherwise)
