"""Stage 2 of a child: what the kernel keeps it from. Each fence is used where the system has it, and reported.

`Fences` is made in the zygote, before any fork, so that a child only applies it; `available` tells what a process of
this kind would get, without applying anything. Import of this module loads no library but libc.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

Made = TypeVar("Made")

_NOT_ROOT: Final = "only a service that runs as root can give it"
_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_GET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 21, 38
_CLONE_NEWIPC, _CLONE_NEWNET, _CLONE_THREAD = 0x08000000, 0x40000000, 0x00010000

# The same numbers on every architecture that mini-racer has wheels for.
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_VERSION: Final = 1
# The first of 10,000 user numbers for children: one that hosts give to nobody, and one that containers usually map.
_USERS: Final = (1_900_000_000, 50_000)
_USER_COUNT: Final = 10_000
# What each version of Landlock can forbid: (version, files, network, scopes). All of it is forbidden.
_LANDLOCK_ABILITIES: Final = (
    (6, (1 << 16) - 1, 0b11, 0b11),
    (5, (1 << 16) - 1, 0b11, 0),
    (4, (1 << 15) - 1, 0b11, 0),
    (3, (1 << 15) - 1, 0, 0),
    (2, (1 << 14) - 1, 0, 0),
    (1, (1 << 13) - 1, 0, 0),
)

# What V8, Python and the pump between them need once a child is set up: memory, threads, its own open files, the clock.
_ALLOWED: Final = (
    *("read", "pread64", "write", "recvfrom", "recvmsg", "sendto", "sendmsg", "shutdown", "close", "poll", "ppoll"),
    *("mmap", "munmap", "mremap", "mprotect", "pkey_mprotect", "pkey_alloc", "pkey_free", "madvise", "brk"),
    *("futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "membarrier", "gettid", "getpid"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom", "getrusage"),
    *("exit", "exit_group", "fstat", "lseek"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """Which fences stand around children here. `missing` says why one does not."""

    seccomp: bool
    landlock: int  # the kernel's version of it, 0 without
    own_user: bool
    own_network: bool
    missing: dict[str, str]

    @property
    def lines(self) -> Iterator[str]:
        """One sentence for each fence, for people."""
        yield _line("system calls: an allow-list (seccomp)", self.seccomp, self._why("seccomp"))
        yield _line(f"files and sockets: none (Landlock {self.landlock})", bool(self.landlock), self._why("landlock"))
        yield _line("a user of its own", self.own_user, self._why("own_user"))
        yield _line("no network", self.own_network, self._why("own_network"))

    def _why(self, name: str) -> str | None:
        return self.missing.get(name)


def available() -> Report:
    """What children of this process's kind would get. Applies nothing; a user's or network's change may still fail."""
    missing: dict[str, str] = {}
    seccomp = _available(_seccomp_module, "seccomp", missing)
    landlock = landlock_version()
    if not landlock:
        missing["landlock"] = "this kernel has none, or it is switched off"
    root = os.geteuid() == 0
    if not root:
        missing["own_user"] = missing["own_network"] = _NOT_ROOT
    return Report(seccomp is not None, landlock, root, root, missing)


def refusal(values: Mapping[str, Any]) -> str:
    """Why plugins' code may not run with these settings, as one sentence; empty when it may."""
    if values["ENVIRONMENT"] != "production" or values["ISOLATES_WITHOUT_SECCOMP"]:
        return ""
    report = available()
    if report.seccomp:
        return ""
    return (
        f"Plugins' code would run without a filter of system calls ({report.missing['seccomp']}): install libseccomp "
        "(Debian: libseccomp2), or set ISOLATES_WITHOUT_SECCOMP=true."
    )


def landlock_version() -> int:
    """The kernel's version of Landlock; 0 where there is none."""
    found = _LIBC.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    return max(0, int(found))


