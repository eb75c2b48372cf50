"""The encoder of newsclf alone: texts in memory to vectors, and nothing else.

Run as a script, ``bare_encoder.py SOURCE PART PARTS``, it is one of the processes that share texts out: it says when
it has loaded, waits for a line, encodes, and says so.
"""

import os
import subprocess
import sys
from pathlib import Path

import newsclf
from newsclf.encoders import load_encoder
from speed_peers.protocol import ONE_THREAD, Setting


class BareProcesses:
    """As many processes as newsclf labels with, each with one thread; texts are dealt out in turn."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._parts: list[subprocess.Popen[str]] = []

    def train(self) -> None:
        """Learn nothing."""

    def load(self) -> None:
        """Start the processes, and let each read its texts and load the encoder."""
        self._start(self._setting.workers, ONE_THREAD)

    def label_file(self, output: Path) -> None:
        """Encode; nothing is written."""
        for part in self._parts:
            assert part.stdin is not None
            part.stdin.write("go\n")
            part.stdin.flush()
        self._hear("done\n")

    def _start(self, parts: int, environment: dict[str, str]) -> None:
        pipe = subprocess.PIPE
        for number in range(parts):
            command = [sys.executable, __file__, str(self._setting.source), str(number), str(parts)]
            running = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **environment})
            self._parts.append(running)
        self._hear("ready\n")

    def _hear(self, word: str) -> None:
        """Wait until every process has said a word."""
        for running in self._parts:
            assert running.stdout is not None
            if running.stdout.readline() != word:
                raise RuntimeError(f"a process that encodes has ended with {running.wait()}")


class BareThreads(BareProcesses):
    """One process with torch's default number of threads."""

    def load(self) -> None:
        """Start it."""
        self._start(1, {})


def main(source: str, number: str, parts: str) -> None:
    """Encode every so manieth text."""
    texts = [article.content for article in newsclf.read_articles(source)][int(number) :: int(parts)]
    encoder = load_encoder()
    encoder.encode(texts[:1])
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    encoder.encode(texts)
    print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
