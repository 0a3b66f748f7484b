"""Runs dbt commands in a process of their own, and tells the parent how far they are.

dbt keeps global state and holds on to its connections until the process ends, so it never runs in ours. Called as
``python -m outbound.warehouse.dbt_process RESULTS COMMANDS`` with a folder for the results of each command and
the commands as JSON. Prints one JSON object a line: ``{"step": …, "done": …, "total": …}``.
"""

from __future__ import annotations

import gc
import json
import shutil
import sys
import threading
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

_COUNTED = {"LogModelResult": "total", "LogTestResult": "num_models"}
"""Events of a finished model or test, and the field that says how many there are."""

_WITH_RESULTS = frozenset({"run", "test"})
"""Commands that leave a result for each model or test; the others succeed or do not."""


def main(results: Path, commands: list[list[str]]) -> int:
    """Invokes each command until one fails to run; failed tests are results, not failures. Returns 0 or 1."""
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

    gc.disable()  # dbt's graph is large and stays to the end: looking through it again and again frees nothing
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
    sys.exit(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