class Fences:
    """The fences of this host's children. Made in a process without threads that will fork them.

    Making it takes this process's network away, where it may. Where it is root, each child gets a user number of its
    own, so that none can touch another.
    """

    def __init__(self) -> None:
        missing: dict[str, str] = {}
        self._filter = _available(_filter, "seccomp", missing)
        version = landlock_version()
        self._landlock = _available(lambda: _ruleset(version), "landlock", missing) if version else None
        if not version:
            missing["landlock"] = "this kernel has none, or it is switched off"
        root = os.geteuid() == 0
        network = _available(_leave_network, "own_network", missing) if root else None
        self._users = _users() if root else None
        if not root:
            missing["own_user"] = missing["own_network"] = _NOT_ROOT
        elif self._users is None:
            missing["own_user"] = "this container has too few user numbers"
        landlock = version if self._landlock is not None else 0
        own_user = self._users is not None
        self.report = Report(self._filter is not None, landlock, own_user, network is not None, missing)

    def apply(self, number: int, parent: int) -> None:
        """Close this process in. Called in a child after its fork, before V8 makes a thread. Raises OSError.

        `number` counts children and picks the user; `parent` is the process that forked.
        """
        for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
            resource.setrlimit(limit, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
        if self._users is not None:
            uid = self._users + number % _USER_COUNT
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_DUMPABLE, 0)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # after the change of user, which takes it away
        if os.getppid() != parent:  # the parent died before the request reached the kernel
            os._exit(1)
        if self._landlock is not None:
            _checked(_LIBC.syscall(_LANDLOCK_RESTRICT, self._landlock, 0))
            os.close(self._landlock)
        if self._filter is not None:
            self._filter.load()

    @property
    def keep(self) -> set[int]:
        """Descriptors that a child needs until `apply`."""
        return {self._landlock} if self._landlock is not None else set()


def limit_cpu(soft: int, hard: int | None = None) -> None:
    """Let the kernel end this process after so many seconds of CPU in all; `hard` cannot be raised again."""
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard or resource.getrlimit(resource.RLIMIT_CPU)[1]))


def limit_data(soft: int, hard: int | None = None) -> None:
    """Bound this process's private memory, in bytes, as VmData counts it."""
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard or resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _line(name: str, active: bool, why: str | None) -> str:
    return f"{'active ' if active else 'MISSING'}  {name}{f' ({why})' if why and not active else ''}"


def _available(make: Callable[[], Made], name: str, missing: dict[str, str]) -> Made | None:
    """What `make` makes, or None and the reason in `missing`."""
    try:
        return make()
    except (OSError, ImportError, RuntimeError) as error:
        missing[name] = str(error)
        return None


def _seccomp_module() -> Any:
    """The binding to libseccomp. Raises ImportError, RuntimeError or OSError where either is missing."""
    if sys.platform != "linux" or _LIBC.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) < 0:
        raise OSError("this kernel has no seccomp")
    import pyseccomp  # type: ignore[import-untyped]  # it has no types

    return pyseccomp


def _filter() -> Any:
    """The allow-list. Everything else fails with EPERM, foreign architectures' calls end the process."""
    seccomp = _seccomp_module()
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    for name in _ALLOWED:
        with suppress(OSError):  # a call that this architecture does not have
            rules.add_rule(seccomp.ALLOW, name)
    # The C library takes ENOSYS for an old kernel and makes its threads by clone, whose flags a filter can read.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    rules.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, 0))
    return rules


def _ruleset(version: int) -> int:
    """A Landlock ruleset that allows nothing; its descriptor. Raises OSError."""
    ability = next(each for each in _LANDLOCK_ABILITIES if version >= each[0])
    sizes = {True: 24, False: 8 if not ability[2] else 16}
    handled = (ctypes.c_uint64 * 3)(*ability[1:])
    size = ctypes.c_size_t(sizes[bool(ability[3])])
    return _checked(_LIBC.syscall(_LANDLOCK_CREATE, ctypes.byref(handled), size, 0))


def _leave_network() -> bool:
    """Move this process into a network of its own, which has no way out. Raises OSError."""
    _checked(_LIBC.unshare(_CLONE_NEWNET | _CLONE_NEWIPC))
    return True


def _users() -> int | None:
    """The first of the children's user numbers; None where a process cannot become them, as in small containers."""
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    spans = [(int(first), int(first) + int(count)) for first, _, count in map(str.split, lines)]
    fits = (user for user in _USERS if any(first <= user and user + _USER_COUNT <= end for first, end in spans))
    return next(fits, None)


def _prctl(option: int, value: int) -> None:
    _checked(_LIBC.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def _checked(result: int) -> int:
    """The result of a C function that sets errno. Raises OSError when it is negative."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
