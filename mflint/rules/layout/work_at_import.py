from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import FlowFile
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.analysis.imports.import_time import MadeCall
    from mflint.context import Context

_WORK = {
    "starts a process": r"os\.(system|popen|startfile|exec\w+|spawn\w+|posix_spawnp?)"
    r"|subprocess\.(run|call|check_call|check_output|getoutput|getstatusoutput|Popen)",
    "installs packages": r"pip\.main|pip\._internal\.(\w+\.)*main|ensurepip\.bootstrap",
    "sends a request": r"(requests|requests\.api|httpx)\.(get|post|put|patch|delete|head|options|request)"
    r"|httpx\.stream|aiohttp\.request|urllib3\.request|urllib\.request\.urlopen",
    "downloads a file": r"urllib\.request\.urlretrieve|wget\.download|gdown\.download|nltk\.download"
    r"|huggingface_hub\.(hf_hub_download|snapshot_download)|kagglehub\.(dataset|model)_download"
    r"|torch\.hub\.download_url_to_file",
}
"""What calls do that an import should not, with the qualified names of those that do it."""

_READERS = (
    r"(pandas|modin\.pandas|geopandas|polars|dask\.dataframe|pyarrow\.(csv|json|parquet))\.(read|scan)_\w+"
    r"|numpy\.(loadtxt|genfromtxt)"
)
"""What reads the path or the address that is the first argument."""

_ADDRESS = re.compile(r"(https?|ftp|s3a?|gs|gcs|abfss?|az|hdfs|hf)://", re.IGNORECASE)


@rule("MF106", Profile.RECOMMENDED)
def check(file: FlowFile, context: Context) -> Iterator[Violation]:
    """Importing the file starts a process, installs packages or uses the network.

    ## What it does

    Finds calls at module level and in class bodies that start a process, install packages, send a request,
    download a file or read data from an address; also in decorators and in arguments of a `Parameter`, and
    where a function of the file that does so is called there. Lambdas, functions that nobody calls and the
    main guard are left alone.

    ## Why it matters

    Metaflow imports the file in every task, on every machine, and for `show` and `--help` too. A
    foreach over a hundred items installs the package, or asks the service, more than a hundred times.

    ## Example

    ```python title="bad"
    import os

    from metaflow import FlowSpec, step

    os.system("pip install lightgbm")


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF106 at 5:1

    ```python title="good"
    from metaflow import FlowSpec, pypi, step


    class TrainFlow(FlowSpec):
        @pypi(packages={"lightgbm": "4.5.0"})
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    from mflint.analysis.imports.import_time import called_function, calls_at_import, calls_within

    for made in calls_at_import(file):
        work = _work(made, file, context)
        place = Place(file.path, made.call.node)
        if work:
            yield Violation(place, f"`{made.call.name}` {work} whenever the file is imported", help=_HELP)
            continue
        function = called_function(made, file, context.names)
        inside = calls_within(function) if function is not None else ()
        found = next(((inner, work) for inner in inside if (work := _work(inner, file, context))), None)
        if found is not None:
            yield Violation(
                place,
                f"`{made.call.name}` {found[1]} whenever the file is imported",
                help=_HELP,
                related=((Place(file.path, found[0].call.node), f"{found[1]} here"),),
            )


_HELP = "Do it in the step that needs it, or declare packages with `@pypi` or `@conda`."


def _work(made: MadeCall, file: FlowFile, context: Context) -> str:
    """What the call does that an import should not, in words."""
    from mflint.names import External

    meaning = context.names.resolve(file, made.call.name, made.imports)
    if not isinstance(meaning, External):
        return ""
    for work, names in _WORK.items():
        if re.fullmatch(names, meaning.qualified):
            return work
    return "reads from an address" if _reads_address(made, meaning.qualified, file) else ""


def _reads_address(made: MadeCall, qualified: str, file: FlowFile) -> bool:
    from mflint.analysis.imports.import_time import text_of

    source = next(iter(made.call.arguments), None)
    if source is None or source.star or not re.fullmatch(_READERS, qualified):
        return False
    return _ADDRESS.match(text_of(source.node, file)) is not None
