"""`make deploy-test`: set up a server as deploy/README.md says; send, upgrade, restore.

Nothing is left out: where a program is missing that can't be installed, it fails.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from time import monotonic

from config.env import BASE_DIR
from scripts.services.processes import found_or_installed
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
from tests.deploy.rehearsal.containers import built_image
from tests.deploy.rehearsal.in_containers import in_containers
from tests.deploy.rehearsal.machine import SEARCHED, Machine, RehearsalFailed, booted
from tests.deploy.rehearsal.mail_server import MailServer

PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "pg_createcluster": "postgresql",
    "redis-server": "redis-server",
    "nginx": "nginx",
    "smtp-sink": "postfix",
    "curl": "curl",
    "openssl": "openssl",
    "nsenter": "util-linux",
    "mmdebstrap": "mmdebstrap",
    "buildah": "buildah",
    "netavark": "netavark",
    "crun": "crun",
}
"""Debian's package of each program."""
CODE = "/opt/convene"
type Section = Callable[[Machine], None]
MANAGE = f"{CODE}/deploy/manage"


def main() -> int:
    """Rehearse, section by section, and return the exit code."""
    began = monotonic()
    # Whoever ends it by SIGTERM wants the machine taken away, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        _install_programs()
        with built_image() as image, booted() as machine:
            print(f"({monotonic() - began:.0f} s for the image and the machine)", flush=True)
            containers: Section = partial(in_containers, image=image, code=CODE)
            for section in (*SECTIONS, containers):
                told = getattr(section, "func", section).__doc__ or ""
                print(f"\n== {told.splitlines()[0]}", flush=True)
                section(machine)
                print(f"({monotonic() - began:.0f} s since the start)", flush=True)
    except RehearsalFailed as failure:
        print(f"\nFAILED: {failure}", file=sys.stderr)
        return 1
    print("\nPassed: deploy/ does what it says.")
    return 0


def _install_programs() -> None:
    if os.geteuid() != 0:
        raise RehearsalFailed("it boots a machine, so run it as root")
    for program, package in PROGRAMS.items():
        if not found_or_installed(
            partial(shutil.which, program, path=f"{SEARCHED}:/usr/lib/podman"), package=package
        ):
            raise RehearsalFailed(f"no {program} (Debian's {package}), and apt may not be used")


def databases(machine: Machine) -> None:
    """PostgreSQL and Redis as Debian's packages set them up."""
    version = machine.must("sh", "-c", "ls /usr/lib/postgresql | sort -n | tail -1").strip()
    machine.must("install", "-d", "-o", "postgres", "-g", "postgres", "/var/lib/postgresql")
    machine.must("install", "-d", "-o", "redis", "-g", "redis", "/var/lib/redis")
    machine.must("pg_createcluster", "--start", "--port", "5432", version, "main")
    redis = "/etc/redis/redis.conf"
    machine.must("sed", "-i", "s/^appendonly no/appendonly yes/", redis)
    machine.must("sh", "-c", f"echo maxmemory-policy noeviction >> {redis}")
    machine.must("systemctl", "start", "redis-server")


