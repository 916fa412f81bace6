"""A warm interpreter that forks a confined child for every piece of work. It is told what to do through a socket and
answers when a child begins and ends; what a child works on and says goes through descriptors of its own."""

import gc
import json
import os
import select
import signal
import socket
import sys

import candidate
import confine
import judge
import wire

CONTROL = 3


def _read(fd):
    size = os.fstat(fd).st_size
    out = bytearray()
    while len(out) < size:
        out += os.pread(fd, size - len(out), len(out))
    os.close(fd)
    return bytes(out)


def _say(fd, verdict, data):
    head = json.dumps(verdict).encode()
    rest = b"%d\n" % len(head) + head + data
    while rest:
        rest = rest[os.write(fd, rest):]


def _child(control, settings, request, fds):
    control.send(json.dumps({"event": "started", "role": request["role"]}).encode())
    os.setsid()
    if settings["confined"]:
        confine.confine(request["limits"], bytes.fromhex(settings["seccomp"]), settings["landlock"])
    else:
        confine.limit(request["limits"])
    payload, channel, out = fds
    if request["role"] == "candidate":
        os.dup2(out, 1), os.dup2(out, 2)
    keep = {0, 1, 2, channel} | ({payload} if payload >= 0 else set()) | (
        {out} if request["role"] != "candidate" else set())
    last = max(keep)
    for fd in range(3, last):
        if fd not in keep:
            try:
                os.close(fd)
            except OSError:
                pass
    os.closerange(last + 1, 1 << 16)
    text = _read(payload)
    talk = wire.Channel(socket.socket(fileno=channel)) if channel >= 0 else None
    if request["role"] == "candidate":
        candidate.run(text, talk)
    elif request["role"] == "judge":
        _say(out, *judge.run(text, talk))
    else:
        _say(out, *judge.prepare(text))


def _start(control, settings, own, request, fds):
    if settings["confined"]:
        confine.new_pids(own)
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        _child(control, settings, request, fds)
        code = 0
    except BaseException as error:
        try:
            os.write(2, ("%s: %s" % (type(error).__name__, error)).encode()[:4000])
        except OSError:
            pass
    finally:
        os._exit(code)


def serve(settings):
    for name in settings["preload"]:
        try:
            __import__(name)
        except ImportError:
            pass
    control = socket.socket(fileno=CONTROL)
    own = confine.own_pids() if settings["confined"] else -1
    poll, children = select.poll(), {}
    poll.register(control, select.POLLIN)
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"event": "ready", "version": sys.version.split()[0]}).encode())
    while True:
        for fd, _ in poll.poll():
            if fd == control.fileno():
                message, fds, _, _ = socket.recv_fds(control, 1 << 16, 3)
                if not message:
                    return
                request = json.loads(message)
                pid = _start(control, settings, own, request, (fds + [-1, -1])[:3] if request["role"] != "prepare"
                             else (fds[0], -1, fds[1]))
                for each in fds:
                    os.close(each)
                watch = os.pidfd_open(pid)
                children[watch] = (pid, request["role"])
                poll.register(watch, select.POLLIN)
            else:
                pid, role = children.pop(fd)
                poll.unregister(fd)
                os.close(fd)
                _, status, usage = os.wait4(pid, 0)
                control.send(json.dumps({"event": "ended", "role": role, "status": status,
                                         "cpu_us": int((usage.ru_utime + usage.ru_stime) * 1e6),
                                         "peak_bytes": usage.ru_maxrss * 1024}).encode())
