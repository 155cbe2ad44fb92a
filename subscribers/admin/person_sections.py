"""Sections of the page of a person that apps above fill: this one knows nothing of campaigns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from subscribers.models import Subscriber


@dataclass(frozen=True, slots=True)
class PersonSection:
    """A section: its template, and what the template shows as `section`."""

    template: str
    content: Any


_sections: list[Callable[[HttpRequest, Subscriber], PersonSection | None]] = []


def add_person_section(build: Callable[[HttpRequest, Subscriber], PersonSection | None]) -> None:
    """Add a section to the page of a person.

    Args:
        build: takes the request and the person, one of `with_masks`; None shows nothing.
    """
    _sections.append(build)


def person_sections(request: HttpRequest, person: Subscriber) -> list[PersonSection]:
    """Return the sections that apps above have for whoever asks."""
    built = (build(request, person) for build in _sections)
    return [section for section in built if section is not None]
