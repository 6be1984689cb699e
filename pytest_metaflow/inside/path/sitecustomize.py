"""Python imports this when a process of a flow starts: prepare it, then run the next `sitecustomize`."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def _prepare() -> None:
    if importlib.util.find_spec("pytest_metaflow") is None:
        sys.path.append(str(_HERE.parents[2]))
    from pytest_metaflow.inside.bootstrap import prepare

    prepare()


def _chain() -> None:
    others = [path for path in sys.path if Path(path).resolve() != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_prepare()
_chain()
