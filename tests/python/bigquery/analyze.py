"""Sends all that dbt would send to BigQuery to Google's analyzer; writes what it found into found.json.

Usage: python analyze.py <project folder> <folder for found.json, target and logs> [--first-build-only]

Three builds, one after the other over the same catalog: the first with models, seeds, data tests and hooks, then the
unit tests (after the models, whose columns they have) and the analyses; the second of the incremental models with two
days to build, as a later day finds them; the third of the same with --full-refresh. What is written: Analysis.found.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import json
import os
from collections import Counter
from pathlib import Path

import dbt.adapters.bigquery.connections as connections
from analyzer_client import AnalyzerClient, Refusal, Sent
from catalog import lay_out
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from googlesql import RefusedError

from rendezvous import lighter_dbt

HERE = Path(__file__).parent

# A deployment in which every control is set, so that what it adds is analysed too.
ENVIRONMENT = {
    "RENDEZVOUS_BQ_PROJECT": "house",
    "RENDEZVOUS_BQ_KMS_KEY": "projects/house/locations/eu/keyRings/house/cryptoKeys/tables",
    "RENDEZVOUS_BQ_MART_READERS": "group:stewards@house.example",
    "RENDEZVOUS_BQ_ADVISORS": "group:boutiques@house.example",
    "RENDEZVOUS_BQ_PRIVACY_OFFICERS": "group:privacy@house.example",
    "RENDEZVOUS_BQ_BI_READERS": "group:bi@house.example,serviceAccount:bi@house.example",
}
VARIABLES = {
    "bigquery_policy_tags": {"contact": "projects/house/locations/eu/taxonomies/1/policyTags/2"},
    "bigquery_build_account": "serviceAccount:build@house.example",
    "bigquery_boutiques": [{"store_id": "PAR01", "members": ["group:par01@house.example"]}],
    "bigquery_web_retention_days": 400,
}
# The answer to "which days, and are they all?"
ASKS_FOR_DAYS = "is_whole_build from staging.days_to_build"
DAYS = ("2024-05-28", "2024-05-29")


class Analysis:
    """The builds of one project against one catalog."""

    def __init__(self, project: str, folder: str) -> None:
        self.client = lay_out(AnalyzerClient())
        # What dbt asks on the way: components come to rest after one round, and have links enough to be kept.
        self.client.answers["as unrest"] = itertools.cycle([[(1,)], [(0,)]])
        self.client.answers["as ambiguous"] = [(0,)]
        self.client.answers["as links from"] = [(1_000_000,)]
        self.client.answers[ASKS_FOR_DAYS] = [(day, True) for day in DAYS]
        connections.create_bigquery_client = lambda credentials: self.client
        os.environ.update(ENVIRONMENT)
        self.options = ["--quiet", "--no-use-colors", "--vars", json.dumps(VARIABLES)]
        self.options += ["--project-dir", project, "--profiles-dir", str(HERE)]
        self.options += ["--target-path", f"{folder}/target", "--log-path", f"{folder}/logs"]
        self.results: list = []
        self.failed: list[str] = []
        self.of_later_day: list[Sent] = []
        self.of_later_components: list[Sent] = []
        parsed = dbtRunner().invoke(["parse", *self.options])
        if parsed.exception:
            raise SystemExit(f"dbt parse: {parsed.exception}")
        self.manifest: Manifest = parsed.result
        for test in self.manifest.unit_tests.values():
            model = self.manifest.nodes[test.depends_on.nodes[0]]
            self.client.tested[test.unique_id] = (model.schema, model.name)
        self.saved = (Path(folder) / "target" / "partial_parse.msgpack").read_bytes()

    def run(self, *arguments: str) -> list:
        """One dbt command with the manifest that was parsed once; its results."""
        manifest = Manifest.from_msgpack(self.saved)
        manifest.build_flat_graph()
        done = dbtRunner(manifest=manifest).invoke([*arguments, *self.options])
        results = list(getattr(done.result, "results", None) or [])
        self.results += results
        self.failed += [result.node.name for result in results if result.status in ("error", "fail", "skipped")]
        self.failed += [str(done.exception)] if done.exception else []
        return results

    def analyses(self) -> None:
        """The analyses, which dbt compiles and leaves to people to send."""
        for result in self.run("compile", "--select", "resource_type:analysis"):
            with contextlib.suppress(RefusedError):
                self.client.analyze(result.node.compiled_code, node=result.node.unique_id)

    def later_day(self) -> None:
        """The incremental models once more, as a later day finds them; then whole, over the tables that are there."""
        before = len(self.client.sent)
        self.client.answers[ASKS_FOR_DAYS] = [(day, False) for day in DAYS]
        self.run("run", "--select", "config.materialized:incremental")
        self.of_later_day = self.client.sent[before:]
        self.client.answers[ASKS_FOR_DAYS] = [(day, True) for day in DAYS]
        self.run("run", "--full-refresh", "--select", "config.materialized:incremental")

    def later_components(self) -> None:
        """The components once more, as a run finds them that changes a few: it counts given, changed and kept links."""
        self.client.answers["as kept_components"] = [(1,)]
        self.client.answers["as links from"] = itertools.cycle([[(1_000_000,)], [(10,)], [(1_000_000,)]])
        before = len(self.client.sent)
        self.run("run", "--select", "config.materialized:connected_components")
        self.of_later_components = self.client.sent[before:]

    def found(self) -> dict:
        """`statements` by kind; `nodes` by resource of which at least one statement was analysed, `manifest` all of
        them, `unchecked` the difference; `errors` with file and line; `failed` nodes; `incremental` the statements of
        the later day by model; `components` how many bring components up to date, by kind; `partitioned` the partition
        column of each table that has one; `columns` of each table and view; `views` the query of each view; `guarded`
        every statement on a table that is not to be read without its days; `tagged` the columns with a policy tag."""
        everything = [*self.manifest.nodes.values(), *self.manifest.unit_tests.values()]
        everything += self.manifest.functions.values()
        # The hooks of the run are macros that send by themselves; they have a node without SQL. An ephemeral model
        # stands inside the statements of its readers.
        expected = [
            node for node in everything
            if node.resource_type != "operation" and getattr(node.config, "materialized", "") != "ephemeral"
        ]  # fmt: skip
        sending = {sent.node for sent in self.client.sent}
        models = [node for node in expected if node.resource_type == "model"]
        return {
            "statements": Counter(sent.kind for sent in self.client.sent),
            "manifest": Counter(node.resource_type.value for node in expected),
            "nodes": Counter(node.resource_type.value for node in expected if node.unique_id in sending),
            "unchecked": sorted({node.unique_id for node in expected} - sending | self.client.put_off.keys()),
            "errors": [self.located(refusal) for refusal in self.client.refused],
            "failed": self.failed,
            "by_day_models": sum(node.config.materialized == "incremental" for node in models),
            "incremental": self.incremental(),
            "components": Counter(sent.kind for sent in self.of_later_components if sent.node.startswith("model.")),
            "partitioned": {
                f"{node.schema}.{node.name}": node.config.extra["partition_by"]["field"]
                for node in models
                if node.config.extra.get("partition_by")
            },
            "guarded": self.guarded(models),
            "tagged": {".".join(table): sorted(names) for table, names in self.client.tagged.items()},
            "columns": {f"{d}.{t}": [name for name, _ in columns] for (d, t), columns in self.client.tables.items()
                        if columns},
            "views": {
                f"{result.node.schema}.{result.node.name}": result.node.compiled_code
                for result in self.results
                if result.node.resource_type == "model" and result.node.config.materialized == "view"
            },
        }

    def guarded(self, models: list) -> dict[str, list[str]]:
        """Statements by table with require_partition_filter, if they name it."""
        names = [node.name for node in models if node.config.extra.get("require_partition_filter")]
        return {name: [sent.sql for sent in self.client.sent if f"`{name}`" in sent.sql] for name in names}

    def incremental(self) -> dict[str, list[str]]:
        """Statements of the later day by model."""
        statements: dict[str, list[str]] = {}
        for sent in self.of_later_day:
            if sent.node.startswith("model."):
                statements.setdefault(sent.node.split(".")[-1], []).append(sent.sql)
        return statements

    def located(self, refusal: Refusal) -> str:
        """`file:line: words`, the line being that of the compiled SQL, and the line itself."""
        words, _, at = refusal.words.partition(" [at ")
        line = int(at.split(":")[0]) if at else 1
        lines = refusal.sql.splitlines()
        shown = lines[line - 1].strip() if line <= len(lines) else ""
        node = next((r.node for r in self.results if r.node.unique_id == refusal.node), None)
        if node is None:
            return f"{refusal.node or 'a hook of the run'}:{line}: {words}\n    {shown}"
        compiled = getattr(node, "compiled_code", None) or ""
        before = refusal.sql.find(compiled.strip()) if compiled else -1
        if before >= 0:
            line -= refusal.sql.count("\n", 0, before)
        return f"{node.original_file_path}:{line}: {words}\n    {shown}"


def main() -> None:
    """See the module's words."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project")
    parser.add_argument("folder")
    parser.add_argument("--first-build-only", action="store_true")
    given = parser.parse_args()
    lighter_dbt.lighten()
    gc.disable()  # going through the objects of manifests, which stay, takes a fourteenth; without it 2 GB are used
    analysis = Analysis(given.project, given.folder)
    analysis.run("build", "--exclude-resource-type", "unit_test")
    analysis.run("test", "--select", "test_type:unit")
    if not given.first_build_only:
        analysis.analyses()
        analysis.later_day()
        analysis.later_components()
    (Path(given.folder) / "found.json").write_text(json.dumps(analysis.found()), encoding="utf-8")


if __name__ == "__main__":
    main()
