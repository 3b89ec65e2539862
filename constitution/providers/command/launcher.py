"""Launcher: the program that goes before a command: gives up rights, enters namespaces, sets limits, then runs it.

Started as a script in a process of its own: rights are given up here by system calls that must not be made in a
process with threads. It stays as the first process of the command's own world, so that everything in it ends with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from functools import lru_cache
from typing import Any

NEW_USER, NEW_NET, NEW_PID, NEW_MOUNTS = 0x1000_0000, 0x4000_0000, 0x2000_0000, 0x2_0000
BIND = 4096
SET_PDEATHSIG, SET_DUMPABLE, SET_NO_NEW_PRIVS = 1, 4, 38
MOUNT_SETATTR = 442
"""Number of the system call; glibc has had a name for it only since 2.36."""
HERE, ALL_BELOW, READ_ONLY = -100, 0x8000, 1


class MountAttributes(ctypes.Structure):
    """``struct mount_attr`` of linux/mount.h."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user_namespace")]


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
        wanted = NEW_USER | NEW_PID | NEW_MOUNTS | (0 if network else NEW_NET)
        called("unshare", libc().unshare(wanted))
        write_here_only(os.getcwd())
    except OSError:
        if not network:
            raise
        contained = False
    prctl(SET_NO_NEW_PRIVS, 1)
    prctl(SET_PDEATHSIG, signal.SIGKILL)  # only now: a change of rights takes it away
    return contained


def write_here_only(folder: str) -> None:
    """Every file system is read-only but this folder, in which the process is."""
    held = os.fsencode(folder)
    called("mount", libc().mount(held, held, None, ctypes.c_ulong(BIND), None))
    for path, flags, attributes in (
        (b"/", ALL_BELOW, MountAttributes(set=READ_ONLY)),
        (held, 0, MountAttributes(clear=READ_ONLY)),
    ):
        size = ctypes.c_size_t(ctypes.sizeof(attributes))
        arguments = (ctypes.c_int(HERE), ctypes.c_char_p(path), ctypes.c_uint(flags), ctypes.byref(attributes), size)
        called("mount_setattr", libc().syscall(ctypes.c_long(MOUNT_SETATTR), *arguments))
    os.chdir(folder)


def become(order: dict[str, Any], contained: bool) -> None:
    """This process is the command; raises ``OSError`` where it cannot be."""
    for name, most in order["limits"].items():
        # Without a namespace the number counts all processes of the user, and says nothing of this command.
        if contained or name != "RLIMIT_NPROC":
            resource.setrlimit(getattr(resource, name), (most, most))
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
