"""Google's analyzer, fast enough to be asked for every statement of a project.

The package `zetasql` is a WebAssembly build of the analyzer behind a protocol of messages. Four things of it are too
slow or too small for a whole project, and are done here instead:

- its module is compiled on every start (40 s of CPU): wasmtime keeps the compiled form in its own cache, and of
  processes that start together one compiles and the others wait for it;
- it copies messages byte by byte: here, whole;
- it builds a catalog with all of BigQuery's functions for every statement: here, once for those that read the same;
- it turns every answer into Python objects, and gives up on trees deeper than 100 messages: of an answer only the kind
  of the statement, its name and its columns are read here, and the tree below is skipped.
"""

from __future__ import annotations

import ctypes
import fcntl
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import zetasql.core.wasm_client as wasm_client
from google.protobuf.message import Message
from language import ONLY_IN_BIGQUERY, OPTIONS, functions, options
from wasmtime import WasmtimeError
from zetasql.core import ZetaSqlLocalService
from zetasql.core.exceptions import ServerError
from zetasql.types import TypeKind
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2
from zetasql.wasi._pb2.zetasql.proto import function_pb2, simple_catalog_pb2
from zetasql.wasi._pb2.zetasql.public import parse_resume_location_pb2, simple_table_pb2, type_pb2

Type = type_pb2.TypeProto
Columns = list[tuple[str, Type]]

_SERVICE = "ZetaSqlLocalService_"
_KEPT = Path(__file__).resolve().parents[3] / "target" / "googlesql"
_CATALOGS = 40  # as many are kept for the statements to come
_NAMES = {
    "INTEGER": "INT64", "INT64": "INT64", "FLOAT": "DOUBLE", "FLOAT64": "DOUBLE", "BOOLEAN": "BOOL", "BOOL": "BOOL",
    "STRING": "STRING", "BYTES": "BYTES", "DATE": "DATE", "DATETIME": "DATETIME", "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP", "NUMERIC": "NUMERIC", "BIGNUMERIC": "BIGNUMERIC", "JSON": "JSON", "DOUBLE": "DOUBLE",
    "GEOGRAPHY": "GEOGRAPHY", "INTERVAL": "INTERVAL",
}  # fmt: skip


class RefusedError(Exception):
    """A statement BigQuery would refuse, in the analyzer's words with line and column."""


@dataclass(frozen=True)
class Statement:
    """What the analyzer found in one statement."""

    kind: str  # create_table_as_select, query, merge …
    text: str
    path: tuple[str, ...] = ()
    columns: Columns = field(default_factory=list)
    signature: Message | None = None


def type_named(name: str) -> Type:
    """The type of a name as BigQuery's DDL or API writes it: STRING, INT64, ARRAY<STRUCT<STRING, STRING>>."""
    name = name.strip().upper()
    if name.startswith("ARRAY<"):
        return array_of(type_named(name[6:-1]))
    if name.startswith("STRUCT<"):
        return struct_of([("", type_named(part)) for part in name[7:-1].split(",")])
    return Type(type_kind=TypeKind[f"TYPE_{_NAMES[name]}"])


def array_of(element: Type) -> Type:
    """ARRAY<element>."""
    return Type(type_kind=TypeKind.TYPE_ARRAY, array_type=type_pb2.ArrayTypeProto(element_type=element))


def struct_of(columns: Columns) -> Type:
    """STRUCT<name type, …>."""
    fields = [type_pb2.StructFieldProto(field_name=name, field_type=kind) for name, kind in columns]
    return Type(type_kind=TypeKind.TYPE_STRUCT, struct_type=type_pb2.StructTypeProto(field=fields))


def table_message(name: str, columns: Columns) -> Message:
    """A table as a catalog holds it. A leading underscore and capitals mark BigQuery's pseudo columns."""
    return simple_table_pb2.SimpleTableProto(
        name=name,
        column=[
            simple_table_pb2.SimpleColumnProto(
                name=column, type=kind, is_pseudo_column=column.startswith("_") and column.isupper()
            )
            for column, kind in columns
        ],
    )


