"""A storage that stalls holds no more than one request, and small files are read once."""

import pytest

from newsletter.media import recent_files as module
from newsletter.media.recent_files import KEPT, REST, SMALL, read_recent
from newsletter.media.storage import StorageDown


class Store:
    """What the storage would say, and what it was asked."""

    def __init__(self) -> None:
        self.now, self.is_down = 1_000.0, False
        self.asked: list[str] = []

    def read(self, name: str) -> bytes | None:
        self.asked.append(name)
        if self.is_down:
            raise StorageDown("no answer")
        return {"missing": None, "large": b"x" * (SMALL + 1)}.get(name, name.encode())

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store()
    module._memories.clear()
    monkeypatch.setattr(module, "read_whole", store.read)
    monkeypatch.setattr(module, "time", store)
    return store


def test_a_storage_that_doesn_t_answer_is_left_alone_and_then_tried_by_one(store: Store) -> None:
    store.is_down = True
    for _ in range(5):
        with pytest.raises(StorageDown):
            read_recent("a")
    assert store.asked == ["a"]

    store.now += REST + 1
    with pytest.raises(StorageDown):
        read_recent("a")
    with pytest.raises(StorageDown):
        read_recent("b")
    assert store.asked == ["a", "a"]

    store.now += REST + 1
    store.is_down = False
    assert read_recent("a") == b"a"
    assert read_recent("b") == b"b"


def test_while_one_tries_the_storage_again_others_don_t_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.is_down = True
    with pytest.raises(StorageDown):
        read_recent("a")
    store.now += REST + 1

    def other_meanwhile(name: str) -> bytes:
        with pytest.raises(StorageDown, match="a moment ago"):
            read_recent("b")
        return b"slow"

    monkeypatch.setattr(module, "read_whole", other_meanwhile)
    assert read_recent("a") == b"slow"


def test_small_files_are_read_once_and_the_oldest_forgotten(store: Store) -> None:
    for name in ("a", "a", "large", "large", "missing", "missing"):
        read_recent(name)
    assert store.asked == ["a", "large", "large", "missing", "missing"]

    store.is_down = True
    assert read_recent("a") == b"a"
    store.is_down = False
    for number in range(KEPT):
        read_recent(f"n{number}")
    store.asked.clear()
    read_recent(f"n{KEPT - 1}")
    read_recent("a")
    assert store.asked == ["a"]
