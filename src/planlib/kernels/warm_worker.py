"""What workers are forked from: papermill and what makes pages, imported once for a build."""

from __future__ import annotations

import importlib

from planlib.kernels import server

# What a worker would import only when its notebook has run.
MODULES = (
    "IPython", "papermill", "papermill.execute", "planlib.report.run", "planlib.kernels.execution",
    "planlib.kernels.provisioner", "planlib.kernels.client", "planlib.pages.page", "mistune",
)  # fmt: skip
# Jsonschema has checks of IRIs that build a grammar for two seconds, and papermill can read from
# the web: notebooks hold no IRIs and lie on disk.
NOT_NEEDED = ("requests", "rfc3986_validator", "rfc3987_syntax")


def _import_modules() -> None:
    with server.without(*NOT_NEEDED):
        for name in MODULES:
            importlib.import_module(name)
        _compile()


def _compile() -> None:
    """Compile what is compiled on first use: the schema of notebooks, Markdown, the template."""
    import nbformat
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    from planlib.pages import blocks, layout

    nbformat.validate(nbformat.v4.new_notebook())
    layout.environment().get_template("page.html")
    list(blocks.prose("A *word*, a [link](a.html).\n\n- a point\n\n| a |\n|---|\n| b |\n"))
    # It looks for provisioners in all that is installed.
    KernelProvisionerFactory.instance()


def _read_tables() -> None:
    from planlib import evidence

    evidence.coverage()


with server.preload(server.WORKERS):
    _import_modules()
    _read_tables()
