"""What is known of the values of other libraries and of the standard library, as data: extend these tables.

Types are named by the qualified name of their class. A container that holds something that does not pickle
is written like an annotation: `builtins.list[types.LambdaType]`. A function counts only where it always
returns the type.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

FUNCTION, LAMBDA, METHOD = "types.FunctionType", "types.LambdaType", "types.MethodType"
"""Functions of the project, those that a function defines inside itself, and methods bound to the flow."""

GENERATOR, COROUTINE, ASYNC_GENERATOR = (
    "types.GeneratorType",
    "types.CoroutineType",
    "types.AsyncGeneratorType",
)
MODULE, FILE, FLOW = "types.ModuleType", "io.IOBase", "metaflow.FlowSpec"
DICT, LIST, SET, TUPLE = "builtins.dict", "builtins.list", "builtins.set", "builtins.tuple"
LOCAL = "<locals>."
"""Begins the name of a class that is defined inside a function."""

_ARRAY, _TENSOR = "numpy.ndarray", "torch.Tensor"

_NUMPY = (
    "arange", "array", "asarray", "atleast_1d", "atleast_2d", "concatenate", "diag", "empty", "empty_like",
    "eye", "full", "full_like", "hstack", "identity", "linspace", "logspace", "ones", "ones_like", "stack",
    "tile", "vstack", "zeros", "zeros_like",
)  # fmt: skip
_TORCH = (
    "arange", "cat", "empty", "eye", "from_numpy", "full", "linspace", "ones", "ones_like", "rand", "randn",
    "stack", "tensor", "zeros", "zeros_like",
)  # fmt: skip

_BUILTINS = {
    "builtins.dict": DICT,
    "builtins.list": LIST,
    "builtins.set": SET,
    "builtins.sorted": LIST,
    "builtins.tuple": TUPLE,
    "builtins.dict.fromkeys": DICT,
    "builtins.memoryview": "builtins.memoryview",
    "collections.Counter": "collections.Counter",
    "collections.OrderedDict": "collections.OrderedDict",
    "collections.defaultdict": "collections.defaultdict",
    "collections.deque": "collections.deque",
}

_FILES = (
    "builtins.open",
    "bz2.open",
    "codecs.open",
    "gzip.open",
    "io.open",
    "lzma.open",
    "os.fdopen",
    "tempfile.NamedTemporaryFile",
    "tempfile.TemporaryFile",
)

_UNPICKLABLE_CLASSES = (
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.ThreadPoolExecutor",
    "multiprocessing.Lock",
    "multiprocessing.Queue",
    "queue.LifoQueue",
    "queue.PriorityQueue",
    "queue.Queue",
    "queue.SimpleQueue",
    "socket.socket",
    "sqlite3.Connection",
    "ssl.SSLContext",
    "subprocess.Popen",
    "threading.Barrier",
    "threading.BoundedSemaphore",
    "threading.Condition",
    "threading.Event",
    "threading.Lock",
    "threading.RLock",
    "threading.Semaphore",
    "threading.Thread",
    "threading.Timer",
    "weakref.ref",
    "zipfile.ZipFile",
)

_LIBRARIES = {
    **{f"numpy.{name}": _ARRAY for name in _NUMPY},
    **{f"torch.{name}": _TENSOR for name in _TORCH},
    "PIL.Image.open": "PIL.Image.Image",
    "boto3.client": "botocore.client.BaseClient",
    "boto3.resource": "boto3.resources.base.ServiceResource",
    "catboost.train": "catboost.CatBoost",
    "lightgbm.train": "lightgbm.Booster",
    "matplotlib.pyplot.figure": "matplotlib.figure.Figure",
    "scipy.sparse.coo_matrix": "scipy.sparse.coo_matrix",
    "scipy.sparse.csc_matrix": "scipy.sparse.csc_matrix",
    "scipy.sparse.csr_matrix": "scipy.sparse.csr_matrix",
    "spacy.load": "spacy.Language",
    "tensorflow.constant": "tensorflow.Tensor",
    "xgboost.train": "xgboost.Booster",
}

RETURNED: Mapping[str, str] = MappingProxyType(
    {
        **_BUILTINS,
        **dict.fromkeys(_FILES, FILE),
        **{name: name for name in _UNPICKLABLE_CLASSES},
        "hashlib.md5": "hashlib.HASH",
        "hashlib.sha256": "hashlib.HASH",
        "sqlite3.connect": "sqlite3.Connection",
        "tarfile.open": "tarfile.TarFile",
        **_LIBRARIES,
    }
)
"""Functions and constructors with the type they return, data frames aside (`libraries.RETURNS`)."""

TYPES = frozenset({*RETURNED.values()} - {FILE})
"""The types that an annotation may name."""

_DICTS = (DICT, "collections.Counter", "collections.OrderedDict", "collections.defaultdict")
_ARRAY_METHODS = ("astype", "copy", "flatten", "ravel", "reshape", "squeeze", "transpose")
_TENSOR_METHODS = ("clone", "cpu", "cuda", "detach", "float", "reshape", "squeeze", "to", "unsqueeze", "view")

METHODS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{(d, m): f"builtins.dict_{m}" for d in _DICTS for m in ("items", "keys", "values")},
        **{(_ARRAY, method): _ARRAY for method in _ARRAY_METHODS},
        **{(_TENSOR, method): _TENSOR for method in _TENSOR_METHODS},
        (_TENSOR, "numpy"): _ARRAY,
        ("pandas.DataFrame", "to_numpy"): _ARRAY,
        ("pandas.Series", "to_numpy"): _ARRAY,
        ("polars.DataFrame", "to_numpy"): _ARRAY,
        ("polars.Series", "to_numpy"): _ARRAY,
        ("sqlite3.Connection", "cursor"): "sqlite3.Cursor",
        ("sqlite3.Connection", "execute"): "sqlite3.Cursor",
    }
)
"""What a method of a type returns."""

RETURNS_ITSELF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "catboost": frozenset({"fit"}),
        "lightgbm": frozenset({"fit"}),
        "sklearn": frozenset({"fit", "partial_fit", "set_params"}),
        "xgboost": frozenset({"fit"}),
    }
)
"""By library, the methods that return the object they are called on."""

_NO_CLASSES = {"keras.Input", "pydantic.Field", "pydantic.PrivateAttr", "tensorflow.keras.Input"}
"""Functions and type aliases that are written like classes."""

_TYPING = {"beartype", "jaxtyping", "nptyping", "typing", "typing_extensions", "types", "_typing"}
"""Modules whose capitalised names are annotations, not classes."""

ENTERED_AS_ITSELF = frozenset({FILE, "socket.socket", "sqlite3.Connection", "subprocess.Popen"}) | {
    name for name in RETURNED.values() if name.endswith(("Executor", "ZipFile", "TarFile"))
}
"""What `with … as x` gives unchanged to `x`."""

UNPICKLABLE: Mapping[str, str] = MappingProxyType(
    {
        GENERATOR: "a generator",
        ASYNC_GENERATOR: "an asynchronous generator",
        COROUTINE: "a coroutine",
        MODULE: "a module",
        FILE: "an open file",
        FLOW: "the flow itself",
        "builtins.dict_items": "a view of a dictionary",
        "builtins.dict_keys": "a view of a dictionary",
        "builtins.dict_values": "a view of a dictionary",
        "builtins.memoryview": "a `memoryview`",
        "botocore.client.BaseClient": "a client of boto3",
        "boto3.resources.base.ServiceResource": "a resource of boto3",
        "hashlib.HASH": "a hash object",
        "sqlite3.Cursor": "a `sqlite3.Cursor`",
        "tarfile.TarFile": "a `tarfile.TarFile`",
        **{name: f"a `{name}`" for name in _UNPICKLABLE_CLASSES},
    }
)
"""Types whose values pickle refuses on every version of Python, in words."""

HOLDING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "builtins.enumerate": frozenset({GENERATOR, FILE}),
        "builtins.filter": frozenset({GENERATOR, FILE, LAMBDA, METHOD}),
        "builtins.map": frozenset({GENERATOR, FILE, LAMBDA, METHOD}),
        "builtins.zip": frozenset({GENERATOR, FILE}),
        "collections.defaultdict": frozenset({LAMBDA, METHOD}),
        "functools.partial": frozenset({LAMBDA, METHOD}),
    }
)
"""What keeps its arguments, and which of them do not pickle in there."""

INSIDE: Mapping[str, str] = MappingProxyType(
    {
        **UNPICKLABLE,
        LAMBDA: "a function that is defined inside another one",
        METHOD: "a method of the flow, and so the flow itself",
    }
)
"""What a container must not hold, in words: Metaflow drops a bare function, but pickles a container's."""

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {FUNCTION: "a function", LAMBDA: "a function", METHOD: "a method"}
)
"""What Metaflow leaves out when it stores artifacts (`TaskDataStore.persist`), in words."""


