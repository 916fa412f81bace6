"""Runs judges side by side, hands them the numbers of mutants, and shows how far they are."""

import queue
import subprocess
import sys
import threading
import time


class Judging:
    def __init__(self, command, folder, jobs):
        self.command = [str(word) for word in command]
        self.folder = folder
        self.jobs = jobs
        self.lock = threading.Lock()
        self.error = ""

    def run(self, mutants, results):
        work = queue.SimpleQueue()
        for mutant in mutants:
            work.put(mutant)
        self.left = self.total = len(mutants)
        self.survived = 0
        self.began = time.monotonic()
        threads = [threading.Thread(target=self._judge, args=(work, results)) for _ in range(self.jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if sys.stderr.isatty() and self.total:
            print(file=sys.stderr)
        if self.error:
            raise SystemExit(self.error)

    def _judge(self, work, results):
        with subprocess.Popen(
            self.command, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as judge:
            whole = judge.stdout.readline().strip()
            if whole != "0 survived":
                self.error = f"the program as it is fails its cases: {whole}"
                judge.stdin.close()
                return
            while not self.error:
                try:
                    mutant = work.get_nowait()
                except queue.Empty:
                    break
                judge.stdin.write(f"{mutant['number']}\n")
                judge.stdin.flush()
                answer = judge.stdout.readline().strip()
                if not answer:
                    self.error = f"the judge died at {mutant['id']}"
                    return
                with self.lock:
                    self._took(mutant, answer.split(" ", 1)[1], results)
            judge.stdin.close()

    def _took(self, mutant, verdict, results):
        results.add(mutant["id"], verdict)
        self.left -= 1
        self.survived += verdict == "survived"
        done = self.total - self.left
        rate = done / max(time.monotonic() - self.began, 0.001)
        line = f"{done}/{self.total}, {rate:.1f}/s, {self.left / rate / 60:.1f} min left, {self.survived} survived"
        if sys.stderr.isatty():
            print(f"\r{line}  ", end="", file=sys.stderr, flush=True)
        elif done % 500 == 0 or self.left == 0:
            print(line, file=sys.stderr, flush=True)
