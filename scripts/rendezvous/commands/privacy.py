"""`rendezvous privacy`: what a privacy officer does. Each action is a module `do_…` of `rendezvous.privacy`."""

from __future__ import annotations

import importlib
import pkgutil

import click

from rendezvous import privacy


class _Actions(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        names = sorted(module.name for module in pkgutil.iter_modules(privacy.__path__))
        return [name.removeprefix("do_").replace("_", "-") for name in names if name.startswith("do_")]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"rendezvous.privacy.do_{name.replace('-', '_')}").command


@click.group(cls=_Actions)
def command() -> None:
    """What people allow: carry it to the systems that do not know it yet."""
