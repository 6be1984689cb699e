"""What is known of data-frame libraries, as data: extend these tables to teach the rules a library.

Names are qualified as in the libraries' own documentation. A reader counts only where it always returns a
frame; the arguments that make it return something else stand in `UNLESS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FRAME_TYPES = frozenset(
    {
        "cudf.DataFrame",
        "cudf.Series",
        "dask.dataframe.DataFrame",
        "dask.dataframe.Series",
        "geopandas.GeoDataFrame",
        "geopandas.GeoSeries",
        "modin.pandas.DataFrame",
        "modin.pandas.Series",
        "pandas.DataFrame",
        "pandas.Series",
        "polars.DataFrame",
        "polars.LazyFrame",
        "polars.Series",
        "pyarrow.RecordBatch",
        "pyarrow.Table",
        "pyspark.pandas.DataFrame",
        "pyspark.pandas.Series",
        "pyspark.sql.DataFrame",
    }
)
"""Types whose values only load where their library is installed."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "dask.dataframe.core.DataFrame": "dask.dataframe.DataFrame",
        "dask.dataframe.core.Series": "dask.dataframe.Series",
        "pandas.core.api.DataFrame": "pandas.DataFrame",
        "pandas.core.frame.DataFrame": "pandas.DataFrame",
        "pandas.core.series.Series": "pandas.Series",
        "polars.dataframe.DataFrame": "polars.DataFrame",
        "pyspark.sql.dataframe.DataFrame": "pyspark.sql.DataFrame",
    }
)
"""Other names of the same types."""

_PANDAS_LIKE = ("cudf", "dask.dataframe", "modin.pandas", "pandas", "pyspark.pandas")

_PANDAS_READERS = {
    "read_csv": "DataFrame",
    "read_excel": "DataFrame",
    "read_feather": "DataFrame",
    "read_fwf": "DataFrame",
    "read_json": "DataFrame",
    "read_orc": "DataFrame",
    "read_parquet": "DataFrame",
    "read_sas": "DataFrame",
    "read_sql": "DataFrame",
    "read_sql_query": "DataFrame",
    "read_sql_table": "DataFrame",
    "read_stata": "DataFrame",
    "read_table": "DataFrame",
    "read_xml": "DataFrame",
    "concat": "DataFrame",
    "crosstab": "DataFrame",
    "json_normalize": "DataFrame",
    "melt": "DataFrame",
    "merge": "DataFrame",
    "merge_asof": "DataFrame",
    "pivot": "DataFrame",
    "pivot_table": "DataFrame",
    "get_dummies": "DataFrame",
    "DataFrame.from_dict": "DataFrame",
    "DataFrame.from_records": "DataFrame",
}

_OTHER_READERS = {
    "dask.dataframe.from_pandas": "dask.dataframe.DataFrame",
    "geopandas.read_file": "geopandas.GeoDataFrame",
    "geopandas.read_parquet": "geopandas.GeoDataFrame",
    "polars.concat": "polars.DataFrame",
    "polars.from_arrow": "polars.DataFrame",
    "polars.from_dict": "polars.DataFrame",
    "polars.from_dicts": "polars.DataFrame",
    "polars.from_records": "polars.DataFrame",
    "polars.read_avro": "polars.DataFrame",
    "polars.read_csv": "polars.DataFrame",
    "polars.read_database": "polars.DataFrame",
    "polars.read_ipc": "polars.DataFrame",
    "polars.read_json": "polars.DataFrame",
    "polars.read_ndjson": "polars.DataFrame",
    "polars.read_parquet": "polars.DataFrame",
    "polars.scan_csv": "polars.LazyFrame",
    "polars.scan_ipc": "polars.LazyFrame",
    "polars.scan_ndjson": "polars.LazyFrame",
    "polars.scan_parquet": "polars.LazyFrame",
    "pyarrow.Table.from_pandas": "pyarrow.Table",
    "pyarrow.Table.from_pydict": "pyarrow.Table",
    "pyarrow.Table.from_pylist": "pyarrow.Table",
    "pyarrow.concat_tables": "pyarrow.Table",
    "pyarrow.csv.read_csv": "pyarrow.Table",
    "pyarrow.feather.read_table": "pyarrow.Table",
    "pyarrow.json.read_json": "pyarrow.Table",
    "pyarrow.parquet.read_table": "pyarrow.Table",
    "pyarrow.table": "pyarrow.Table",
}