def code(machine: Machine) -> None:
    """A clone of this checkout in /opt/convene, with what is committed."""
    place = machine.root / CODE.lstrip("/")
    shutil.rmtree(place, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", BASE_DIR, place], check=True)
    # The machine reaches no package index: it gets the packages that this one has.
    shutil.copytree((BASE_DIR / ".venv").resolve(), place / ".venv", symlinks=True)
    for compiled in (BASE_DIR / "locale").rglob("*.mo"):
        shutil.copyfile(compiled, place / compiled.relative_to(BASE_DIR))
    machine.must("chown", "-R", "root:root", CODE)


def install(machine: Machine) -> None:
    """deploy/install, told beforehand, done, and done again with nothing left to do."""
    site = ("--site-url", f"https://{SITE}")
    told = machine.must(f"{CODE}/deploy/install", *site, "--dry-run")
    expect("would: create the user convene" in told, told)
    expect(not (machine.root / "etc/convene/environment").exists(), "a dry run wrote settings")
    print(machine.must(f"{CODE}/deploy/install", *site))
    again = machine.must(f"{CODE}/deploy/install")
    expect("done:" not in again, f"a second run did something:\n{again}")


def settings(machine: Machine) -> None:
    """Mailers in the environment file, which every process and command reads after a restart."""
    server = MailServer(machine)
    server.start()
    file = machine.root / "etc/convene/environment"
    # Slow enough that a campaign is still being sent when something happens to it.
    mailers = f"TRANSACTIONAL_MAILER_URL={server.url}\nBULK_MAILER_URL={server.url}?rate=20/s\n"
    text = f"{mailers}SELF_APPROVAL=true\n"
    with file.open("a", encoding="utf-8") as settings_file:
        settings_file.write(text)
    machine.must("systemctl", "restart", "convene@*")
    machine.must(MANAGE, "shell", "--no-imports", "-c", FIRST_CONTENT)
    doctor = machine.run(MANAGE, "doctor")
    expect("ERROR" not in doctor.stdout and not doctor.returncode, doctor.stdout)


def proxy(machine: Machine) -> None:
    """nginx with deploy/nginx.conf: pages by https, and the unsubscribe link without a redirect."""
    folder = f"/etc/letsencrypt/live/{SITE}"
    machine.must("mkdir", "-p", folder)
    machine.must(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={SITE}"),
        *("-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"),
    )
    machine.must("rm", "-f", "/etc/nginx/sites-enabled/default")
    machine.must("cp", f"{CODE}/deploy/nginx.conf", "/etc/nginx/sites-enabled/convene")
    machine.must("nginx", "-t")
    machine.must("systemctl", "start", "nginx")
    page = machine.wait_for("page", *curl("/subscribe/"), says="200")
    expect(page.endswith("200"), page[-200:])
    styles = machine.must("sh", "-c", f"ls {CODE}/staticfiles | head -1").strip()
    expect(bool(styles), "no static files were collected")
    posted = machine.must(
        *curl("/u/AgAAAAAAAAbAAAAC9Zu5Rk3xw1Qe"), "-d", "List-Unsubscribe=One-Click"
    )
    expect(posted.endswith("200"), posted[-200:])
    logged = machine.must("cat", "/var/log/nginx/convene.log")
    expect("AgAAAAAAAAb" not in logged, f"a token stands in the log:\n{logged}")


def list_of_people(machine: Machine) -> None:
    """A list of 600, imported."""
    # A file of root's, where the services' user may read it.
    machine.write("/srv/list.csv", PEOPLE)
    imported = ("import_subscribers", "/srv/list.csv", "--topic", "meetings")
    print(machine.must(MANAGE, *imported, "--consent", CONSENT))


def killed_sender(machine: Machine) -> None:
    """A campaign whose sender is killed: systemd starts it again, and nobody gets two emails."""
    number = _launched(machine, "Killed sender")
    machine.wait_for("email", *_status(number), says='"accepted": [1-9]')
    before = machine.must(*_MAIN_PID, "convene@sender").strip()
    machine.must("kill", "-KILL", before)
    another = rf"^(?!{before}$|0$)\d+$"  # systemd may not yet have seen that it is gone
    machine.wait_for("other sender", *_MAIN_PID, "convene@sender", says=another)
    told = json.loads(machine.wait_for("end", *_status(number), says='"status": "sent"'))
    # Of what was in flight when the sender died, nobody can know; a person decides.
    expect(told["accepted"] + told["uncertain"] == RECIPIENTS and told["adds_up"], str(told))
    came = MailServer(machine).came_to("Killed sender")
    expect(max(came.values()) == 1 and len(came) >= told["accepted"], f"{told}, {len(came)} came")
    print(told)


def upgrade(machine: Machine) -> None:
    """An upgrade while a campaign is sent: everybody gets it once, and nothing is in doubt."""
    _tag(machine, "v-next")
    number = _launched(machine, "Upgrade")
    machine.wait_for("email", *_status(number), says='"accepted": [1-9]')
    print(machine.must(f"{CODE}/deploy/upgrade", "v-next"))
    told = json.loads(machine.wait_for("end", *_status(number), says='"status": "sent"'))
    expect(told["accepted"] == RECIPIENTS and told["adds_up"], str(told))
    came = MailServer(machine).came_to("Upgrade")
    expect(len(came) == RECIPIENTS and max(came.values()) == 1, f"{len(came)} came")
    where = machine.must("readlink", "-f", CODE).strip()
    expect(where.endswith("-releases/v-next"), where)


def broken_release(machine: Machine) -> None:
    """A release that doesn't start: the one before runs again."""
    _tag(machine, "v-broken", "config/gunicorn.py", "raise SystemExit(3)")
    refused = machine.run(f"{CODE}/deploy/upgrade", "v-broken")
    expect(refused.returncode == 1, refused.stdout + refused.stderr)
    expect("convene@web.service doesn't stay up" in refused.stderr, refused.stderr)
    expect("v-next runs again" in refused.stderr, refused.stderr)
    machine.wait_for("page", *curl("/subscribe/"), says="200")
    print(refused.stderr)


def backup_and_restore(machine: Machine) -> None:
    """A backup by its unit; somebody leaves; the backup is restored, and they stay gone."""
    machine.must("systemctl", "is-active", "convene-backup.timer")
    machine.must("systemctl", "start", "convene-backup.service")
    backup = machine.must("sh", "-c", "ls -d /var/backups/convene/2* | tail -1").strip()
    link = MailServer(machine).unsubscribe_path("person7@parliament.example")
    machine.must(*curl(link), "-d", "List-Unsubscribe=One-Click")
    machine.must("systemctl", "stop", *_UNITS)
    told = machine.must(MANAGE, "restore", backup, "--replace", "--yes", "--json")
    print(told)
    since = re.search(r"after_restore (--since [\d:.T-]+)", told)
    expect(since is not None, "nobody has to say how much is missing")
    assert since
    print(machine.must(MANAGE, "after_restore", *since[1].split(), "--yes"))
    machine.must("systemctl", "start", *_UNITS)
    left = machine.must(MANAGE, "shell", "--no-imports", "-c", _HAS_LEFT).strip()
    expect(left == "1", f"{left} people have left, and it was one")
    doctor = machine.run(MANAGE, "doctor")
    expect(not doctor.returncode, doctor.stdout)


SECTIONS: tuple[Section, ...] = (
    databases,
    code,
    install,
    settings,
    proxy,
    list_of_people,
    killed_sender,
    upgrade,
    broken_release,
    backup_and_restore,
)
_UNITS = tuple(f"convene@{process}" for process in ("web", "worker", "sender", "clock"))
_MAIN_PID = ("systemctl", "show", "-p", "MainPID", "--value")
_HAS_LEFT = """
from subscribers.models import Subscription
print(Subscription.objects.filter(status="unsubscribed").count())
"""


def _launched(machine: Machine, subject: str) -> str:
    """Launch a campaign to everybody, and return its id."""
    manage = partial(machine.must, MANAGE)
    return launch(manage, machine, subject, folder="/srv", seen_as="/srv")


def _tag(machine: Machine, name: str, file: str = "README.md", line: str = "") -> None:
    """Make another release of the code that runs: with one more line in a file, under a tag."""
    elsewhere = f"/srv/{name}"
    machine.must("git", "-C", CODE, "worktree", "add", "--quiet", "--detach", elsewhere)
    machine.must("sh", "-c", f"echo '{line}' >> {elsewhere}/{file}")
    who = ("-c", "user.name=Rehearsal", "-c", "user.email=rehearsal@example.org")
    machine.must("git", "-C", elsewhere, *who, "commit", "--quiet", "--all", "-m", name)
    machine.must("git", "-C", elsewhere, "tag", name)
    machine.must("git", "-C", CODE, "worktree", "remove", "--force", elsewhere)


def _status(number: str) -> tuple[str, ...]:
    return (MANAGE, "campaign_status", number, "--json")


if __name__ == "__main__":
    raise SystemExit(main())
