"""How a child of the zygote gives up everything but its task. It is the first process of a new pid name space; when it
ends, the kernel ends whatever it started. The same steps as sys/cell.cc and sys/lockdown.cc take for other programs."""

import ctypes
import os
import resource
import struct

NEWNS, NEWIPC, NEWPID = 0x00020000, 0x08000000, 0x20000000
NOSUID, NODEV, NOEXEC, RDONLY = 2, 4, 8, 1
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 24, 22, 38
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # on every architecture

libc = ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what + ": " + os.strerror(ctypes.get_errno()))
    return result


def own_pids():
    """To come back to, for every child needs a new pid name space from the zygote's own."""
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def new_pids(own):
    _check(libc.setns(own, NEWPID), "pid name space")
    _check(libc.unshare(NEWPID), "pid name space")


def limit(limits):
    for what, value in (("AS", limits["memory"]), ("FSIZE", limits["file"]), ("NPROC", limits["processes"]),
                        ("NOFILE", 64), ("CORE", 0), ("CPU", limits["cpu"]), ("MSGQUEUE", 0), ("MEMLOCK", 1 << 20)):
        if value is not None:
            resource.setrlimit(getattr(resource, "RLIMIT_" + what), (value, value))


def _landlock(version):
    bits = 16 if version >= 5 else 15 if version >= 3 else 14 if version >= 2 else 13
    everything = (1 << bits) - 1
    handled = struct.pack("<Q", everything)
    rules = _check(libc.syscall(LANDLOCK_CREATE, handled, len(handled), 0), "landlock")
    for path, rights in (("/", 1 | 4 | 8), ("/tmp", everything), ("/dev/null", 2 | 4)):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        _check(libc.syscall(LANDLOCK_ADD, rules, 1, struct.pack("=Qi", rights, place), 0), "landlock " + path)
        os.close(place)
    _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    _check(libc.syscall(LANDLOCK_RESTRICT, rules, 0), "landlock")
    os.close(rules)


def confine(limits, seccomp, landlock):
    _check(libc.unshare(NEWNS | NEWIPC), "name spaces")
    size = b"mode=0700,size=%d" % limits["tmp"]
    _check(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", NOSUID | NODEV, size), "/tmp")
    _check(libc.mount(b"proc", b"/proc", b"proc", NOSUID | NODEV | NOEXEC | RDONLY, b"subset=pid"), "/proc")
    os.chdir("/tmp")
    libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
    if landlock > 0:
        _landlock(landlock)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _check(libc.capset(struct.pack("<Ii", 0x20080522, 0), bytes(24)), "capabilities")
    _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    limit(limits)
    filter_code = ctypes.create_string_buffer(seccomp, len(seccomp))
    program = struct.pack("@HP", len(seccomp) // 8, ctypes.addressof(filter_code))
    _check(libc.prctl(PR_SET_SECCOMP, 2, program, 0, 0), "seccomp")
