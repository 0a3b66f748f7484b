"""The process that decodes a photo ends in time, and what ends it is told from what is wrong with the photo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from outbound.attachments import child
from outbound.attachments.child import Child
from outbound.errors import Unavailable


def test_one_that_gets_nowhere_is_ended_and_its_photo_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(child, "PATIENCE", 0.5)
    os.mkfifo(tmp_path / "endless")
    with pytest.raises(Unavailable, match="send it again"):
        Child().run("thumbnail", tmp_path / "endless", tmp_path / "made", edge=64)


def test_one_that_the_machine_killed_is_no_fault_of_the_photo(tmp_path: Path):
    os.mkfifo(tmp_path / "photo")
    raised: list[BaseException] = []

    def run() -> None:
        try:
            Child().run("thumbnail", tmp_path / "photo", tmp_path / "made", edge=64)
        except Unavailable as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    with (tmp_path / "photo").open("wb"):  # returns once it has been opened for reading
        running = Path(f"/proc/{os.getpid()}/task/{thread.native_id}/children").read_text().split()
        for each in running:
            os.kill(int(each), signal.SIGKILL)
        thread.join()
    assert len(raised) == 1


def test_too_much_time_of_the_processor_is_told_from_a_kill():
    spinning = (
        "from outbound.attachments import child; child.SECONDS = 1; child.limit_this_process(1)\nwhile True: pass"
    )
    assert subprocess.run([sys.executable, "-c", spinning], check=False).returncode == -signal.SIGXCPU
