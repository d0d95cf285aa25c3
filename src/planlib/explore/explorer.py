"""What every explorer does: keep parameters, draw what they show, say how to get it again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from planlib import contract, drawing, signature, wording
from planlib.drawing import Drawing
from planlib.errors import PlanlibError, SetupError
from planlib.explore.parameters import AS_OF, LANG, Parameter

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from planlib.explore.panel import Panel

WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"
COPY_NAME = "my-view.ipynb"


class View(NamedTuple):
    """What parameters show: a chart and the table behind it, and what a page may set of them."""

    drawn: go.Figure | Drawing
    table: pd.DataFrame
    controls: Callable[[], dict[str, Any] | None] | None = None


class Explorer:
    """A chart with controls, which a notebook shows as its last expression.

    Where somebody is at the other end (JupyterLab) it is a widget, updated in place; where a
    notebook is only run (papermill, nbconvert) it is what :func:`planlib.show` shows, and no
    widget is made. In both cases the output carries the figure contract.

    Parameters
    ----------
    name
        Its name in :mod:`planlib.explore`.
    notebook
        The notebook that shows the same view with the same parameters.
    parameters
        What can be set, in order; ``as_of`` and ``lang`` are added.
    view
        Makes the view of all parameters, given by name; refuses with :class:`PlanlibError`.
    given
        Values to begin with, where not the defaults.

    Raises
    ------
    ParameterError
        A value is out of range or none of the choices.
    """

    def __init__(
        self,
        name: str,
        notebook: str,
        parameters: Sequence[Parameter],
        view: Callable[..., View],
        given: Mapping[str, Any],
    ) -> None:
        self.name, self.notebook = name, notebook
        # A parameter that is given takes the place of the common one.
        listed = {p.name: p for p in (*parameters, AS_OF, LANG)}
        self.parameters = listed | {p.name: p for p in parameters}
        self._make = view
        defaults = {name: p.default for name, p in self.parameters.items()}
        self._start = defaults | signature.check(self.parameters, given)
        self.values = dict(self._start)
        self.error = ""
        self._view: View | None = None
        self._figure: go.Figure | None = None
        self._output: dict[str, Any] = {}
        self._panel: Panel | None = None
        self._look()

    def __repr__(self) -> str:
        return self.call

    @property
    def lang(self) -> str:
        return str(self.values["lang"])

    @property
    def view(self) -> View:
        """The chart and the table; of refused values, the last ones that could be shown."""
        if self._view is None:
            raise PlanlibError(self.error)
        return self._view

    @property
    def figure(self) -> go.Figure:
        """The chart as a Plotly figure, made when it is first asked for."""
        if self._figure is None:
            drawn = self.view.drawn
            self._figure = drawn.figure() if isinstance(drawn, Drawing) else drawn
        return self._figure

    @property
    def table(self) -> pd.DataFrame:
        return self.view.table

    @property
    def words(self) -> dict[str, Any]:
        """The figure contract of what is shown."""
        found: dict[str, Any] = self._output[contract.FIGURE_TYPE]
        return found

    @property
    def drawing(self) -> dict[str, Any]:
        """The chart as Plotly JSON."""
        found: dict[str, Any] = self._output[contract.PLOTLY_TYPE]
        return found

    @property
    def table_html(self) -> str:
        """The table below the chart, as the reader sees it."""
        return str(self._output["text/html"])

    @property
    def rows(self) -> dict[str, list[str]]:
        """The table rows behind the chart, by table."""
        found: dict[str, list[str]] = self.drawing["layout"]["meta"]["planlib"]["rows"]
        return found

    def file_name(self, form: str) -> str:
        """Return what the view is called when it is saved in a format."""
        return f"{self.words['name']}-{self.lang}.{form}"

    def file(self, form: str) -> bytes:
        """Return the view as a file: ``csv``, ``xlsx``, ``pptx``, ``png`` or ``svg``.

        Raises
        ------
        PlanlibError
            The format does not exist, or needs a package or a browser that is missing.
        """
        from planlib import briefing

        try:
            return briefing.content(self.figure, form, self.table)
        except ModuleNotFoundError as error:
            raise SetupError(
                f"{form} needs the package {error.name}; run: pip install 'planlib[briefing]'"
            ) from None

    def set(self, **values: Any) -> None:
        """Set parameters and look at what they show; raise :class:`ParameterError` on bad ones."""
        new = signature.check(self.parameters, values)
        if any(self.values[name] != value for name, value in new.items()):
            self.values |= new
            self._look()
            if self._panel is not None:
                self._panel.refresh()

    def reset(self) -> None:
        """Go back to the values that the explorer began with."""
        self.set(**self._start)

    def _look(self) -> None:
        try:
            with drawing.unfinished():
                view = self._make(**self.values)
            self._output = contract.bundle(view.drawn, view.table)
        except PlanlibError as error:
            self.error = str(error)
        else:
            self._view, self._figure, self.error = view, None, ""

    @property
    def changed(self) -> dict[str, Any]:
        """The parameters that are not at their default, in the order of the notebook's."""
        return {n: v for n, v in self.values.items() if v != self.parameters[n].default}

    @property
    def command(self) -> str:
        """The command that makes a notebook with this view."""
        words = ["papermill", f"{self.notebook}.ipynb", COPY_NAME]
        for name, value in self.changed.items():
            words += ["-p", name, str(value)]
        return shlex.join(words)

    @property
    def call(self) -> str:
        """The Python that shows this view."""
        inside = ", ".join(f"{name}={value!r}" for name, value in self.changed.items())
        return f"explore.{self.name}({inside})"

    def refusal(self) -> str:
        """Say in one line, in the reader's language, why the values show nothing."""
        if not self.error:
            return ""
        reason = " ".join(self.error.split())
        text = wording.choose(
            self.lang,
            f"These settings show nothing: {reason}.",
            "所选条件下没有可绘制的内容，请改选其他条件或较晚的日期。",
        )
        if self._view is not None:
            text += wording.choose(
                self.lang, " The view below is still the one before.", "下方仍为此前的视图。"
            )
        return text

    @property
    def panel(self) -> Panel:
        """The widget, made when it is first asked for."""
        if self._panel is None:
            from planlib.explore.panel import Panel

            self._panel = Panel(self)
        return self._panel

    def output(self, *, live: bool) -> dict[str, Any]:
        """Return the one output of this explorer: the figure contract, and the widget if live.

        Raises :class:`PlanlibError` when there is nothing to show and nobody to choose anew.
        """
        if not live:
            controls = self.view.controls() if self.view.controls else None
            words = self.words | ({"controls": controls} if controls else {})
            return {**self._output, contract.FIGURE_TYPE: words}
        widget = {"version_major": 2, "version_minor": 0, "model_id": self.panel.box.model_id}
        return {**self._output, WIDGET_TYPE: widget}

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.output(live=is_watched()), raw=True)


def is_watched() -> bool:
    """Say whether somebody is at the other end of the kernel.

    Programs that only run notebooks, such as papermill and nbconvert, tell the kernel that nobody
    could answer a question of its cells; nobody could move a control either.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    request: dict[str, Any] = kernel.get_parent("shell")
    return bool(request.get("content", {}).get("allow_stdin"))
