"""deploy/compose.yaml and deploy/Containerfile, as far as can be said without running them.

`make deploy-test` builds the image and runs the services.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.env import BASE_DIR, VARIABLES, read_environment
from scripts.supervise import Supervisor
from tests.deploy.compose import FILE, OURS, Service, compose, secrets, services

DEPLOY = BASE_DIR / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
SHELL = {"SITE_URL": "https://lists.example.org"}
READ = compose(SHELL)
SERVICES = services(SHELL)
KEYS = {
    "build", "cap_add", "cap_drop", "command", "depends_on", "env_file", "environment",
    "healthcheck", "hostname", "image", "init", "network_mode", "networks", "ports", "read_only",
    "restart", "secrets", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user",
    "volumes",
}  # fmt: skip
"""Of a service, by the specification of Compose, as far as we need any."""
LASTING = {"service_started", "service_healthy", "service_completed_successfully"}


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, each in one line."""
    lines = [line for line in CONTAINERFILE.splitlines() if line and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
def test_a_service_names_only_what_there_is(service: Service) -> None:
    raw = service.raw
    assert set(raw) <= KEYS
    assert set(raw.get("networks", [])) <= set(READ["networks"])
    assert set(raw.get("secrets", [])) <= set(READ["secrets"])
    for source, place in service.volumes:
        assert source in READ["volumes"] or (FILE.parent / source).is_file()
        assert place.startswith("/")
    for other, how in raw.get("depends_on", {}).items():
        assert other in SERVICES
        assert how["condition"] in LASTING
        if how["condition"] == "service_healthy":
            assert SERVICES[other].raw["healthcheck"]["test"]
    # Whoever shares another's network has none of their own, and no name.
    if mode := raw.get("network_mode"):
        assert mode.removeprefix("service:") in SERVICES
        assert not {"networks", "ports", "hostname"} & set(raw)
    else:
        assert raw["networks"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_depends_on_itself_by_way_of_others(name: str) -> None:
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        below = SERVICES[ahead.pop()].raw.get("depends_on", {})
        assert name not in below
        ahead += set(below) - seen
        seen |= set(below)


@pytest.mark.parametrize("name", OURS)
def test_our_processes_may_do_little(name: str) -> None:
    raw = SERVICES[name].raw
    assert raw["read_only"] is True
    assert raw["cap_drop"] == ["ALL"]
    assert "cap_add" not in raw
    assert raw["security_opt"] == ["no-new-privileges:true"]
    assert min(SERVICES[name].user) > 0


@pytest.mark.parametrize("name", ["web", "worker", "sender", "clock"])
def test_each_process_of_the_procfile_is_a_service_that_is_looked_after(
    name: str, tmp_path: Path
) -> None:
    procfile = Supervisor(BASE_DIR / "Procfile", environment={}, pids=tmp_path).commands
    assert name in procfile
    service = SERVICES[name]
    assert service.command == [name]
    assert service.check == ["deploy/container/healthy", name]
    assert service.raw["restart"] == "unless-stopped"
    assert service.raw["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_nothing_but_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service.raw] == ["proxy"]
    for name in ("postgres", "redis"):
        assert SERVICES[name].raw["networks"] == ["inside"]
    assert READ["networks"]["inside"] == {"internal": True}
    # It calls web at the entrance of deploy/Caddyfile, which is this network's own.
    assert SERVICES["web"].raw["network_mode"] == "service:proxy"


def test_the_clients_of_redis_and_postgresql_share_a_network_with_them() -> None:
    for name in OURS:
        service = SERVICES[name].raw
        of = service.get("network_mode", "").removeprefix("service:") or name
        assert "inside" in SERVICES[of].raw["networks"]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A checkout of no more than the program that makes secrets, after it has run."""
    place = tmp_path / "deploy" / "container"
    place.mkdir(parents=True)
    program = place / "secrets"
    program.write_bytes((DEPLOY / "container" / "secrets").read_bytes())
    program.chmod(0o755)
    subprocess.run([program], check=True, capture_output=True)
    return tmp_path


def test_the_settings_start_convene_with_the_secrets_that_are_made(
    made: Path, tmp_path: Path
) -> None:
    files = secrets(SHELL)
    given: dict[str, Any] = dict(SERVICES["web"].raw["environment"])
    assert {name.removesuffix("_FILE") for name in given} <= {*VARIABLES}
    for name, value in given.items():
        if name.endswith("_FILE"):
            secret = value.removeprefix("/run/secrets/")
            assert secret in SERVICES["web"].raw["secrets"]
            given[name] = str(made / files[secret])
    environment = read_environment(given | {"VAR_DIR": str(tmp_path / "var")})
    password = (made / files["database_password"]).read_text(encoding="ascii").strip()
    assert environment.database["PASSWORD"] == password
    assert environment.database["HOST"] in SERVICES
    assert not environment.embedded


def test_secrets_are_kept_and_are_their_owners_alone(made: Path) -> None:
    folder = made / "deploy" / "secrets"
    before = {path.name: path.read_text(encoding="ascii") for path in folder.iterdir()}
    assert {path.name for path in folder.iterdir()} == {*READ["secrets"]}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))
    done = subprocess.run(
        [made / "deploy" / "container" / "secrets"], check=True, capture_output=True, text=True
    )
    assert done.stdout == ""
    assert before == {path.name: path.read_text(encoding="ascii") for path in folder.iterdir()}


def test_the_image_has_a_first_stage_that_builds_and_a_second_that_runs() -> None:
    words = [word for word, _ in instructions()]
    assert words.count("FROM") == 2
    assert words.index("USER") > max(at for at, word in enumerate(words) if word == "RUN")
    assert ("USER", ":".join(map(str, SERVICES["web"].user))) in instructions()
    assert {word for word, _ in instructions()} <= {
        "ARG", "FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "HEALTHCHECK",
        "ENTRYPOINT", "CMD",
    }  # fmt: skip


def test_what_the_image_starts_is_there_and_can_be_started() -> None:
    started = re.findall(r'\["(deploy/[^"]+)"', CONTAINERFILE)
    assert len(started) == 2
    for path in (*started, *(service.check[0] for service in SERVICES.values() if service.check)):
        if path.startswith("deploy/"):
            assert (BASE_DIR / path).stat().st_mode & 0o111


def test_shells_understand_the_programs() -> None:
    for program in (DEPLOY / "container").iterdir():
        subprocess.run(["sh", "-n", program], check=True)


def test_no_secret_gets_into_the_image_or_into_git() -> None:
    ignored = (BASE_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"/deploy/secrets", "/var", "/.git/*"} <= set(ignored)
    kept_out = (BASE_DIR / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/deploy/secrets/", "/deploy/convene.env"} <= set(kept_out)


def test_commands_of_the_readme_name_services_that_there_are() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\s*sudo .*docker compose (.*)$", text, flags=re.MULTILINE)
    assert len(lines) > 4
    named = {word for line in lines for word in line.split()} & set(SERVICES)
    assert {"web", "sender"} <= named
