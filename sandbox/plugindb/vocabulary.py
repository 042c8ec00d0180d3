"""Stage: validation. The words of SQL that plugins may use: types, functions, and parts of statements.

All three are lists of what is allowed, so that nothing is let through for not having been thought of. Functions are
those that compute from their arguments. Left out are those that read or change a session, the server or its files, that
wait, lock or notify, that run text as SQL, and that make much out of little (`repeat`, `lpad`, `format`).
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# As the parser names them: `integer` is `int4`.
TYPES: Final = _words(
    """
    bool int2 int4 int8 numeric float4 float8 text varchar bpchar uuid json jsonb bytea
    date time timetz timestamp timestamptz interval
    """
)
# Of columns only: a whole number that counts by itself.
SERIAL_TYPES: Final = {"smallserial": "int2", "serial": "int4", "bigserial": "int8"}
# Types of a column that can say whose a row is.
USER_TYPES: Final = frozenset({"text", "varchar", "uuid"})

FUNCTIONS: Final = _words(
    """
    abs ceil ceiling div exp floor greatest least ln log log10 mod pi power round sign sqrt trunc random width_bucket
    gcd lcm cbrt degrees radians sin cos tan asin acos atan atan2

    ascii bit_length btrim char_length character_length chr concat concat_ws initcap left length like_escape lower
    ltrim md5 normalize octet_length overlay position regexp_count regexp_instr regexp_like regexp_match regexp_matches
    regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr replace reverse right rtrim
    similar_to_escape
    split_part starts_with string_to_array string_to_table strpos substr substring to_hex translate trim upper
    quote_literal quote_nullable unistr encode decode sha256 sha512

    age clock_timestamp date_bin date_part date_trunc extract isfinite justify_days justify_hours justify_interval
    make_date make_interval make_time make_timestamp make_timestamptz now overlaps statement_timestamp timezone to_char
    to_date to_number to_timestamp transaction_timestamp

    gen_random_uuid uuidv4 uuidv7 current_setting

    array_agg array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions
    array_prepend array_remove array_replace array_to_json array_to_string array_upper cardinality trim_array unnest

    json_agg json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each
    json_each_text json_extract_path json_extract_path_text json_object json_object_agg json_object_keys
    json_strip_nulls
    json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
    jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
    jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
    jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_typeof row_to_json to_json to_jsonb

    avg bit_and bit_or bool_and bool_or corr count covar_pop covar_samp every max min mode percentile_cont
    percentile_disc regr_slope stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance

    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number

    generate_series num_nonnulls num_nulls nullif coalesce
    """
)
# What `current_setting` may be asked for.
SETTINGS: Final = frozenset({"app.user_id", "app.plugin_id"})
# Columns of every table that tell of the server.
SYSTEM_COLUMNS: Final = frozenset({"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"})

# Messages of the parser's tree. What constants and expressions consist of, in columns' texts as well:
EXPRESSIONS: Final = _words(
    """
    Node List String Integer Float Boolean A_Const A_Expr A_ArrayExpr BoolExpr NullTest BooleanTest CaseExpr CaseWhen
    CoalesceExpr MinMaxExpr RowExpr FuncCall NamedArgExpr TypeCast TypeName SQLValueFunction ColumnRef A_Indirection
    A_Indices
    """
)
# And what else a statement has.
STATEMENTS: Final = EXPRESSIONS | _words(
    """
    SelectStmt InsertStmt UpdateStmt DeleteStmt WithClause CommonTableExpr ResTarget MultiAssignRef SetToDefault
    RangeVar Alias RangeSubselect RangeFunction JoinExpr SubLink ParamRef A_Star SortBy WindowDef GroupingSet
    GroupingFunc
    LockingClause OnConflictClause InferClause IndexElem ReturningClause ReturningOption CTESearchClause CTECycleClause
    """
)
