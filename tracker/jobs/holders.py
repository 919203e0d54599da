"""What a process is called in leases and claims, and whether one on this very machine is dead for certain."""

import hashlib
import os
import socket
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def own_name() -> str:
    """Machine, process and the process's birth: no two processes share it, also after a restart of the machine."""
    return f"{place()}:{os.getpid()}:{birth(os.getpid())}"


@cache
def place() -> str:
    """The machine since it was started, as far as process numbers mean the same."""
    try:
        numbering = (PROC / "sys/kernel/random/boot_id").read_text() + str((PROC / "self/ns/pid").readlink())
    except OSError:
        numbering = ""
    host = socket.gethostname().replace(":", "-")[:200]
    return f"{host}-{hashlib.sha256(numbering.encode()).hexdigest()[:8]}"


def birth(number: int) -> str:
    """When a living process was started, in the kernel's count; "" where there is none, or it cannot be known."""
    try:
        after_name = (PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    state, started = after_name[0], after_name[19]
    return "" if state in "ZX" else started


def is_dead(name: str) -> bool:
    """Certain only of processes of this machine; of any other the lease alone tells."""
    where, _, rest = name.partition(":")
    number, _, born = rest.partition(":")
    return where == place() and bool(born) and number.isdigit() and birth(int(number)) != born
