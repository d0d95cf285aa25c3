"""What kernels are forked from: all that notebooks use, imported once for a whole build."""

from __future__ import annotations

import importlib.util
import multiprocessing
import pkgutil
import sys
import warnings

import planlib
from planlib.kernels import server

PROCESS = multiprocessing.current_process()
PATH = [entry for entry in sys.path if entry]
# What a notebook imports; the engine need not know more of them than where they are.
PACKAGES = ("analysis", "answers", "charts")
# What they import only when they need it; of explorers, what works without a browser.
LATER = ("explore", "literals")
# What a kernel would import only when its first cells run.
KERNEL_MODULES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "IPython.core.completer", "IPython.core.completerlib", "IPython.core.debugger",
    "IPython.core.displaypub", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.core.pylabtools", "IPython.extensions.storemagic", "faulthandler", "pdb", "profile",
    "pydoc", "sqlite3", "tornado.platform.asyncio", "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape", "pandas.io.formats.format", "planlib.kernels.provisioner",
)  # fmt: skip
# Nobody debugs a kernel that only a build talks to; a cell may still import it.
DEBUGGER = "debugpy"
# In case the preload fails.
FILTERS = list(warnings.filters)


def _import_kernel() -> None:
    with server.without(DEBUGGER):
        for name in KERNEL_MODULES:
            if importlib.util.find_spec(name.partition(".")[0]):
                importlib.import_module(name)
    for package in PACKAGES:
        found = importlib.import_module(f"{planlib.__name__}.{package}")
        for module in pkgutil.iter_modules(found.__path__, f"{found.__name__}."):
            importlib.import_module(module.name)
    for name in LATER:
        importlib.import_module(f"{planlib.__name__}.{name}")


def _read_tables() -> None:
    from planlib import evidence, schema, tables

    # Nobody has asked for them yet: what a notebook reads is recorded in its own kernel.
    with tables.on_behalf_of(()):
        evidence.claims_of({})
        evidence.backing("", "")
        for table in schema.package().tables:
            tables.load(table.name)
            for lang in schema.LANGUAGES if table.has_key else ():
                tables.names_of(table.name, lang)


def _draw() -> None:
    """Draw and bundle one figure: Plotly loads most of itself with the first."""
    import pandas as pd
    import plotly.graph_objects as go

    from planlib import contract

    words = dict.fromkeys(contract.PRINTED, "") | {"name": "warm", "lang": "en", "rows": {}}
    traces = [{"type": kind, "x": [1], "y": [1]} for kind in ("bar", "scatter")]
    axes = {f"{letter}axis": {"tickfont": {"size": 12}} for letter in "xy"}
    figure = go.Figure({"data": traces, "layout": {"meta": {"planlib": words}, **axes}})
    # Parts are made into objects when they are read.
    figure.for_each_xaxis(repr)
    figure.for_each_yaxis(repr)
    contract.bundle(figure, pd.DataFrame({"value": [1.0], "title": ["a"]}))


with server.preload(server.KERNELS):
    _import_kernel()
    # Filters that drawing adds are no business of a notebook that draws nothing.
    FILTERS = list(warnings.filters)
    _draw()
    _read_tables()
