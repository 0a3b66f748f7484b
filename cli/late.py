"""``python -m cli.late SOCKET MODULE ARGUMENT…``: runs a module once something answers on the unix socket.

Its imports, which take seconds, are done while waiting. Dagster's daemon and pages start beside the code server
this way and still find it in place.
"""

from __future__ import annotations

import runpy
import sys
import time
from importlib import import_module
from pathlib import Path

from cli.ports import answers_socket


def main(socket: str, module: str, *arguments: str) -> None:
    """Import, wait, run."""
    import_module(module)
    while not answers_socket(Path(socket)):
        time.sleep(0.1)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
