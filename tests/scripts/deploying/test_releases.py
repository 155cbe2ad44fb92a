"""Releases lie side by side, and a link leads to the one that runs."""

import subprocess
from pathlib import Path

import pytest

from scripts.deploying import releases
from scripts.deploying.steps import StepFailed


class Server:
    """The folders of a server, and the repository that its releases come from."""

    def __init__(self, folder: Path) -> None:
        self.origin, self.link = folder / "origin", folder / "opt" / "convene"
        self.link.parent.mkdir()
        (self.origin / "deploy").mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.tag("v1")
        self._run("git", "clone", "--quiet", str(self.origin), str(self.link))

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        self._run("git", "-C", str(self.origin), *who, *words)

    def tag(self, name: str) -> None:
        (self.origin / "deploy" / "upgrade").write_text(name, encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", name)
        self.git("tag", name)

    def runs(self) -> str:
        return (self.link / "deploy" / "upgrade").read_text(encoding="utf-8")

    def fetched(self, name: str) -> releases.Release:
        current = releases.current(self.link)
        return releases.fetch(name, into=releases.home(self.link), of=current)

    def upgraded(self, name: str) -> releases.Release:
        new = self.fetched(name)
        new.note_ready()
        releases.switch(self.link, new)
        return new

    @staticmethod
    def _run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_a_checkout_in_place_becomes_the_first_of_the_releases(server: Server) -> None:
    current = releases.current(server.link)
    assert server.link.resolve() == current.folder == releases.home(server.link) / "v1"
    assert server.runs() == "v1"
    assert releases.current(server.link) == current


def test_a_tag_is_fetched_beside_the_release_that_runs(server: Server) -> None:
    server.tag("v2")
    new = server.fetched("v2")
    assert new.folder.name == "v2"
    assert server.runs() == "v1"
    assert not new.is_ready


def test_its_own_upgrades_come_from_the_same_place(server: Server) -> None:
    server.tag("v2")
    server.upgraded("v2")
    server.tag("v3")
    server.upgraded("v3")
    assert server.runs() == "v3"


def test_a_branch_is_taken_as_its_origin_has_it_now(server: Server) -> None:
    for number in ("v2", "v3"):
        server.tag(number)
        server.upgraded("main")
        assert server.runs() == number


def test_a_tag_comes_before_a_branch_of_its_name(server: Server) -> None:
    server.git("branch", "v2")
    server.tag("v2")
    server.upgraded("v2")
    assert server.runs() == "v2"


def test_a_branch_that_its_origin_has_no_more_is_refused(server: Server) -> None:
    server.git("branch", "trial")
    server.fetched("trial")
    server.git("branch", "--delete", "trial")
    with pytest.raises(StepFailed, match="neither a tag, a branch"):
        server.fetched("trial")


def test_without_its_origin_only_a_branch_is_unknown(server: Server) -> None:
    releases.current(server.link)
    server.origin.rename(server.origin.with_name("away"))
    assert server.fetched("v1").folder.name == "v1"
    with pytest.raises(StepFailed, match="main is a branch, and its origin doesn't answer"):
        server.fetched("main")


def test_a_folder_is_taken_without_what_is_not_its_code(server: Server, tmp_path: Path) -> None:
    server.tag("v2")
    (server.origin / ".venv").mkdir()
    (server.origin / "var").mkdir()
    new = server.fetched(str(server.origin))
    assert (new.folder / "deploy" / "upgrade").read_text(encoding="utf-8") == "v2"
    assert not (new.folder / ".venv").exists()
    assert not (new.folder / "var").exists()


def test_a_fetch_that_was_killed_begins_again(server: Server) -> None:
    server.tag("v2")
    releases.current(server.link)
    (releases.home(server.link) / ".part" / "half").mkdir(parents=True)
    (releases.home(server.link) / "v2").mkdir()
    new = server.fetched("v2")
    assert (new.folder / "deploy" / "upgrade").exists()
    assert not (new.folder / "half").exists()


def test_one_that_is_ready_is_not_fetched_again(server: Server) -> None:
    server.tag("v2")
    new = server.upgraded("v2")
    (new.folder / "packages").touch()
    assert server.fetched("v2") == new
    assert (new.folder / "packages").exists()


@pytest.mark.parametrize("name", ["v9", "", "--upload-pack=x"])
def test_a_release_that_is_not_there_is_refused(server: Server, name: str) -> None:
    releases.current(server.link)
    with pytest.raises(StepFailed, match="neither a tag, a branch, a commit nor a folder"):
        server.fetched(name or "none")


def test_a_folder_that_is_something_else_is_refused(server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(StepFailed, match="is no checkout of Convene"):
        server.fetched(str(other))


def test_one_can_go_back_and_forth(server: Server) -> None:
    server.tag("v2")
    server.upgraded("v2")
    releases.switch(server.link, releases.previous(server.link))
    assert server.runs() == "v1"
    releases.switch(server.link, releases.previous(server.link))
    assert server.runs() == "v2"


def test_without_another_release_there_is_no_way_back(server: Server) -> None:
    with pytest.raises(StepFailed, match="there is no other release"):
        releases.previous(server.link)


def test_old_releases_are_deleted_and_the_one_that_runs_never(server: Server) -> None:
    for number in range(2, 6):
        server.tag(f"v{number}")
        server.upgraded(f"v{number}")
    releases.switch(server.link, releases.Release(releases.home(server.link) / "v1"))
    releases.forget_old(server.link)
    left = sorted(path.name for path in releases.home(server.link).iterdir())
    assert left == ["v1", "v3", "v4", "v5"]


def test_where_there_is_no_convene_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="deploy/install makes one"):
        releases.current(tmp_path / "convene")
