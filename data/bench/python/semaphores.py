"""Semaphores for multiprocessing in a cell, which has no /dev/shm to keep named ones in: unnamed ones, in memory that
forked processes share. Takes the place of the C type of the same name, with its members."""

import ctypes
import mmap
import os
import threading
import time

RECURSIVE_MUTEX, SEMAPHORE = 0, 1
SEM_VALUE_MAX = 0x7fffffff
ROOM = 64  # of a sem_t, with what it may grow by

_libc = ctypes.CDLL(None, use_errno=True)


class _Time(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


class SemLock:
    SEM_VALUE_MAX = SEM_VALUE_MAX

    def __init__(self, kind, value, maxvalue, name, unlink):
        self.kind, self.maxvalue, self.name = kind, maxvalue, name
        self._memory = mmap.mmap(-1, ROOM)
        self._place = ctypes.c_char.from_buffer(self._memory)
        self.handle = ctypes.addressof(self._place)
        self._held, self._owner = 0, None
        self._check(_libc.sem_init(ctypes.c_void_p(self.handle), 1, value))

    @staticmethod
    def _check(result):
        if result < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def _wait(self, block, timeout):
        place = ctypes.c_void_p(self.handle)
        if not block or timeout is not None and timeout <= 0:
            return _libc.sem_trywait(place) == 0
        end = None if timeout is None else time.time() + timeout
        while True:  # signals interrupt it
            if end is None:
                done = _libc.sem_wait(place)
            else:
                done = _libc.sem_timedwait(place, ctypes.byref(_Time(int(end), int(end % 1 * 1e9))))
            if done == 0:
                return True
            if end is not None and time.time() >= end:
                return False

    def acquire(self, block=True, timeout=None):
        if self.kind == RECURSIVE_MUTEX and self._is_mine():
            self._held += 1
            return True
        if not self._wait(block, timeout):
            return False
        self._held, self._owner = self._held + 1, threading.get_ident()
        return True

    def release(self):
        if self.kind == RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        elif self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._check(_libc.sem_post(ctypes.c_void_p(self.handle)))
        self._held -= 1

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *error):
        self.release()

    def _count(self):
        return self._held

    def _is_mine(self):
        return self._held > 0 and self._owner == threading.get_ident()

    def _get_value(self):
        value = ctypes.c_int()
        self._check(_libc.sem_getvalue(ctypes.c_void_p(self.handle), ctypes.byref(value)))
        return max(value.value, 0)

    def _is_zero(self):
        return self._get_value() == 0

    def _after_fork(self):
        self._held, self._owner = 0, None


def install():
    """Before anything imports multiprocessing's locks."""
    try:
        import _multiprocessing
    except ImportError:
        return
    _multiprocessing.SemLock = SemLock
    _multiprocessing.sem_unlink = lambda name: None
