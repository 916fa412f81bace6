"""A program run on a terminal of its own, as a person would meet it, for the tests beside this file."""
import os
import pty
import select
import signal

PATIENCE_S = 100


class OnTerminal:
    def __init__(self, argv, directory, environment, user=None):
        self.text = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            if user is not None:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
            os.execve(argv[0], argv, environment)

    def _read(self):
        if not select.select([self.terminal], [], [], PATIENCE_S)[0]:
            self.kill()
            raise TimeoutError(f"it is still running; so far:\n{self.said()}")
        try:
            chunk = os.read(self.terminal, 65536)
        except OSError:  # the other end is closed
            chunk = b""
        self.text += chunk
        return chunk

    def wait_for(self, words, times=1):
        """Until `words` were printed, so many times; false when it ended before."""
        while self.text.count(words.encode()) < times:
            if not self._read():
                return False
        return True

    def wait_for_any(self, *words):
        """As wait_for, of several."""
        while not any(word.encode() in self.text for word in words):
            if not self._read():
                return False
        return True

    def type(self, keys):
        os.write(self.terminal, os.fsencode(keys))

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def alive(self):
        return os.path.exists(f"/proc/{self.pid}/fd/0")

    def end(self):
        """The exit code, or minus the signal."""
        while self._read():
            pass
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)

    def said(self):
        return self.text.decode("utf-8", "replace")
