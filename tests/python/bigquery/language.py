"""GoogleSQL as BigQuery offers it: the analyzer's features, functions and options that BigQuery documents, no more.

The analyzer serves several products and knows more than any of them. What is not named here is refused, so that a
statement that passes is a statement BigQuery takes. Each group says what it stands for; a feature of which we are not
sure is left out until a model needs it and BigQuery's documentation has it.
"""

from __future__ import annotations

from zetasql.types import (
    AnalyzerOptions,
    LanguageFeature,
    LanguageOptions,
    ProductMode,
    ZetaSQLBuiltinFunctionOptions,
)
from zetasql.wasi._pb2.zetasql.public import builtin_function_pb2

FEATURES = {
    "grouping and windows": "ANALYTIC_FUNCTIONS QUALIFY GROUP_BY_ALL GROUP_BY_ROLLUP GROUPING_SETS GROUPING_BUILTIN",
    "clauses of a query": "TABLESAMPLE PIVOT UNPIVOT WITH_RECURSIVE WITH_ON_SUBQUERY SELECT_STAR_EXCEPT_REPLACE"
    " ALLOW_CONSECUTIVE_ON FOR_SYSTEM_TIME_AS_OF ORDER_BY_COLLATE NULLS_FIRST_LAST_IN_ORDER_BY",
    "clauses inside an aggregate": "ORDER_BY_IN_AGGREGATE LIMIT_IN_AGGREGATE HAVING_IN_AGGREGATE"
    " NULL_HANDLING_MODIFIER_IN_AGGREGATE NULL_HANDLING_MODIFIER_IN_ANALYTIC",
    "types": "NUMERIC_TYPE BIGNUMERIC_TYPE PARAMETERIZED_TYPES DECIMAL_ALIAS CIVIL_TIME INTERVAL_TYPE RANGE_TYPE"
    " GEOGRAPHY JSON_TYPE",
    "functions of JSON": "JSON_ARRAY_FUNCTIONS JSON_VALUE_EXTRACTION_FUNCTIONS JSON_LAX_VALUE_EXTRACTION_FUNCTIONS"
    " JSON_CONSTRUCTOR_FUNCTIONS JSON_MUTATOR_FUNCTIONS JSON_KEYS_FUNCTION",
    "functions of dates and text": "WEEK_WITH_WEEKDAY DATE_TIME_CONSTRUCTORS DATE_ARITHMETICS TIME_BUCKET_FUNCTIONS"
    " EXTENDED_DATE_TIME_SIGNATURES ADDITIONAL_STRING_FUNCTIONS ALLOW_REGEXP_EXTRACT_OPTIONALS CONCAT_MIXED_TYPES"
    " FORMAT_IN_CAST LIKE_ANY_SOME_ALL",
    "other expressions": "SAFE_FUNCTION_CALL NAMED_ARGUMENTS IS_DISTINCT BARE_ARRAY_ACCESS ROUND_WITH_ROUNDING_MODE"
    " CBRT_FUNCTIONS ENCRYPTION",
    "names": "ALLOW_DASHES_IN_TABLE_NAME",
    "what dbt writes to define tables": "CREATE_TABLE_PARTITION_BY CREATE_TABLE_CLUSTER_BY CREATE_TABLE_NOT_NULL"
    " CREATE_TABLE_FIELD_ANNOTATIONS CREATE_TABLE_AS_SELECT_COLUMN_LIST CREATE_VIEW_WITH_COLUMN_LIST"
    " COLUMN_DEFAULT_VALUE UNENFORCED_PRIMARY_KEYS FOREIGN_KEYS ALTER_COLUMN_SET_DATA_TYPE ALTER_TABLE_RENAME_COLUMN"
    " ALTER_VIEWS_ALTER_COLUMN_SET_OPTIONS",
    "what dbt writes to change tables": "DML_UPDATE_WITH_JOIN OMIT_INSERT_COLUMN_LIST",
    "functions of our own": "CREATE_TABLE_FUNCTION TABLE_VALUED_FUNCTIONS TEMPLATE_FUNCTIONS CREATE_AGGREGATE_FUNCTION"
    " FUNCTION_ARGUMENTS_WITH_DEFAULTS",
}

