"""Inside the walls a decoder computes, and reaches nothing, whatever it tries."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.media import confine, reencode_apart
from newsletter.media.reencode_apart import missing_walls
from newsletter.media.reencode_apart import reencode_apart as make_anew
from tests.fakes.old_kernel import program_without_walls
from tests.newsletter.media.pictures import picture

HARM = """
import ctypes, encodings.idna, json, mmap, os, resource, runpy, signal, socket, sys, threading

folder, port, parent = sys.argv[2], int(sys.argv[3]), os.getppid()
before = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
socket_before = socket.socket()
inside = runpy.run_path(sys.argv[1])
missing = inside["confine"]()
libc = ctypes.CDLL(None, use_errno=True)


def called(*arguments):
    answer = libc.syscall(*arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "")


TRIED = {
    "open": lambda: open("/etc/passwd"),
    "open by a folder": lambda: os.open("etc/passwd", os.O_RDONLY, dir_fd=before),
    "list": lambda: os.listdir("/"),
    "look at": lambda: os.stat("/etc/passwd"),
    "write": lambda: open(folder + "/new", "w"),
    "make a folder": lambda: os.mkdir(folder + "/made"),
    "delete": lambda: os.unlink(folder + "/kept"),
    "rename": lambda: os.rename(folder + "/kept", folder + "/moved"),
    "link": lambda: os.symlink("/etc", folder + "/link"),
    "change the mode": lambda: os.chmod(folder + "/kept", 0o777),
    "connect": lambda: socket.create_connection(("127.0.0.1", port), 1),
    "connect a socket": lambda: socket_before.connect(("127.0.0.1", port)),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "fork": os.fork,
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "begin a thread": lambda: threading.Thread(target=int).start(),
    "signal the parent": lambda: os.kill(parent, 0),
    "signal all": lambda: os.kill(-1, 0),
    "look into the parent": lambda: called(PTRACE, 16, parent, 0, 0),
    "give the parent limits": lambda: resource.prlimit(parent, resource.RLIMIT_CPU),
    "raise its own": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99)),
    "memory to be executed": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_EXEC | mmap.PROT_READ),
    "a pipe": os.pipe,
    "another name space": lambda: os.unshare(os.CLONE_NEWUSER),
    "a call that nobody knows": lambda: called(9999),
}
PTRACE = {"x86_64": 101, "aarch64": 117}[sys.argv[4]]
done = []
for name, harm in TRIED.items():
    try:
        harm()
    except Exception:
        continue
    done.append(name)
os.write(1, json.dumps([missing, len(TRIED), done]).encode())
os._exit(0)
"""


def test_a_decoder_inside_the_walls_reaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    program = Path(confine.__file__)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-I", "-c", HARM, program, tmp_path, port, os.uname().machine]
        done = subprocess.run(list(map(str, command)), capture_output=True, check=True)
    assert json.loads(done.stdout) == [[], 25, []]
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_the_same_harm_can_be_done_outside(tmp_path: Path) -> None:
    """Or the test above would find nothing, whatever the walls were."""
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "none.py").write_text("def confine():\n    return []\n")
    kept_back = HARM.replace('"execute": lambda: os.execv("/bin/true", ["true"]),', "")
    kept_back = kept_back.replace("called(PTRACE, 16, parent, 0, 0)", "None")
    kept_back = kept_back.replace('"fork": os.fork,', "").replace("os.kill(-1, 0)", "None")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-I", "-c", kept_back, tmp_path / "none.py", tmp_path, port]
        done = subprocess.run(
            [*map(str, command), os.uname().machine], capture_output=True, check=True
        )
    did = set(json.loads(done.stdout)[2])
    assert {
        "open", "open by a folder", "list", "look at", "write", "make a folder", "delete", "link",
        "connect", "connect a socket", "listen", "begin a thread", "signal the parent",
        "give the parent limits", "memory to be executed", "a pipe",
    } <= did  # fmt: skip


def test_this_machine_has_all_walls() -> None:
    assert missing_walls() == []


def test_the_walls_stand_before_the_file_is_read() -> None:
    """Its input never comes, and the kernel tells what the waiting process may do."""
    program = str(reencode_apart.PROGRAM)
    waiting = subprocess.Popen(
        [sys.executable, "-I", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        status = Path(f"/proc/{waiting.pid}/status")
        while "Seccomp:\t2" not in status.read_text():
            assert waiting.poll() is None
        assert "NoNewPrivs:\t1" in status.read_text()
        limits = Path(f"/proc/{waiting.pid}/limits").read_text()
        answer, _ = waiting.communicate(picture())
    finally:
        waiting.kill()
        waiting.wait()
    assert b'"digest"' in answer
    for name, most in {
        "Max address space": 1_200_000_000,
        "Max cpu time": 30,
        "Max file size": 0,
        "Max core file size": 0,
        "Max open files": 0,
    }.items():
        assert re.search(rf"{name} +{most} +{most} ", limits), name


def test_images_are_made_on_a_kernel_without_walls_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reencode_apart, "PROGRAM", program_without_walls(tmp_path))
    assert missing_walls() == [confine.FILES, confine.NETWORK, confine.SIGNALS, confine.CALLS]
    assert make_anew(picture()).sizes


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_every_format_is_decoded_inside(kind: str) -> None:
    image = make_anew(picture(kind, size=(1300, 900)))
    assert [(size.width, size.height) for size in image.sizes][-1] == (1200, 831)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_filter_refuses_what_it_doesn_t_name(machine: str) -> None:
    program = confine.filter_for(machine)
    other = {"x86_64": 0xC00000B7, "aarch64": 0xC000003E}[machine]
    own = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    mmap = {"x86_64": 9, "aarch64": 222}[machine]
    allowed = {number for number in range(600) if _run(program, own, number, 0) == "allow"}
    assert len(allowed) == 26
    assert _run(program, own, mmap, 3) == "allow"
    assert _run(program, own, mmap, 7) == "refuse"
    assert _run(program, own, 0x4000_0000, 0) == "refuse"  # x32
    assert _run(program, other, mmap, 3) == "kill"


def _run(program: list[confine.Instruction], arch: int, number: int, third: int) -> str:
    """Run a filter as the kernel does, as far as ours need it."""
    words = {0: number, 4: arch, 32: third}
    at = word = 0
    while True:
        code, if_so, else_, constant = program[at]
        at += 1
        if code == 0x20:
            word = words[constant]
        elif code in (0x15, 0x45):
            met = word == constant if code == 0x15 else bool(word & constant)
            at += if_so if met else else_
        else:
            assert code == 0x06
            return {0x7FFF0000: "allow", 0x50001: "refuse", 0x80000000: "kill"}[constant]