def is_class(qualified: str) -> bool:
    """Whether the name is that of a class of a third-party library, judged by how it is written."""
    package, *inner, name = qualified.split(".") if "." in qualified else (qualified, "")
    external = package not in sys.stdlib_module_names and package not in ("builtins", "metaflow")
    return (
        external and name[:1].isupper() and qualified not in _NO_CLASSES and not {package, *inner} & _TYPING
    )


def is_library_instance(value: str) -> bool:
    """Whether a value of that type needs a third-party library to be loaded."""
    package = value.partition(".")[0]
    return (
        value != FLOW
        and "[" not in value
        and not value.startswith("<")
        and package not in {"builtins", *sys.stdlib_module_names}
    )


def described(value: str) -> str | None:
    """Why pickle refuses a value of that type, in words; None where it does not, or nothing is known."""
    outer, _, held = value.removesuffix("]").partition("[")
    if held:
        return f"a `{outer.removeprefix('builtins.')}` with {described_inside(held)}"
    if value.startswith(LOCAL):
        return f"an instance of `{value.removeprefix(LOCAL)}`, a class that is defined inside a function"
    return UNPICKLABLE.get(value)


def described_inside(value: str) -> str | None:
    """Why pickle refuses a container that holds a value of that type, in words."""
    return INSIDE.get(value) or described(value)


def returned_by(value: str, method: str) -> str | None:
    """The type that a method of a value gives, None where nothing is known of it."""
    if method in RETURNS_ITSELF.get(value.partition(".")[0], ()):
        return value
    return METHODS.get((value.partition("[")[0], method))