class GoogleSql:
    """The analyzer. `analyze` takes a script and the tables and functions its names may mean."""

    def __init__(self) -> None:
        self._service = hasten().wasm_client
        self._options = options().to_proto()
        self._options.error_message_mode = 1  # one line, with line and column
        allowed = self._options.allowed_hints_and_options
        allowed.disallow_unknown_options = True
        for name, kind in OPTIONS.items():
            allowed.option.add(name=name, type=type_named(kind))
        self._builtin = functions().to_proto()
        self._catalogs: OrderedDict[tuple, tuple[int, list]] = OrderedDict()
        self._added: list[Message] = []
        for ddl in ONLY_IN_BIGQUERY:
            self._added.append(function_message(self.first(ddl)))

    def first(self, sql: str) -> Statement:
        """The first statement of a script that needs no tables."""
        return next(self.analyze(sql, {}))

    def analyze(
        self, sql: str, tables: dict[tuple[str, str], Message], project: str = "house", own: Iterable[Message] = ()
    ) -> Iterator[Statement]:
        """The statements of a script one after the other, since each may make what the next reads: `tables` and `own`
        are read anew for each. Raises RefusedError."""
        script, position = sql.encode(), 0
        while script[position:].strip(b"; \n\t"):
            request = local_service_pb2.AnalyzeRequest(
                options=self._options,
                registered_catalog_id=self._catalog(sql, tables, project, own),
                parse_resume_location=parse_resume_location_pb2.ParseResumeLocationProto(
                    input=sql, byte_position=position
                ),
            )
            try:
                answer = self._ask("Analyze", request)
            except ServerError as error:
                if _only_comments(script[position:].decode()):
                    return
                raise RefusedError(error.message) from None
            statement, end = _read(answer)
            yield Statement(text=script[position:end].decode(), **statement)
            position = end

    def _ask(self, method: str, request: Message) -> bytes:
        return self._service._call_grpc_method(_SERVICE + method, request.SerializeToString())

    def _catalog(self, sql: str, tables: dict, project: str, own: Iterable[Message]) -> int:
        """The number of a catalog with the tables that a script may mean: those it has the names of, since the nested
        exports are large."""
        meant = {key: table for key, table in tables.items() if key[1] in sql and key[0] in sql}
        # BigQuery takes a whole path between two backticks; to the analyzer that is one name.
        paths = [(path, key) for key in meant for path in (".".join(key), f"{project}.{'.'.join(key)}")
                 if f"`{path}`" in sql]  # fmt: skip
        own = [*self._added, *own]
        # By identity: a table or function that is made anew is another message. Kept with them, none is mistaken.
        same = (project, *((key, id(table)) for key, table in meant.items()), *paths, *map(id, own))
        if same not in self._catalogs:
            if len(self._catalogs) >= _CATALOGS:
                _, (oldest, _) = self._catalogs.popitem(last=False)
                self._ask("UnregisterCatalog", local_service_pb2.UnregisterRequest(registered_id=oldest))
            catalog = self._catalog_of(meant, paths, project, own)
            answer = self._ask("RegisterCatalog", local_service_pb2.RegisterCatalogRequest(simple_catalog=catalog))
            number = local_service_pb2.RegisterResponse.FromString(answer).registered_id
            self._catalogs[same] = number, [*meant.values(), *own]
        self._catalogs.move_to_end(same)
        return self._catalogs[same][0]

    def _catalog_of(self, tables: dict, paths: list, project: str, own: list[Message]) -> Message:
        """A catalog of tables, each as `dataset.table`, as `project.dataset.table` and as the paths given."""
        catalog = simple_catalog_pb2.SimpleCatalogProto(name="bigquery", builtin_function_options=self._builtin)
        catalog.custom_function.extend(own)
        datasets: dict[str, Message] = {}
        for (dataset, _), table in tables.items():
            datasets.setdefault(dataset, simple_catalog_pb2.SimpleCatalogProto(name=dataset)).table.append(table)
        for path, key in paths:
            catalog.table.append(tables[key])
            catalog.table[-1].name = path
        whole = simple_catalog_pb2.SimpleCatalogProto(name=project, catalog=datasets.values())
        catalog.catalog.extend([whole, *datasets.values()])
        return catalog


