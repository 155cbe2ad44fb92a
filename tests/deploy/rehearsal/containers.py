"""Containers on the machine of a rehearsal: our image, run as deploy/compose.yaml says.

buildah builds it, over a Debian of mmdebstrap's in the place of one that is pulled; crun runs it.
There is no daemon, so what Compose would do is done here: networks are the machine's own, and
PostgreSQL and Redis are those of the machine.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.env import BASE_DIR
from scripts.deploying.environment_file import parse
from tests.deploy.compose import Service, secrets, services
from tests.deploy.rehearsal.machine import SEARCHED, Machine, RehearsalFailed

PLACE = "/srv/containers"
CERTIFICATES = Path("/usr/local/share/ca-certificates")
"""Of this machine's own authorities, such as a proxy's, which downloads may need."""
LIMITS = ("--ulimit=nofile=1024:4096", "--ulimit=nproc=4096:4096")
"""Less than this machine may have: buildah asks for a million otherwise, which not every machine
grants."""


@contextlib.contextmanager
def built_image() -> Iterator[Path]:
    """Build the image from what is committed, and give its root, which is there until the end.

    Raises:
        RehearsalFailed: it can't be built.
    """
    # Not in /tmp, which is another one on the machine.
    with tempfile.TemporaryDirectory(prefix="convene-image-", dir="/var/tmp") as name:
        folder = Path(name)
        store = (f"--root={folder}/store", f"--runroot={folder}/run", "--storage-driver=vfs")

        def buildah(*words: str) -> str:
            return _said("buildah", *store, *words)

        checkout = folder / "checkout"
        _said("git", "clone", "--quiet", str(BASE_DIR), str(checkout))
        base = buildah("from", "--network=host", "scratch").strip()
        buildah("add", base, _debian(folder), "/")
        buildah("commit", "--rm", base, "localhost/debian")
        buildah(
            *("build", "--isolation=chroot", "--network=host", "--pull=never", "--layers=false"),
            *("--format=docker", *LIMITS, "--build-arg=BASE=localhost/debian"),
            *(f"--file={checkout}/deploy/Containerfile", "--tag=convene", str(checkout)),
        )
        _expect_configuration(json.loads(buildah("inspect", "--type=image", "convene")))
        made = buildah("from", "--network=host", "localhost/convene").strip()
        yield Path(buildah("mount", made).strip())


def _debian(folder: Path) -> str:
    """Return the archive of a small Debian, which knows this machine's authorities."""
    archive = str(folder / "debian.tar")
    hooks = (
        f"copy-in {CERTIFICATES} {CERTIFICATES.parent}",
        'chroot "$1" update-ca-certificates',
    )
    known = [f"--customize-hook={hook}" for hook in hooks] if CERTIFICATES.is_dir() else []
    _said(
        *("mmdebstrap", "--variant=minbase", "--include=ca-certificates", *known),
        *("trixie", archive),
    )
    return archive


def _expect_configuration(image: dict[str, Any]) -> None:
    """Expect what Docker would start without Compose."""
    said = image["Docker"]["config"]
    expected = {
        "User": "10001:10001",
        "Entrypoint": ["deploy/container/start"],
        "Cmd": ["web"],
        "WorkingDir": "/opt/convene",
    }
    found = {name: said[name] for name in expected}
    if found != expected or "deploy/container/healthy" not in said["Healthcheck"]["Test"]:
        raise RehearsalFailed(f"the image is not as it should be: {said}")


def _said(*words: str) -> str:
    ended = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "PATH": SEARCHED}
    )
    if ended.returncode:
        said = f"{ended.stdout}\n{ended.stderr}"[-4000:]
        raise RehearsalFailed(f"`{' '.join(words)}` ended with {ended.returncode}:\n{said}")
    return ended.stdout


