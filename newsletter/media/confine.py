"""Walls around a process that reads files of strangers, by the kernel's own means.

`confine` takes from the process what a decoder never needs: files, connections, other processes.
What is refused answers EPERM, so a decoder that tries goes on to its end and finds nothing. No
privileges are needed. Where a kernel, a sandbox or a container knows no such wall, the process
does its work without it, and is told so.

It runs beside `reencode.py`, without our other code. Sources: landlock(7) and the kernel's
Documentation/userspace-api/landlock.rst; prctl(2), PR_SET_NO_NEW_PRIVS; seccomp(2) and
Documentation/userspace-api/seccomp_filter.rst; the numbers of calls in
arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import os
import resource

PRIVILEGES = "privileges"
DESCRIPTORS = "descriptors"
FILES = "files"
NETWORK = "network"
SIGNALS = "signals"
CALLS = "calls"
WALLS = (PRIVILEGES, DESCRIPTORS, FILES, NETWORK, SIGNALS, CALLS)
"""Names of what `confine` puts up: no privileges are gained, no file descriptor is opened, no file
is reached, no TCP port, no process outside by signals, no system call beside a few."""

LIMITS = {
    resource.RLIMIT_AS: 1_200_000_000,  # bytes
    resource.RLIMIT_CPU: 30,  # seconds
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}
"""Measured: 50 megapixels need 0.3 to 0.75 GB and 2 to 8 s, as a PNG with transparency the most."""

_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

# The same on every architecture (asm-generic), as all calls since 5.1.
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF}
"""Rights over files that each version of Landlock knows from then on: execute to make_sym (1),
refer (2), truncate (3), ioctl_dev (5)."""
_TCP_SINCE, _TCP = 4, 0b11
_SCOPE_SINCE, _SCOPE = 6, 0b11
"""Of abstract UNIX sockets, and of signals."""

_ALLOWED = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "munmap": 11, "brk": 12,
        "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "writev": 20,
        "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60,
        "sigaltstack": 131, "gettid": 186, "futex": 202, "sched_getaffinity": 204,
        "restart_syscall": 219, "clock_gettime": 228, "exit_group": 231, "getrandom": 318,
    },
    "aarch64": {
        "read": 63, "write": 64, "close": 57, "fstat": 80, "lseek": 62, "munmap": 215, "brk": 214,
        "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "writev": 66,
        "sched_yield": 124, "mremap": 216, "madvise": 233, "getpid": 172, "exit": 93,
        "sigaltstack": 132, "gettid": 178, "futex": 98, "sched_getaffinity": 123,
        "restart_syscall": 128, "clock_gettime": 113, "exit_group": 94, "getrandom": 278,
    },
}  # fmt: skip
"""System calls of a program that computes, writes to what it has, and ends."""
_NEVER_EXECUTABLE = {"x86_64": (9, 10), "aarch64": (222, 226)}
"""mmap and mprotect, which are allowed for memory that isn't to be executed."""
_PROT_EXEC = 4
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Of classic BPF: load a word, compare with a constant, compare bits with one, return.
_LD, _JEQ, _JSET, _RET = 0x20, 0x15, 0x45, 0x06
_NR, _ARCH, _THIRD_ARGUMENT = 0, 4, 32
"""Places in struct seccomp_data; the lower half of an argument, as both processors are little-
endian."""
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000

type Instruction = tuple[int, int, int, int]


class _Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr. A kernel that knows less of it takes it where the rest is 0."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Filter(ctypes.Structure):
    """struct sock_filter."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jt", ctypes.c_uint8),
        ("jf", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Filter)))


def confine() -> list[str]:
    """Put up limits, and all walls that there are around this process, for good.

    No module can be imported afterwards. It must have no threads.

    Returns:
        The names of the walls that can't be put up here, in the order of WALLS.
    """
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        call = libc.syscall
    except (OSError, AttributeError):  # no Linux
        return [*WALLS]
    call.restype = ctypes.c_long
    up: set[str] = set()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        up.add(PRIVILEGES)
        up |= _landlocked(call)
    # Of files, sockets and pipes alike, also where there is neither Landlock nor seccomp.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    up.add(DESCRIPTORS)
    if PRIVILEGES in up and _filtered(libc):
        up.add(CALLS)
    return [wall for wall in WALLS if wall not in up]


def _landlocked(call: "ctypes._NamedFuncPointer") -> set[str]:
    """Give up all rights that this kernel's Landlock handles, and return the walls that are up."""
    version = call(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return set()
    ruleset = _Ruleset(
        handled_access_fs=_FILE_RIGHTS[max(since for since in _FILE_RIGHTS if since <= version)],
        handled_access_net=_TCP if version >= _TCP_SINCE else 0,
        scoped=_SCOPE if version >= _SCOPE_SINCE else 0,
    )
    descriptor = call(_LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    if descriptor < 0:
        return set()
    refused = call(_LANDLOCK_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)
    if refused:
        return set()
    up = {FILES}
    if ruleset.handled_access_net:
        up.add(NETWORK)
    if ruleset.scoped:
        up.add(SIGNALS)
    return up


def _filtered(libc: ctypes.CDLL) -> bool:
    """Have all system calls refused but those that are allowed; tell whether they are."""
    machine = os.uname().machine
    if machine not in _ALLOWED or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    instructions = filter_for(machine)
    block = (_Filter * len(instructions))(*(_Filter(*each) for each in instructions))
    program = _Program(len(instructions), block)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def filter_for(machine: str) -> list[Instruction]:
    """Return the filter of system calls, as instructions of classic BPF.

    Calls of another architecture (32 bits) end the process. Those of x32 have numbers that nothing
    here names.

    Args:
        machine: as `uname -m` says.
    """
    refuse: Instruction = (_RET, 0, 0, _ERRNO | errno.EPERM)
    instructions: list[Instruction] = [
        (_LD, 0, 0, _ARCH),
        (_JEQ, 1, 0, _AUDIT_ARCH[machine]),
        (_RET, 0, 0, _KILL_PROCESS),
        (_LD, 0, 0, _NR),
    ]
    for number in _ALLOWED[machine].values():
        instructions += [(_JEQ, 0, 1, number), (_RET, 0, 0, _ALLOW)]
    for number in _NEVER_EXECUTABLE[machine]:
        instructions += [
            (_JEQ, 0, 4, number),
            (_LD, 0, 0, _THIRD_ARGUMENT),
            (_JSET, 0, 1, _PROT_EXEC),
            refuse,
            (_RET, 0, 0, _ALLOW),
        ]
    return [*instructions, refuse]
