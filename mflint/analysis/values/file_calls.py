"""Functions that write or read a file, as data: extend these tables to teach the rules a library.

A place is the position of the path among the positional arguments and the keywords that it may be given by.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class PathArgument(NamedTuple):
    """Where a call takes its path."""

    position: int
    keywords: tuple[str, ...] = ()


_FIRST = PathArgument(0, ("path", "file", "filename", "fname", "path_or_buf", "excel_writer", "buf"))
_READ = PathArgument(0, ("filepath_or_buffer", "path", "path_or_buf", "io", "source"))
_SECOND = PathArgument(1, ("f", "filename", "path", "dst"))

OPENERS: frozenset[str] = frozenset(
    {"builtins.open", "bz2.open", "codecs.open", "gzip.open", "io.open", "lzma.open"}
)
"""Functions that write or read by their mode, the second argument."""

WRITERS: Mapping[str, PathArgument] = MappingProxyType(
    {
        "cv2.imwrite": _FIRST,
        "joblib.dump": _SECOND,
        "numpy.save": _FIRST,
        "numpy.savetxt": _FIRST,
        "numpy.savez": _FIRST,
        "numpy.savez_compressed": _FIRST,
        "pyarrow.feather.write_feather": PathArgument(1, ("dest",)),
        "pyarrow.parquet.write_table": PathArgument(1, ("where",)),
        "shutil.copy": PathArgument(1, ("dst",)),
        "shutil.copy2": PathArgument(1, ("dst",)),
        "shutil.copyfile": PathArgument(1, ("dst",)),
        "shutil.move": PathArgument(1, ("dst",)),
        "skimage.io.imsave": _FIRST,
        "torch.save": PathArgument(1, ("f",)),
    }
)

READERS: Mapping[str, PathArgument] = MappingProxyType(
    {
        "PIL.Image.open": PathArgument(0, ("fp",)),
        "cv2.imread": _FIRST,
        "joblib.load": _FIRST,
        "keras.models.load_model": PathArgument(0, ("filepath",)),
        "numpy.genfromtxt": _FIRST,
        "numpy.load": _FIRST,
        "numpy.loadtxt": _FIRST,
        "pyarrow.csv.read_csv": PathArgument(0, ("input_file",)),
        "pyarrow.feather.read_table": PathArgument(0, ("source",)),
        "pyarrow.parquet.read_table": PathArgument(0, ("source",)),
        "shutil.copy": PathArgument(0, ("src",)),
        "shutil.copy2": PathArgument(0, ("src",)),
        "shutil.copyfile": PathArgument(0, ("src",)),
        "shutil.move": PathArgument(0, ("src",)),
        "skimage.io.imread": _FIRST,
        "tensorflow.keras.models.load_model": PathArgument(0, ("filepath",)),
        "torch.load": PathArgument(0, ("f",)),
        **{
            f"{library}.read_{kind}": _READ
            for library in ("cudf", "dask.dataframe", "geopandas", "modin.pandas", "pandas", "polars")
            for kind in (
                "csv", "excel", "feather", "file", "fwf", "hdf", "ipc", "json", "orc", "parquet", "pickle",
                "stata", "table", "xml",
            )
        },
    }
)  # fmt: skip

WRITING_METHODS: Mapping[str, PathArgument] = MappingProxyType(
    {
        "save_model": _FIRST,
        "savefig": _FIRST,
        "sink_csv": _FIRST,
        "sink_parquet": _FIRST,
        "to_csv": _FIRST,
        "to_excel": _FIRST,
        "to_feather": _FIRST,
        "to_hdf": _FIRST,
        "to_json": _FIRST,
        "to_orc": _FIRST,
        "to_parquet": _FIRST,
        "to_pickle": _FIRST,
        "to_stata": _FIRST,
        "to_xml": _FIRST,
        "write_csv": PathArgument(0, ("file",)),
        "write_html": PathArgument(0, ("file",)),
        "write_image": PathArgument(0, ("file",)),
        "write_ipc": PathArgument(0, ("file",)),
        "write_json": PathArgument(0, ("file",)),
        "write_parquet": PathArgument(0, ("file",)),
    }
)
"""Methods that write to a path, whatever object they belong to."""

READING_METHODS: Mapping[str, PathArgument] = MappingProxyType({"load_model": _FIRST})
"""Methods that read a path, whatever object they belong to."""

PATHS: frozenset[str] = frozenset({"pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath"})
"""Types whose values are paths."""

PATH_WRITES: frozenset[str] = frozenset({"write_bytes", "write_text"})
PATH_READS: frozenset[str] = frozenset({"read_bytes", "read_text"})
"""Methods of a path that write or read the file."""