@dataclass(frozen=True, slots=True)
class Containers:
    """The services of deploy/compose.yaml that are of our image, on a machine.

    Attributes:
        machine: it runs them.
        image: the root of the image, as seen from here and from the machine alike.
        code: the checkout on the machine, with deploy/secrets in it.
        variables: of the shell that would run Compose.
    """

    machine: Machine
    image: Path
    code: str
    variables: dict[str, str]

    def service(self, name: str) -> Service:
        """Return a service of the file."""
        return services(self.variables)[name]

    def up(self, *names: str) -> None:
        """Start services; each goes on in a unit of its own."""
        for name in names:
            unit = ("systemd-run", "--quiet", f"--unit=container-{name}", "-p", "KillMode=mixed")
            bundle = self._bundle(name, self.service(name).command)
            self.machine.must(*unit, *_crun("run", f"--bundle={bundle}", name))

    def down(self, *names: str) -> None:
        """Stop services as Docker does, and wait until they have ended."""
        for name in names:
            self.machine.must(*_crun("kill", name, "TERM"))
            self.machine.wait_for(
                f"end of {name}",
                *("sh", "-c", f"! systemctl is-active --quiet container-{name}"),
            )

    def run(self, name: str, *command: str, volumes: Sequence[tuple[str, str]] = ()) -> str:
        """Run another command as a service, and return what it printed.

        Args:
            name: of the service.
            command: in the place of its own.
            volumes: folders of the machine that it gets too, and where.
        """
        bundle = self._bundle(f"{name}-once", command, name, volumes)
        return self.machine.must(*_crun("run", f"--bundle={bundle}", f"{name}-once"))

    def words(self, name: str, *words: str) -> tuple[str, ...]:
        """Return the command that runs a program within a service that runs."""
        return _crun("exec", name, *words)

    def exec(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a program within a service that runs, and return how it ended."""
        return self.machine.run(*self.words(name, *words))

    def wait_until_healthy(self, *names: str) -> None:
        """Wait until the health check of each says that it is.

        Raises:
            RehearsalFailed: it didn't, with the last lines that the service wrote.
        """
        for name in names:
            check = self.words(name, *self.service(name).check)
            try:
                self.machine.wait_for(f"healthy {name}", *check)
            except RehearsalFailed as failure:
                unit = f"--unit=container-{name}"
                wrote = self.machine.run("journalctl", "--no-pager", "--lines=40", unit).stdout
                raise RehearsalFailed(f"{failure}\n{wrote}") from failure

    def _bundle(
        self,
        name: str,
        command: Sequence[str],
        service_name: str = "",
        volumes: Sequence[tuple[str, str]] = (),
    ) -> str:
        """Write what crun is to run, and return its folder on the machine."""
        service = self.service(service_name or name)
        bundle = f"{PLACE}/{name}"
        for volume, _ in service.volumes:
            user, group = service.user
            owner = ("-o", str(user), "-g", str(group), "-m", "700")
            self.machine.must("install", "-d", *owner, f"{PLACE}/volumes/{volume}")
        names = "127.0.0.1 localhost postgres redis\n"
        self.machine.write(f"{PLACE}/hosts", names)
        shutil.rmtree(self.machine.root / bundle.lstrip("/"), ignore_errors=True)
        self.machine.write(
            f"{bundle}/config.json", json.dumps(self._oci(service, command, list(volumes)))
        )
        return bundle

    def _oci(
        self, service: Service, command: Sequence[str], volumes: list[tuple[str, str]]
    ) -> dict[str, Any]:
        """Return the configuration of a container, by the runtime specification of OCI."""
        raw = service.raw
        user, group = service.user
        given = {"PATH": SEARCHED, "HOME": "/var/lib/convene", **_environment(self.image)}
        given |= {name: str(value) for name, value in raw["environment"].items()}
        for file in raw["env_file"]:
            given |= parse(self.machine.run("cat", f"{self.code}/deploy/{file['path']}").stdout)
        # No capability is named, so there is none.
        process: dict[str, Any] = {
            "user": {"uid": user, "gid": group},
            "args": ["deploy/container/start", *command],
            "env": [f"{name}={value}" for name, value in given.items()],
            "cwd": "/opt/convene",
            "noNewPrivileges": "no-new-privileges:true" in raw["security_opt"],
        }
        own = ["pid", "mount", "ipc", "uts"]
        return {
            "ociVersion": "1.0.2",
            "hostname": raw.get("hostname", service.name),
            "root": {"path": str(self.image), "readonly": raw["read_only"]},
            "process": process,
            "mounts": self._mounts(service, volumes),
            "linux": {"namespaces": [{"type": kind} for kind in own]},
        }

    def _mounts(self, service: Service, volumes: list[tuple[str, str]]) -> list[dict[str, Any]]:
        inside = [(f"{PLACE}/volumes/{name}", place) for name, place in service.volumes]
        kept = [_bind(source, place) for source, place in (*inside, *volumes)]
        files = secrets(self.variables)
        kept += [
            _bind(f"{self.code}/{files[name]}", f"/run/secrets/{name}", "ro")
            for name in service.raw["secrets"]
        ]
        kept.append(_bind(f"{PLACE}/hosts", "/etc/hosts", "ro"))
        memory = [_memory(place, *options) for place, options in service.tmpfs]
        return [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            _memory("/dev", "mode=755"),
            _memory("/dev/shm", "mode=1777", "size=64m"),
            _memory("/run", "mode=755"),
            *kept,
            *memory,
        ]


def _crun(*words: str) -> tuple[str, ...]:
    return ("crun", "--cgroup-manager=disabled", *words)


def _bind(source: str, place: str, *options: str) -> dict[str, Any]:
    return {
        "destination": place,
        "type": "bind",
        "source": source,
        "options": ["rbind", "nosuid", "nodev", *options],
    }


def _memory(place: str, *options: str) -> dict[str, Any]:
    return {
        "destination": place,
        "type": "tmpfs",
        "source": "tmpfs",
        "options": ["nosuid", "nodev", *options] if place != "/dev" else ["nosuid", *options],
    }


def _environment(image: Path) -> dict[str, str]:
    """Return the variables that the image sets, as its Containerfile says."""
    text = (image / "opt/convene/deploy/Containerfile").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("ENV "))
    return dict(word.split("=", 1) for word in line.split()[1:])
