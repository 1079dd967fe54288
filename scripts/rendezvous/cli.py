"""The `rendezvous` command. Each sub-command is one module in `rendezvous.commands`, loaded when it is used."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click

from rendezvous import HouseError, commands, without_pandas


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"rendezvous.commands.{name}").command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rendezvous")
def rendezvous() -> None:
    """Know the client before the appointment: raw exports in, appointment profiles out."""


def main() -> None:
    """Runs the command; what a user must put right is printed as one message, without a traceback."""
    without_pandas()
    try:
        rendezvous(standalone_mode=True)
    except HouseError as error:
        click.secho(f"rendezvous: {error}", fg="red", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
