"""Launcher: the program that goes before a command: gives up rights, enters namespaces, sets limits, then runs it.

Started as a script in a process of its own: rights are given up here by system calls that must not be made in a
process with threads. It stays as the first process of the command's own world, so that everything in it ends with it.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import struct
import sys
from functools import lru_cache
from typing import Any

NEW_USER, NEW_NET, NEW_PID, NEW_MOUNTS, NEW_IPC = 0x1000_0000, 0x4000_0000, 0x2000_0000, 0x2_0000, 0x800_0000
BIND = 4096
SET_PDEATHSIG, SET_SECCOMP, SET_NO_NEW_PRIVS = 1, 22, 38
MOUNT_SETATTR = 442  # glibc has had a name for it only since 2.36
HERE, ALL_BELOW, READ_ONLY, NO_DEVICES = -100, 0x8000, 1, 4
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
"""All that stays open: a terminal of the user, their camera or their graphics card is none of a command's business."""

X86_64, GENERIC = (0xC000_003E, 41, 53, 425, (248, 249, 250)), (198, 199, 425, (217, 218, 219))
KERNELS = {"x86_64": X86_64, "aarch64": (0xC000_00B7, *GENERIC), "riscv64": (0xC000_00F3, *GENERIC)}
"""Machine to its number in linux/audit.h, and its numbers of socket, socketpair, io_uring_setup and of the keyrings."""
LOAD, AND, IF_EQUAL, IF_NO_LESS, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
FILTER, ALLOW, REFUSE = 2, 0x7FFF_0000, 0x5_0000


class MountAttributes(ctypes.Structure):
    """``struct mount_attr`` of linux/mount.h."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user_namespace")]


class FilterProgram(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


@lru_cache
def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def called(what: str, result: int) -> None:
    """Raises ``OSError`` naming the system call that failed."""
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def prctl(option: int, value: int) -> None:
    """Sets one property of this process."""
    called("prctl", libc().prctl(*map(ctypes.c_ulong, (option, value, 0, 0, 0))))


def enter(network: bool, user: int | None) -> bool:
    """This process has given up its rights; whether it is in namespaces, which only one with network may lack."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    contained = True
    try:
        wanted = NEW_USER | NEW_PID | NEW_MOUNTS | NEW_IPC | (0 if network else NEW_NET)
        called("unshare", libc().unshare(wanted))
        write_here_only(os.getcwd())
    except OSError:
        if not network:
            raise
        contained = False
    prctl(SET_NO_NEW_PRIVS, 1)
    if not network:
        speak_to_nobody()
    prctl(SET_PDEATHSIG, signal.SIGKILL)  # only now: a change of rights takes it away
    return contained


