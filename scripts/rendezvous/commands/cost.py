"""`rendezvous cost`: what a build, a day and a brief cost on BigQuery, before anything is spent."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from rendezvous import PROJECT, HouseError
from rendezvous.commands import brief
from rendezvous.costs import USD_PER_TIB, Cost, Estimate, House, dry_runs, price
from rendezvous.database import connect as open_database

_SHOWN = 10
_NAME = 50


@click.command()
@click.option("--target", type=click.Choice(["local", "bigquery"]), default="local", show_default=True,
              help="local: estimated from the last DuckDB build. bigquery: asked of BigQuery by dry run, for nothing.")
@click.option("--usd-per-tib", type=click.FloatRange(0), default=USD_PER_TIB, show_default=True,
              help="Your price on demand.")
@click.option("--all", "is_whole", is_flag=True, help="Every model and test, not the dearest alone.")
@click.option("--compiled", type=click.Path(path_type=Path, exists=True), metavar="FOLDER",
              help="A target folder with the project compiled in it; without it, dbt compile is run.")  # fmt: skip
def command(target: str, usd_per_tib: float, is_whole: bool, compiled: Path | None) -> None:
    """Print bytes and price of each model and test, of a first build, of a day and of one brief.

    Prices are those of on-demand billing, without the free tier. Offline, the bytes are those of a DuckDB
    build of the same house; nested columns are counted whole, caches and clustering not at all.
    """
    with _manifest(target, compiled) as manifest:
        tell = _offline if target == "local" else _asked
        click.echo("\n".join(tell(manifest, usd_per_tib, is_whole)))


@contextmanager
def _manifest(target: str, compiled: Path | None) -> Iterator[dict]:
    if compiled:
        yield _read(compiled)
        return
    with tempfile.TemporaryDirectory() as folder:
        dbt = Path(sys.executable).with_name("dbt")
        arguments = ["compile", "--quiet", "--target", target, "--target-path", folder, "--log-path", folder]
        done = subprocess.run([str(dbt), *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise HouseError(f"dbt compile --target {target} failed:\n{done.stdout[-2000:]}")
        yield _read(Path(folder))


def _read(folder: Path) -> dict:
    path = folder / "manifest.json"
    if not path.is_file():
        raise HouseError(f"{path} does not exist: name the target folder of a dbt compile or dbt build.")
    return json.loads(path.read_text(encoding="utf-8"))


def _offline(manifest: dict, usd_per_tib: float, is_whole: bool) -> list[str]:
    path = brief.database()
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first; sizes are measured in it.")
    with open_database(path, read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")  # it would be drawn over the answer
        house = House(connection, manifest)
        first, day = house.estimate(later_day=False), house.estimate(later_day=True)
        one_brief = _brief(house)
    parts = {
        "first build, models": first.total("model"),
        "first build, tests": first.total("test"),
        "one changed day, models": day.total("model"),
        "one changed day, tests": day.total("test"),
        "one brief": one_brief.total(),
    }
    head = f"On BigQuery this house would cost, estimated from {path.name}:"
    return [head, *_table(parts, usd_per_tib), "", *_nodes(day, usd_per_tib, is_whole, "on a changed day")]


def _brief(house: House) -> Estimate:
    profile = f"{brief.PROFILE} where appointment_id = 'a'"
    return Estimate([house.statement("profile", profile), house.statement("items", brief.ITEMS)])


def _asked(manifest: dict, usd_per_tib: float, is_whole: bool) -> list[str]:
    try:
        from google.cloud import bigquery

        from rendezvous.bigquery.connection import connect
    except ImportError as error:
        raise HouseError(f"--target bigquery needs BigQuery's client, which is not installed here ({error}).") from None

    asked = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False)
    nodes = [node for node in manifest["nodes"].values() if node.get("compiled_code")]
    chosen = [node for node in nodes if node["resource_type"] in ("model", "test")]
    estimate = Estimate()
    for answer in dry_runs(connect("bigquery"), chosen, asked):
        if isinstance(answer, Cost):
            estimate.costs.append(answer)
        else:
            estimate.not_told.append(answer)
    parts = {"models": estimate.total("model"), "tests": estimate.total("test")}
    head = "By dry run, what dbt would send now:"
    return [head, *_table(parts, usd_per_tib), "", *_nodes(estimate, usd_per_tib, is_whole, "now")]


def _table(parts: dict[str, tuple[int, int]], usd_per_tib: float) -> list[str]:
    lines = [f"  {'':<{_NAME}}{'read':>12}{'billed':>12}{'USD':>12}"]
    for name, (processed, billed) in parts.items():
        usd = price(billed, usd_per_tib)
        shown = name if len(name) < _NAME else name[: _NAME - 2] + "…"
        lines.append(f"  {shown:<{_NAME}}{_bytes(processed):>12}{_bytes(billed):>12}{usd:>12.6f}")
    return lines


def _nodes(estimate: Estimate, usd_per_tib: float, is_whole: bool, when: str) -> list[str]:
    lines = []
    for kind in ("model", "test"):
        costs = sorted((c for c in estimate.costs if c.kind == kind), key=lambda cost: (-cost.processed, cost.name))
        shown = costs if is_whole else costs[:_SHOWN]
        lines.append(f"{len(costs)} {kind}s {when}" + (":" if is_whole else f", the {len(shown)} that read most:"))
        lines += _table({cost.name: (cost.processed, cost.billed) for cost in shown}, usd_per_tib)[1:]
    if estimate.not_told:
        lines.append(f"Not told of {len(estimate.not_told)}:")
        lines += [f"  {line.splitlines()[0]}" for line in estimate.not_told[: None if is_whole else _SHOWN]]
    return lines


def _bytes(size: int) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.2f} TiB"
