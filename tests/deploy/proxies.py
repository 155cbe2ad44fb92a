"""nginx and Caddy with the files of deploy/, in front of gunicorn with config/gunicorn.py."""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from config.env import BASE_DIR
from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE
from scripts.services import clean_environment, free_port
from tests.deploy.calls import answers

HOST = "lists.example.org"
PATIENCE = 60
"""Seconds for a server to start."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: its ports, and the folder of its logs."""

    http: int
    https: int
    logs: Path

    def log(self) -> str:
        """Return all that it has logged."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.logs.glob("*.log")))


@contextlib.contextmanager
def gunicorn(folder: Path, **variables: str) -> Iterator[int]:
    """Serve the echo on the two addresses of the Procfile's web process, and give their port."""
    port = free_port()
    binds = [f"--bind=127.0.0.1:{port}", f"--bind={PROXY_ENTRANCE}:{port}"]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.deploy.echo:application",
        "--config",
        "config/gunicorn.py",
        *binds,
    ]
    environment = (
        clean_environment() | {"VAR_DIR": str(folder), "SITE_URL": f"https://{HOST}"} | variables
    )
    with _running(command, log=folder / "gunicorn.log", environment=environment, port=port):
        yield port


@contextlib.contextmanager
def nginx(folder: Path, program: str, site: str) -> Iterator[Proxy]:
    """Run nginx with `site`, a file of sites-enabled.

    Its ports, certificate and logs are replaced.
    """
    proxy = Proxy(free_port(), free_port(), folder / "logs")
    proxy.logs.mkdir()
    _certificate(folder)
    moved = {
        "    listen [::]:443 ssl;\n": "",
        "    listen [::]:80;\n": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{proxy.https} ssl;",
        "listen 80;": f"listen 127.0.0.1:{proxy.http};",
        f"/etc/letsencrypt/live/{HOST}": str(folder),
        "/var/log/nginx": str(proxy.logs),
    }
    for there, here in moved.items():
        site = site.replace(there, here)
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    main = (
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log "
        f"{proxy.logs}/error.log;\nevents {{}}\n"
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(f"{main}http {{\n{scratch}{site}}}\n")
    command = [
        program,
        "-p",
        str(folder),
        "-e",
        str(proxy.logs / "error.log"),
        "-c",
        str(configuration),
    ]
    with _running(
        command, log=proxy.logs / "output.log", environment=clean_environment(), port=proxy.https
    ):
        yield proxy


@contextlib.contextmanager
def caddy(folder: Path, program: str, site: str) -> Iterator[Proxy]:
    """Run Caddy with `site`, a Caddyfile with global options.

    Its ports are replaced, and it signs its certificate itself.
    """
    proxy = Proxy(free_port(), free_port(), folder / "logs")
    proxy.logs.mkdir()
    ours = (
        f"{{\n\tadmin off\n\thttp_port {proxy.http}\n\thttps_port "
        f"{proxy.https}\n\tlocal_certs\n\tskip_install_trust\n"
    )
    configuration = folder / "Caddyfile"
    configuration.write_text(site.replace("{\n", ours, 1))
    environment = clean_environment() | {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [program, "run", "--adapter", "caddyfile", "--config", str(configuration)]
    with _running(
        command, log=proxy.logs / "output.log", environment=environment, port=proxy.https
    ):
        # It listens a moment before it has made its certificate.
        deadline = monotonic() + PATIENCE
        while not _shakes_hands(proxy.https):
            assert monotonic() < deadline, proxy.log()
            sleep(0.05)
        yield proxy


def _shakes_hands(port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:
            context.wrap_socket(plain, server_hostname=HOST).close()
    except OSError:  # of which SSLError is one
        return False
    return True


def _certificate(folder: Path) -> None:
    names = [
        "-keyout",
        f"{folder}/privkey.pem",
        "-out",
        f"{folder}/fullchain.pem",
        "-subj",
        f"/CN={HOST}",
        "-days",
        "2",
    ]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", *curve, *names], check=True, capture_output=True
    )


@contextlib.contextmanager
def _running(
    command: list[str], *, log: Path, environment: Mapping[str, str], port: int
) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            deadline = monotonic() + PATIENCE
            while not answers(port):
                assert process.poll() is None, log.read_text()
                assert monotonic() < deadline, log.read_text()
                sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)
