"""The process that has dbt imported, and its forks that run it: ``python -m outbound.warehouse.dbt_process SOCKET``.

dbt keeps global state and holds on to its connections until the process ends, so it never runs in ours, nor twice in
one. A run prints one JSON object a line: ``{"step": …, "done": …, "total": …}``. Started and asked by
:mod:`outbound.warehouse.dbt_server`.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

_LOADED_LATE = ("dbt.adapters.duckdb", "dbt.adapters.postgres", "dbt.task.run", "dbt.task.test")
"""What dbt imports once it knows the command and the profile."""

_COUNTED = {"LogModelResult": "total", "LogTestResult": "num_models"}
"""Events of a finished model or test, and the field that says how many there are."""

_WITH_RESULTS = frozenset({"run", "test"})
"""Commands that leave a result for each model or test; the others succeed or do not."""

_REQUEST_BYTES = 1 << 20
_MOST_DESCRIPTORS = 16


def serve(asked: socket.socket) -> None:
    """Forks for each request, until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends a run; we end with who started us
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the run tells its end itself
    asked.send(b"!")
    while True:
        request, descriptors, _, _ = socket.recv_fds(asked, _REQUEST_BYTES, _MOST_DESCRIPTORS)
        if not request:
            return
        if os.fork() == 0:
            asked.close()
            _become_run(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _become_run(request: dict[str, Any], descriptors: Sequence[int]) -> None:
    said, errors, ending, *_ = descriptors
    code = 1
    try:
        os.write(ending, f"{os.getpid()}\n".encode())
        for mine, descriptor in ((1, said), (2, errors)):
            os.dup2(descriptor, mine)
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        code = run(Path(request["results"]), request["commands"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 (told to who waits, who raises it)
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os.write(ending, f"{code}\n".encode())
        os._exit(code)  # what the server would do at its end is not the run's to do


def run(results: Path, commands: list[list[str]]) -> int:
    """Invokes each command until one fails to run; failed tests are results, not failures. Returns 0 or 1.

    The results of each command go into a folder, under its name.
    """
    finished = {"nodes": 0}

    writing = threading.Lock()  # models that run side by side tell of their end from threads of their own

    def tell(event: EventMsg) -> None:
        count = _COUNTED.get(event.info.name)
        if count is not None:
            with writing:
                finished["nodes"] += 1
                line = {"step": step, "done": finished["nodes"], "total": getattr(event.data, count)}
                sys.stdout.write(json.dumps(line) + "\n")
                sys.stdout.flush()

    runner = dbtRunner(callbacks=[tell])
    for command in commands:
        step = command[0]
        finished["nodes"] = 0
        outcome = runner.invoke(command)
        if outcome.exception is not None:
            print(f"{type(outcome.exception).__name__}: {outcome.exception}", file=sys.stderr)
            return 1
        target = Path(command[command.index("--target-path") + 1])
        if step in _WITH_RESULTS:
            shutil.copyfile(target / "run_results.json", results / f"{step}.json")
        elif not outcome.success:
            print(f"`dbt {' '.join(command[:2])}` did not succeed", file=sys.stderr)
            return 1
        if step == "run" and not outcome.success:
            return 0
    return 0


if __name__ == "__main__":
    gc.disable()  # dbt's graph is large and stays to the end: looking through it again and again frees nothing
    for name in _LOADED_LATE:
        importlib.import_module(name)
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        serve(asked)