# On by default in the analyzer and not in BigQuery: lambdas, filters on aggregates, chained calls, lateral joins, array
# equality, group by array, match_recognize, measures and more. None is named above; tests/python/test_bigquery_analyzer
# plants some of them.

# Functions that no feature switches off and that BigQuery's function reference does not have.
NOT_IN_BIGQUERY = (
    "APPLY", "APPROX_COSINE_DISTANCE", "APPROX_DOT_PRODUCT", "APPROX_EUCLIDEAN_DISTANCE", "ARRAY_FILTER",
    "ARRAY_FIRST_N", "ARRAY_INCLUDES", "ARRAY_IS_DISTINCT", "ARRAY_LAST_N", "ARRAY_MAX", "ARRAY_MIN",
    "ARRAY_REMOVE_FIRST_N", "ARRAY_REMOVE_LAST_N", "ARRAY_TRANSFORM", "DOT_PRODUCT", "ELEMENTWISE_AVG",
    "ELEMENTWISE_SUM", "FLATTEN", "IFERROR", "ISERROR", "IS_FIRST", "IS_LAST", "L1_NORM", "L2_NORM",
    "MANHATTAN_DISTANCE", "NULLIFERROR", "REGEXP_EXTRACT_GROUPS", "SAFE_TO_JSON", "SPLIT_SUBSTR",
    "ST_NEAREST_NEIGHBORS", "TIMESTAMP_FROM_UNIX", "TO_SECONDS_INTERVAL", "ZSTD",
)  # fmt: skip

# The reviewed list: functions that BigQuery has and the analyzer does not know, by their signature. The body plays no
# part. Entries stand in BigQuery's function reference under the name given beside them.
ONLY_IN_BIGQUERY = (
    # "Search functions": contains_substr(expression, search_value_literal)
    "create function contains_substr(x string, y string) returns bool language js as ''",
)

# Options of OPTIONS(...) in BigQuery's reference of the data definition language, with their types.
OPTIONS = {
    "description": "STRING", "friendly_name": "STRING", "labels": "ARRAY<STRUCT<STRING, STRING>>",
    "expiration_timestamp": "TIMESTAMP", "partition_expiration_days": "DOUBLE", "require_partition_filter": "BOOL",
    "kms_key_name": "STRING", "default_table_expiration_days": "DOUBLE", "default_kms_key_name": "STRING",
    "max_time_travel_hours": "INT64", "location": "STRING", "policy_tags": "ARRAY<STRING>",
    "storage_billing_model": "STRING", "privacy_policy": "STRING", "tags": "ARRAY<STRUCT<STRING, STRING>>",
    "enable_refresh": "BOOL", "refresh_interval_minutes": "DOUBLE", "strict_mode": "BOOL",
    "data_governance_type": "STRING", "is_case_insensitive": "BOOL",
}  # fmt: skip


def language() -> LanguageOptions:
    """The features above, in the mode for products outside Google: no UINT64, no FLOAT32, no protos."""
    named = [name for group in FEATURES.values() for name in group.split()]
    options = LanguageOptions(product_mode=ProductMode.PRODUCT_EXTERNAL)
    options.enabled_language_features = [LanguageFeature[f"FEATURE_{name}"] for name in named]
    # Reserved in BigQuery, so that it may follow FROM; not reserved by default in the analyzer.
    options.reserved_keywords = ["QUALIFY"]
    return options


def functions() -> ZetaSQLBuiltinFunctionOptions:
    """The functions BigQuery has."""
    unknown = tuple(f"FN_{name}" for name in NOT_IN_BIGQUERY)
    ids = builtin_function_pb2.FunctionSignatureId
    excluded = [number for name, number in ids.items() if name.startswith(unknown)]
    return ZetaSQLBuiltinFunctionOptions(language_options=language(), exclude_function_ids=excluded)


def options() -> AnalyzerOptions:
    """How a statement is analysed."""
    return AnalyzerOptions(language_options=language(), default_timezone="UTC")
