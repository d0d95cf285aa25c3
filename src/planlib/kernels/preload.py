"""What kernels and workers are forked from: heavy modules, imported once for a whole build.

Importing this module is the preload; it happens in the fork server and nowhere else. A fork
server passes over an import that fails, so the failure is kept for the children to report.
"""

from __future__ import annotations

import gc
import importlib.util
import multiprocessing
import os
import pkgutil
import sys
import threading
import types
import warnings

import planlib

FAILURE = ""
PROCESS = multiprocessing.current_process()
PATH = [entry for entry in sys.path if entry]
# What a notebook imports; the engine need not know more of them than where they are.
PACKAGES = ("analysis", "answers", "charts")
EXPLORE = "explore"
# What a kernel would import only when its first cells run.
KERNEL_MODULES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "IPython.core.completer", "IPython.core.completerlib", "IPython.core.debugger",
    "IPython.core.displaypub", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.core.pylabtools", "IPython.extensions.storemagic", "faulthandler", "pdb", "profile",
    "pydoc", "sqlite3", "tornado.platform.asyncio", "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape", "pandas.io.formats.format",
)  # fmt: skip
# The debugger, which no notebook here runs under, else writes four lines of advice to stderr.
QUIET_DEBUGGER = "PYDEVD_DISABLE_FILE_VALIDATION"
# Jsonschema has checks of IRIs that build a grammar for two seconds, and papermill can read from
# the web: notebooks hold no IRIs and lie on disk.
NOT_NEEDED = ("requests", "rfc3986_validator", "rfc3987_syntax")


def _import_kernel() -> None:
    before = os.environ.get(QUIET_DEBUGGER)
    os.environ[QUIET_DEBUGGER] = "1"
    for name in KERNEL_MODULES:
        if importlib.util.find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    if before is None:
        del os.environ[QUIET_DEBUGGER]
    for package in PACKAGES:
        found = importlib.import_module(f"{planlib.__name__}.{package}")
        for module in pkgutil.iter_modules(found.__path__, f"{found.__name__}."):
            importlib.import_module(module.name)
    # Of explorers, what they need without a browser.
    importlib.import_module(f"{planlib.__name__}.{EXPLORE}")


def _import_worker() -> None:
    absent = {name: types.ModuleType(name) for name in NOT_NEEDED if name not in sys.modules}
    sys.modules.update(absent)
    try:
        for name in (
            "papermill",
            "papermill.execute",
            "planlib.pages.page",
            "mistune",
            "planlib.kernels.client",
        ):
            importlib.import_module(name)
        _warm_worker()
    finally:
        for name in absent:
            del sys.modules[name]


def _warm_worker() -> None:
    """Compile what is compiled on first use: the schema of notebooks, the template of pages."""
    import nbformat
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    from planlib.pages import layout

    nbformat.validate(nbformat.v4.new_notebook())
    layout.environment().get_template("page.html")
    # It looks for provisioners in all that is installed.
    KernelProvisionerFactory.instance()


def _read_tables() -> None:
    from planlib import evidence, schema, tables

    # Nobody has asked for them yet: what a notebook reads is recorded in its own kernel.
    with tables.on_behalf_of(()):
        evidence.claims_of({})
        evidence.backing("", "")
        for lang in schema.LANGUAGES:
            for table in schema.package().tables:
                if table.has_key:
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


gc.disable()
try:
    _import_kernel()
    # Filters that drawing and papermill add are no business of a notebook that does neither.
    FILTERS = list(warnings.filters)
    _draw()
    _import_worker()
    _read_tables()
    if threading.active_count() > 1:
        FAILURE = "the preload left a thread running"
except Exception as error:
    FILTERS = list(warnings.filters)
    FAILURE = f"{type(error).__name__}: {error}"
# Children share these pages for as long as the collector does not touch them.
gc.freeze()
gc.enable()