RETURNS: Mapping[str, str] = MappingProxyType(
    {
        **{
            f"{lib}.{name}": f"{lib}.{kind}" for lib in _PANDAS_LIKE for name, kind in _PANDAS_READERS.items()
        },
        **_OTHER_READERS,
        **{name: name for name in FRAME_TYPES},
    }
)
"""Functions and constructors with the type they return."""

UNLESS = frozenset({"chunksize", "iterator", "sheet_name", "inplace", "typ", "eager"})
"""Keyword arguments that make a function return something else than `RETURNS` says."""

_FRAME_METHODS = frozenset(
    {
        "abs", "add_prefix", "add_suffix", "assign", "astype", "bfill", "clip", "convert_dtypes", "copy",
        "corr", "cummax", "cummin", "cumprod", "cumsum", "describe", "diff", "drop", "drop_duplicates",
        "dropna", "duplicated", "explode", "ffill", "fillna", "filter", "head", "infer_objects",
        "interpolate", "isin", "isna", "isnull", "join", "mask", "melt", "merge", "nlargest", "notna",
        "notnull", "nsmallest", "pct_change", "pivot", "pivot_table", "query", "rank", "reindex", "rename",
        "replace", "reset_index", "round", "sample", "select_dtypes", "set_index", "shift", "sort_index",
        "sort_values", "tail", "to_frame", "transpose", "where",
    }
)  # fmt: skip
_POLARS_METHODS = frozenset(
    {
        "clone", "drop", "drop_nulls", "explode", "fill_null", "filter", "head", "join", "limit", "rename",
        "reverse", "sample", "select", "slice", "sort", "tail", "unique", "unnest", "vstack",
        "with_columns",
    }
)  # fmt: skip
_SPARK_METHODS = frozenset(
    {
        "distinct", "drop", "dropna", "fillna", "filter", "join", "limit", "orderBy", "sample", "select",
        "sort", "union", "where", "withColumn", "withColumnRenamed",
    }
)  # fmt: skip
_ARROW_METHODS = frozenset({"drop_columns", "filter", "rename_columns", "select", "slice", "sort_by", "take"})

_METHODS = {
    "cudf": _FRAME_METHODS,
    "dask": _FRAME_METHODS,
    "geopandas": _FRAME_METHODS,
    "modin": _FRAME_METHODS,
    "pandas": _FRAME_METHODS,
    "polars": _POLARS_METHODS,
    "pyarrow": _ARROW_METHODS,
}

_NUMBER_OF_SERIES = {"corr"}
"""Methods that give a frame on a frame and a number on a series."""

_CONVERSIONS = {
    **{(library, "to_frame"): f"{library}.DataFrame" for library in ("cudf", "pandas")},
    ("polars", "collect"): "polars.DataFrame",
    ("polars", "lazy"): "polars.LazyFrame",
    ("polars", "to_arrow"): "pyarrow.Table",
    ("polars", "to_pandas"): "pandas.DataFrame",
    ("pyarrow", "to_pandas"): "pandas.DataFrame",
    ("pyspark", "toPandas"): "pandas.DataFrame",
    ("dask", "compute"): "pandas.DataFrame",
    ("modin", "to_pandas"): "pandas.DataFrame",
}


def returned_by_method(frame: str, method: str) -> str | None:
    """The type that a frame's method returns, None where it is no frame or depends on the call."""
    library = frame.partition(".")[0]
    if (library, method) in _CONVERSIONS:
        return _CONVERSIONS[library, method]
    if frame.endswith("Series") and method in _NUMBER_OF_SERIES:
        return None
    known = _SPARK_METHODS if frame == "pyspark.sql.DataFrame" else _METHODS.get(library, _FRAME_METHODS)
    return frame if method in known else None