def function_message(statement: Statement) -> Message:
    """A function as a catalog holds it, of the statement that created it."""
    return function_pb2.FunctionProto(
        name_path=list(statement.path), group="bigquery", mode=1, signature=[statement.signature]
    )


def hasten() -> ZetaSqlLocalService:
    """The package's service, compiled once for all processes, its messages copied whole; see the module's words."""

    class Cached(wasm_client.Config):
        def __init__(self) -> None:
            super().__init__()
            try:
                self.cache = True
            except WasmtimeError:  # a home that cannot be written to
                # A folder to itself: wasmtime takes away what it finds there and does not know.
                (_KEPT / "cache.toml").write_text(f'[cache]\ndirectory = "{_KEPT / "modules"}"\n')
                self.cache = str(_KEPT / "cache.toml")

    def address(client) -> int:
        return ctypes.addressof(client.memory.data_ptr().contents)

    wasm_client.Config = Cached
    wasm_client.WasmClient.write_bytes = lambda client, at, data: ctypes.memmove(address(client) + at, data, len(data))
    wasm_client.WasmClient.read_bytes = lambda client, at, size: ctypes.string_at(address(client) + at, size)
    _KEPT.mkdir(parents=True, exist_ok=True)
    with open(_KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return ZetaSqlLocalService.get_instance()


def _only_comments(sql: str) -> bool:
    lines = (line.strip() for line in sql.splitlines())
    return all(not line or line.startswith("--") or line == ";" for line in lines)


# -- reading an answer without reading its tree


def _read(answer: bytes) -> tuple[dict, int]:
    parts = dict(_parts(answer))
    descriptor = local_service_pb2.AnalyzeResponse.DESCRIPTOR.fields_by_name["resolved_statement"].message_type
    message, kind = parts[1], ""
    # A statement stands inside one or more messages "any statement of this kind".
    while descriptor.name.startswith("Any"):
        number, inner = next(_parts(message))
        chosen = descriptor.fields_by_number[number]
        message, descriptor, kind = inner, chosen.message_type, chosen.name
    flat = b"".join(
        raw for number, raw in _raw_parts(message)
        if "Scan" not in _name_of_type(descriptor, number) and "Expr" not in _name_of_type(descriptor, number)
    )
    found = {"kind": kind.removeprefix("resolved_").removesuffix("_node").removesuffix("_stmt")}
    if found["kind"] in ("create_table", "create_table_as_select", "create_view", "query", "create_function", "drop"):
        found |= _details(descriptor._concrete_class.FromString(flat))
    return found, parts[2]


def _details(statement: Message) -> dict:
    names = {name.name for name in statement.DESCRIPTOR.fields}
    found: dict = {}
    if "output_column_list" in names:
        found["columns"] = [(c.name, c.column.type) for c in statement.output_column_list]
    if "signature" in names:
        found["signature"] = statement.signature
    base = statement
    while base is not None:
        names = {name.name for name in base.DESCRIPTOR.fields}
        if "name_path" in names:
            found["path"] = tuple(base.name_path)
        if "column_definition_list" in names and not found.get("columns"):
            found["columns"] = [(c.name, c.type) for c in base.column_definition_list]
        base = base.parent if "parent" in names else None
    return found


def _name_of_type(descriptor, number: int) -> str:
    found = descriptor.fields_by_number.get(number)
    return found.message_type.name if found is not None and found.message_type is not None else ""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _spans(data: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Field number, wire type, start of the field, start and end of its value, for each field of a message."""
    at = 0
    while at < len(data):
        start = at
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            begin, (_, at) = at, _varint(data, at)
        elif wire == 2:
            length, begin = _varint(data, at)
            at = begin + length
        else:
            begin, at = at, at + (8 if wire == 1 else 4)
        yield number, wire, start, begin, at


def _parts(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    for number, wire, _, begin, end in _spans(data):
        yield number, _varint(data, begin)[0] if wire == 0 else data[begin:end]


def _raw_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    for number, _, start, _, end in _spans(data):
        yield number, data[start:end]