def speak_to_nobody() -> None:
    """No socket can be made but of the empty network; raises ``OSError`` on a machine whose calls are not known.

    A namespace leaves open the sockets that are files (of the user's session, key agents, databases), those of virtual
    machines, and the keyrings.
    """
    machine = os.uname().machine
    if machine not in KERNELS:
        raise OSError(f"no filter of system calls is known for {machine}")
    program = b"".join(struct.pack("=HBBI", *step) for step in steps(*KERNELS[machine]))
    held = FilterProgram(len(program) // 8, program)
    called("prctl", libc().prctl(ctypes.c_ulong(SET_SECCOMP), ctypes.c_ulong(FILTER), ctypes.byref(held)))


def steps(kind: int, socket: int, pair: int, ring: int, keys: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """The filter: operation, steps to go over if so, and if not, operand (Documentation/networking/filter.rst)."""
    number, machine, first, second = 0, 4, 16, 24
    refused = [(RETURN, 0, 0, REFUSE | errno.EACCES)]
    allowed = [(RETURN, 0, 0, ALLOW)]
    unknown = [(RETURN, 0, 0, REFUSE | errno.ENOSYS)]  # a ring could make sockets by itself
    of_network = [(LOAD, 0, 0, first), (IF_EQUAL, 2, 0, 2), (IF_EQUAL, 1, 0, 10), *refused, *allowed]
    # Two that are joined for good; a pair for datagrams could be turned to a file.
    joined = [(LOAD, 0, 0, second), (AND, 0, 0, 15), (IF_EQUAL, 2, 0, 1), (IF_EQUAL, 1, 0, 5), *refused, *allowed]
    return [
        *((LOAD, 0, 0, machine), (IF_EQUAL, 1, 0, kind), *unknown),
        *((LOAD, 0, 0, number), (IF_NO_LESS, 0, 1, 0x4000_0000), *unknown),  # the same calls by other numbers
        *((IF_EQUAL, 0, 1, ring), *unknown),
        *(step for key in keys for step in ((IF_EQUAL, 0, 1, key), *refused)),
        *((IF_EQUAL, 0, len(of_network), socket), *of_network),
        *((IF_EQUAL, 0, len(joined), pair), *joined),
        *allowed,
    ]


def write_here_only(folder: str) -> None:
    """Every file system is read-only but this folder, in which the process is, and without devices but the harmless."""
    devices = [os.fsencode(path) for path in DEVICES if os.path.exists(path)]
    held = os.fsencode(folder)
    for path in (held, *devices):
        called("mount", libc().mount(path, path, None, ctypes.c_ulong(BIND), None))
    set_on(b"/", ALL_BELOW, MountAttributes(set=READ_ONLY | NO_DEVICES))
    set_on(held, 0, MountAttributes(clear=READ_ONLY))
    for path in devices:
        set_on(path, 0, MountAttributes(clear=NO_DEVICES))
    os.chdir(folder)


def set_on(path: bytes, flags: int, attributes: MountAttributes) -> None:
    """The mount at this path, or with ``ALL_BELOW`` each from there on, has these attributes."""
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    arguments = (ctypes.c_int(HERE), ctypes.c_char_p(path), ctypes.c_uint(flags), ctypes.byref(attributes), size)
    called("mount_setattr", libc().syscall(ctypes.c_long(MOUNT_SETATTR), *arguments))


def become(order: dict[str, Any], contained: bool) -> None:
    """This process is the command; raises ``OSError`` where it cannot be."""
    for name, most in order["limits"].items():
        # Without a namespace the number counts all processes of the user, and says nothing of this command.
        if contained or name != "RLIMIT_NPROC":
            resource.setrlimit(getattr(resource, name), (most, most))
    if contained:
        os.setsid()  # a command that signals its own group means itself; the namespace holds what leaves it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.execvp(order["argv"][0], order["argv"])


def tell(report: int, **said: object) -> None:
    """A line for who started this."""
    os.write(report, json.dumps(said).encode() + b"\n")


def watch(order: dict[str, Any], contained: bool) -> None:
    """Runs the command to its end and tells of it."""
    report = order["report"]
    tell(report, contained=contained)
    if not order["argv"]:  # a trial of the ground
        return
    child = os.fork()
    if child == 0:
        try:
            become(order, contained)
        except (OSError, ValueError) as error:
            tell(report, failed=f"{order['argv'][0]}: {error}")
        finally:
            os._exit(127)
    ended, status = os.wait()
    while ended != child:
        ended, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    tell(report, **({"exit": code} if code >= 0 else {"signal": -code}))


def main(order: dict[str, Any]) -> None:
    """Enters the namespaces, waits for what runs in them, and ends with its whole group."""
    os.set_inheritable(order["report"], False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command may send it to us
    try:
        contained = enter(order["network"], order["user"])
        first = os.fork()
        if first == 0:
            prctl(SET_PDEATHSIG, signal.SIGKILL)
            watch(order, contained)
            os._exit(0)  # and as the first process of its namespace it takes all others along
        os.waitpid(first, 0)
    except OSError as error:
        tell(order["report"], failed=str(error))
    os.killpg(0, signal.SIGKILL)  # without a namespace, what the command left behind is in this group, as we are


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
