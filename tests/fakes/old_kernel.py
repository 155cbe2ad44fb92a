"""A kernel without Landlock and filters of system calls, as old ones and some containers are."""

import os
from pathlib import Path

from newsletter.media.reencode_apart import PROGRAM

REFUSES = """
import ctypes, runpy, struct, sys

NO_LANDLOCK, PRCTL, SECCOMP = 444, {prctl}, 22
OLD = [
    (0x20, 0, 0, 0), (0x15, 0, 1, NO_LANDLOCK), (0x06, 0, 0, 0x50026),  # ENOSYS
    (0x15, 0, 3, PRCTL), (0x20, 0, 0, 16), (0x15, 0, 1, SECCOMP), (0x06, 0, 0, 0x50016),  # EINVAL
    (0x06, 0, 0, 0x7FFF0000),
]
libc = ctypes.CDLL(None)
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in OLD))
head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(OLD), ctypes.addressof(code)))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(SECCOMP, 2, head, 0, 0) == 0
sys.argv[0] = {program!r}
runpy.run_path({program!r}, run_name="__main__")
"""


def program_without_walls(folder: Path) -> Path:
    """Write a program that makes images anew on such a kernel, and return its path."""
    prctl = {"x86_64": 157, "aarch64": 167}[os.uname().machine]
    path = folder / "old_kernel.py"
    path.write_text(REFUSES.format(prctl=prctl, program=str(PROGRAM)))
    return path
