"""The ``outbound`` command."""

from __future__ import annotations

import sys

import typer
from rich.console import Console
from rich.text import Text

from cli.commands import data, marts, operations, people, regions, serve, system
from outbound.errors import Invalid, OutboundError
from outbound.serving.files import raise_open_files
from outbound.storage.home import keep_private
from outbound.texts import is_storable

app = typer.Typer(
    name="outbound",
    help="Door-to-door and outbound sales for a home-service franchise.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (serve, people, data, regions, marts, operations, system):
    module.register(app)


def run() -> None:
    """Entry of the command: an expected error is one sentence and exit status 1."""
    keep_private()
    raise_open_files()
    try:
        for position, argument in enumerate(sys.argv[1:], start=1):
            if not is_storable(argument):
                raise Invalid(
                    f"Argument {position} holds bytes that are no UTF-8; write it otherwise, or rename the file."
                )
        app()
    except OutboundError as error:
        Console(stderr=True).print(Text("error: ", style="bold red") + Text(error.message), soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    run()
