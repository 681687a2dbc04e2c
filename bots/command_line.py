"""The product's command line: `zabota ...`, also behind `./run zabota ...`."""

from __future__ import annotations

from importlib.metadata import version

import typer

app = typer.Typer(help="Zabota: the salon's chatbot.", no_args_is_help=True, add_completion=False)


@app.callback(invoke_without_command=True)
def _global(
    show_version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if show_version:
        typer.echo(version("zabota"))
        raise typer.Exit


def main() -> None:
    """Run the command named in the arguments."""
    app()
