"""The files of an upload are for their owner alone, and say how far a worker is."""

from subscribers.imports.uploads.folder import (
    ProgressNotes,
    folder_named,
    forget_files,
    new_folder,
    progress_of,
)


def test_folders_are_for_their_owner_alone() -> None:
    folder = new_folder()
    assert folder.stat().st_mode & 0o077 == 0
    assert folder.parent.stat().st_mode & 0o077 == 0


def test_progress_is_told_in_per_cent() -> None:
    name = new_folder().name
    assert progress_of(name) is None
    notes = ProgressNotes(name)
    notes(30, 120)
    assert progress_of(name) == 25
    notes(60, 120)  # at once: nobody looks that often
    assert progress_of(name) == 25
    notes.clear()
    assert progress_of(name) is None


def test_progress_that_was_cut_short_is_unknown() -> None:
    folder = new_folder()
    (folder / "progress.json").write_text('{"done": 1', encoding="utf-8")
    assert progress_of(folder.name) is None


def test_some_files_may_stay() -> None:
    folder = new_folder()
    for name in ("upload", "rows"):
        (folder / name).write_text("x", encoding="utf-8")
    forget_files(folder.name, but=frozenset({"rows"}))
    assert [path.name for path in folder.iterdir()] == ["rows"]
    forget_files(folder.name)
    assert not folder_named(folder.name).exists()
