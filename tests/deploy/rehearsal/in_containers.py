"""The section of the rehearsal that runs deploy/compose.yaml."""

import json
from functools import partial
from pathlib import Path

from tests.deploy.rehearsal.acts import (
    CONSENT,
    FIRST_CONTENT,
    PEOPLE,
    RECIPIENTS,
    SITE,
    curl,
    expect,
    launch,
)
from tests.deploy.rehearsal.containers import PLACE, Containers
from tests.deploy.rehearsal.machine import Machine
from tests.deploy.rehearsal.mail_server import MailServer

PROCESSES = ("web", "worker", "sender", "clock")
FILES = f"{PLACE}/volumes/files"
BACKUPS = "/var/backups/containers"


def in_containers(machine: Machine, *, image: Path, code: str) -> None:
    """The image, run as compose.yaml says: migrations, health, a campaign, a backup, an end."""
    containers = Containers(machine, image, code, {"SITE_URL": f"https://{SITE}"})
    machine.must("systemctl", "stop", *(f"convene@{name}" for name in PROCESSES))
    _secrets(machine, code)
    _database(machine, code)
    print(containers.run("migrate", *containers.service("migrate").command)[-300:])
    print(containers.run("web", "bootstrap"))
    containers.up(*PROCESSES)
    containers.wait_until_healthy(*PROCESSES)
    _may_do_little(containers)
    page = machine.wait_for("page", *curl("/subscribe/"), says="200")
    expect(page.endswith("200"), page[-200:])
    _campaign(containers)
    machine.must("install", "-d", "-o", "10001", "-g", "10001", "-m", "700", BACKUPS)
    print(containers.run("web", "backup", "/backups", volumes=[(BACKUPS, "/backups")]))
    made = machine.must("sh", "-c", f"ls {BACKUPS}/2*").split()
    expect("manifest.json" in made, f"the backup holds {made}")
    doctor = containers.exec("web", "deploy/container/start", "doctor")
    expect("ERROR" not in doctor.stdout, doctor.stdout)
    _killed(containers)
    containers.down(*PROCESSES)
    left = machine.must("sh", "-c", f"ls {FILES}/claims {FILES}/outbox")
    expect(".journal" not in left, f"something was in flight at the end: {left}")


def _secrets(machine: Machine, code: str) -> None:
    """Make the secrets as the README says, and name the mail server of the rehearsal."""
    print(machine.must(f"{code}/deploy/container/secrets"))
    url = MailServer(machine).url
    for stream in ("transactional", "bulk"):
        machine.must("sh", "-c", f"echo {url} > {code}/deploy/secrets/{stream}_mailer_url")
    # By the machine itself: `code` is a link to a release by now, which leads nowhere from here.
    machine.must("sh", "-c", f"echo SELF_APPROVAL=true > {code}/deploy/convene.env")


def _database(machine: Machine, code: str) -> None:
    """Give the containers an empty database, as theirs would be."""
    password = machine.must("cat", f"{code}/deploy/secrets/database_password").strip()
    statements = (
        f"ALTER ROLE convene PASSWORD '{password}'",
        "ALTER DATABASE convene RENAME TO of_the_units",
        "CREATE DATABASE convene OWNER convene ENCODING 'UTF8' TEMPLATE template0",
    )
    for statement in statements:
        machine.must("runuser", "-u", "postgres", "--", "psql", "-qc", statement)
    machine.must("redis-cli", "flushall")


def _may_do_little(containers: Containers) -> None:
    """Look at what a process of ours may do."""
    for words, said in (
        (("touch", "/opt/convene/x"), "Read-only file system"),
        (("touch", "/usr/x"), "Read-only file system"),
        (("cat", "/etc/shadow"), "Permission denied"),
    ):
        tried = containers.exec("web", *words)
        expect(tried.returncode != 0 and said in tried.stderr, f"{words}: {tried.stderr}")
    status = containers.exec("sender", "cat", "/proc/1/status").stdout
    for line in ("Uid:\t10001", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"):
        expect(line in status, f"no {line!r} in {status}")


def _campaign(containers: Containers) -> None:
    """Import a list, and send a campaign to it."""
    machine = containers.machine

    def manage(*words: str) -> str:
        ended = containers.exec("web", "deploy/container/start", *words)
        expect(not ended.returncode, f"{words}: {ended.stdout}{ended.stderr}")
        return ended.stdout

    manage("shell", "--no-imports", "-c", FIRST_CONTENT)
    machine.write(f"{FILES}/list.csv", PEOPLE)
    inside = "/var/lib/convene"
    print(manage("import_subscribers", f"{inside}/list.csv", "--topic", "meetings",
                 "--consent", CONSENT))  # fmt: skip
    number = launch(manage, machine, "In containers", folder=FILES, seen_as=inside)
    status = ("deploy/container/start", "campaign_status", number, "--json")
    told = json.loads(
        machine.wait_for("end", *containers.words("web", *status), says='"status": "sent"')
    )
    came = MailServer(machine).came_to("In containers")
    expect(told["accepted"] == RECIPIENTS == len(came), f"{told}, {len(came)} came")
    expect(max(came.values()) == 1, "somebody got two")
    print(told)


def _killed(containers: Containers) -> None:
    """Kill a process: its health check fails, and it is well again once it is started anew."""
    check = partial(containers.exec, "web")
    containers.machine.must("systemctl", "kill", "--signal=KILL", "container-worker")
    expect(check("deploy/container/healthy", "web").returncode == 0, "web is not healthy")
    containers.machine.run("crun", "--cgroup-manager=disabled", "delete", "--force", "worker")
    containers.machine.run("systemctl", "reset-failed", "container-worker")
    containers.up("worker")
    containers.wait_until_healthy("worker")
