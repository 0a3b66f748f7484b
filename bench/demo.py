"""From a fresh clone to four answering URLs: ``make demo`` the first time and the second, and idle memory."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import psutil

REPOSITORY = Path(__file__).parents[1]
LIMITS = {"first": 240.0, "second": 30.0, "memory": 1536.0}
_SETTLE_SECONDS = 60.0


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
    try:
        clone = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        first, _ = _time_to_serve(clone, measure_memory=False)
        print(
            f"make demo, first:  {first:6.1f} s to four URLs (limit {LIMITS['first']:.0f} s, "
            f"{first / LIMITS['first']:.2f})"
        )
        second, memory = _time_to_serve(clone, measure_memory=True)
        print(
            f"make demo, second: {second:6.1f} s to four URLs (limit {LIMITS['second']:.0f} s, "
            f"{second / LIMITS['second']:.2f})"
        )
        print(
            f"idle memory:       {memory:6.0f} MiB of everything together, shared pages counted once "
            f"(limit {LIMITS['memory']:.0f} MiB, {memory / LIMITS['memory']:.2f})"
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _time_to_serve(clone: Path, *, measure_memory: bool) -> tuple[float, float]:
    ports = _free_ports()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OUTBOUND_")}
    environment.pop("DATABASE_URL", None)
    environment |= {f"OUTBOUND_{name}_PORT": str(port) for name, port in ports.items()}
    urls = [
        f"http://localhost:{ports['API']}/readyz",
        f"http://localhost:{ports['API']}/app/",
        f"http://localhost:{ports['DASHBOARDS']}/",
        f"http://127.0.0.1:{ports['DAGSTER']}/server_info",
    ]
    with (clone / "demo.log").open("w") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            ["make", "demo"], cwd=clone, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            while not all(_answers(url) for url in urls):
                if process.poll() is not None:
                    raise SystemExit(f"make demo ended with {process.returncode}: {(clone / 'demo.log').read_text()}")
                time.sleep(0.25)
            seconds = time.monotonic() - started
            if measure_memory:
                time.sleep(_SETTLE_SECONDS)
            return seconds, _memory_below(clone) if measure_memory else 0.0
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _memory_below(clone: Path) -> float:
    """Proportional set size in MiB of every process that works in a folder: pages shared count once."""
    total = 0
    for process in psutil.process_iter():
        try:
            words = " ".join([process.cwd(), *process.cmdline()])
            if str(clone) in words or any(str(clone) in f" {parent.cwd()}" for parent in process.parents()):
                total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total / 2**20


def _free_ports() -> dict[str, int]:
    found = {}
    sockets = []
    for name in ("API", "DASHBOARDS", "DAGSTER"):
        held = socket.socket()
        held.bind(("127.0.0.1", 0))
        sockets.append(held)
        found[name] = held.getsockname()[1]
    for held in sockets:
        held.close()
    return found
