"""The invented people of the demo, read from people.csv."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FILE = Path(__file__).with_name("people.csv")

DOMAINS = (
    "parliament.example",
    "senate.example",
    "assembly.example",
    "example.org",
    "ministry.example",
    "coalition.example",
    "example.net",
    "survivors.example",
    "university.example",
    "example.com",
)
"""Domains that RFC 2606 reserves, for which no mail server will ever answer."""


class Standing(StrEnum):
    """The state of a person's subscriptions; most have simply confirmed."""

    CONFIRMED = ""
    PENDING = "pending"
    UNSUBSCRIBED = "unsubscribed"
    UNSUBSCRIBED_ALL = "unsubscribed_all"
    HARD_BOUNCE = "hard_bounce"
    COMPLAINT = "complaint"
    OTHER_TOPICS = "other_topics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row of people.csv.

    `number` counts from 0. It takes the place of chance, so that the demo is the same everywhere.
    """

    number: int
    email: str
    full_name: str
    given_name: str
    country: str
    time_zone: str
    language: str
    standing: Standing


def people() -> list[Person]:
    """Read all people, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_person(number, row) for number, row in enumerate(csv.DictReader(file))]


def _person(number: int, row: dict[str, str]) -> Person:
    return Person(
        number=number,
        email=f"{row['mailbox']}@{DOMAINS[number * 7 % len(DOMAINS)]}",
        full_name=row["full_name"],
        given_name=row["given_name"],
        country=row["country"],
        time_zone=row["time_zone"],
        language=row["language"],
        standing=Standing(row["standing"]),
    )
