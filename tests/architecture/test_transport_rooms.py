"""The rooms of newsletter/transport import one way, over few floors."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.definitions import dotted, imports_of, product

TRANSPORT = Path("newsletter/transport")
MOST_ROOMS = 8
MOST_FLOORS = 5

type Arrows = dict[str, dict[str, str]]
"""Room → room that it imports → one of the imports, as path:line: name."""


def rooms() -> set[str]:
    """List the folders of newsletter/transport."""
    return {_room(path) for path in product() if path.is_relative_to(TRANSPORT)} - {""}


def arrows() -> Arrows:
    """Find which room imports which."""
    found: Arrows = {room: {} for room in rooms()}
    for path in product():
        room = _room(path) if path.is_relative_to(TRANSPORT) else ""
        for line, name in imports_of(path) if room else ():
            target = name.removeprefix(f"{dotted(TRANSPORT)}.").partition(".")[0]
            if name.startswith(f"{dotted(TRANSPORT)}.") and target not in ("", room):
                found[room].setdefault(target, f"{path}:{line} imports {name}")
    return found


def floors(found: Arrows) -> dict[str, int]:
    """Number each room by the longest chain of imports below it, from 1.

    Raises:
        AssertionError: rooms import each other in a circle; the message names the imports.
    """
    try:
        order = list(TopologicalSorter(found).static_order())
    except CycleError as error:
        # Each room of the circle is imported by the next one.
        imported, *importing = error.args[1]
        circle = []
        for room in importing:
            circle.append(found[room][imported])
            imported = room
        raise AssertionError("Rooms import each other:\n" + "\n".join(circle)) from error
    numbers: dict[str, int] = {}
    for room in order:
        numbers[room] = 1 + max((numbers[below] for below in found[room]), default=0)
    return numbers


def longest_chain(found: Arrows) -> list[str]:
    """List the imports of one chain from the highest floor to the lowest."""
    numbers = floors(found)
    room = max(numbers, key=lambda name: numbers[name])
    chain = []
    while found[room]:
        below = max(found[room], key=lambda name: numbers[name])
        chain.append(found[room][below])
        room = below
    return chain


def _room(path: Path) -> str:
    inside = path.relative_to(TRANSPORT).parts
    return inside[0] if len(inside) > 1 else ""


def test_every_module_of_the_transport_is_in_a_room() -> None:
    outside = [path for path in product() if path.parent == TRANSPORT and path.stem != "__init__"]
    assert not outside


def test_the_transport_has_few_rooms() -> None:
    assert 1 < len(rooms()) <= MOST_ROOMS, sorted(rooms())


def test_no_room_of_the_transport_imports_one_above_it() -> None:
    found = arrows()
    assert set().union(*found.values()) <= rooms()
    assert floors(found)


def test_the_transport_has_few_floors() -> None:
    chain = longest_chain(arrows())
    assert 1 < len(chain) + 1 <= MOST_FLOORS, "One chain of imports:\n" + "\n".join(chain)


def test_a_circle_is_told_by_its_imports() -> None:
    circle: Arrows = {"a": {"b": "a.py:1 imports b"}, "b": {"a": "b.py:2 imports a"}, "c": {}}
    with pytest.raises(AssertionError) as raised:
        floors(circle)
    assert {"a.py:1 imports b", "b.py:2 imports a"} <= set(str(raised.value).splitlines())


def test_floors_are_counted_by_the_longest_chain() -> None:
    found: Arrows = {"a": {"b": "1", "c": "2"}, "b": {"c": "3"}, "c": {}}
    assert floors(found) == {"c": 1, "b": 2, "a": 3}
    assert longest_chain(found) == ["1", "3"]
