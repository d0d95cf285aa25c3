"""The widgets of an explorer: how to get the view again, controls, chart, traces and table."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from planlib import drawing
from planlib.errors import PlanlibError
from planlib.explore import traces
from planlib.explore.parameters import LANG, Choice, Day, Level, Number, Parameter, Toggle
from planlib.wording import choose, count_of

if TYPE_CHECKING:
    from planlib.explore.explorer import Explorer

HERE = Path(__file__).parent
CONTROL_WIDTH = "460px"
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}


class Chart(anywidget.AnyWidget):
    """The drawing. Plotly's own FigureWidget takes seconds to import and megabytes for each."""

    _esm = HERE / "chart.js"
    _css = HERE / "explorer.css"
    figure = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._send_library)

    def _send_library(self, _: Any, message: dict[str, Any], __: Any) -> None:
        if message.get("kind") == "plotly":
            script = drawing.script(self.figure["data"])
            self.send({"kind": "plotly"}, buffers=[script.read_bytes()])


class Bar(anywidget.AnyWidget):
    """*Copy this view*: the command and the call that make it again, and the view as a file."""

    _esm = HERE / "bar.js"
    command = traitlets.Unicode().tag(sync=True)
    call = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)


class Panel:
    """All widgets of one explorer; ``box`` is what is shown, ``controls`` those of parameters."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self._is_relabelling = False
        self._lang = ""
        self.bar, self.chart = Bar(), Chart()
        visible = (p for p in explorer.parameters.values() if not p.is_hidden)
        self.controls = {p.name: _control(p) for p in visible}
        self.reset = ipywidgets.Button(layout={"width": "auto"})
        self.refusal, self.traces, self.table = (ipywidgets.HTML() for _ in range(3))
        inputs = [control for name, control in self.controls.items() if name != LANG.name]
        last = ipywidgets.HBox([self.controls[LANG.name], self.reset])
        self.box = ipywidgets.VBox(
            [
                self.bar,
                ipywidgets.HBox(inputs, layout={"flex_flow": "row wrap"}),
                last,
                self.refusal,
                self.chart,
                self.traces,
                self.table,
            ]
        )
        self.box.add_class("planlib-explorer")
        for name, control in self.controls.items():
            control.observe(partial(self._moved, name), "value")
        self.reset.on_click(lambda _: explorer.reset())
        self.bar.on_msg(self._asked)
        self.chart.on_msg(self._asked)
        self.refresh()

    def refresh(self) -> None:
        """Show what the explorer holds now."""
        explorer = self.explorer
        if explorer.lang != self._lang:
            self._relabel(explorer.lang)
        with self._relabelling():
            for name, control in self.controls.items():
                parameter, value = explorer.parameters[name], explorer.values[name]
                shown = parameter.shown(value)
                if (
                    isinstance(parameter, (Day, Level))
                    and shown not in dict(control.options).values()
                ):
                    control.options = parameter.options(explorer.lang, value)
                control.value = shown
        self.bar.command, self.bar.call = explorer.command, explorer.call
        refusal = html.escape(explorer.refusal())
        self.refusal.value = refusal and f'<p class="planlib-refused" role="alert">{refusal}</p>'
        stale = self.chart.add_class if refusal else self.chart.remove_class
        stale("planlib-stale")
        if not refusal:
            self.chart.figure = explorer.drawing
            self.table.value = _table(explorer)
            self.traces.value = traces.hint(explorer.lang)

    def _moved(self, name: str, change: dict[str, Any]) -> None:
        if not self._is_relabelling:
            parameter = self.explorer.parameters[name]
            self.explorer.set(**{name: parameter.meant(change["new"])})

    def _asked(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """Answer the page: a mark was clicked, or a file is wanted."""
        explorer = self.explorer
        if message.get("kind") == "click":
            self.traces.value = traces.of_mark(message["mark"], explorer.rows, explorer.lang)
        elif message.get("kind") == "file":
            self._send_file(message["form"])

    def _send_file(self, form: str) -> None:
        """Send the view as a file, or say in one line why there is none."""
        explorer = self.explorer
        try:
            made = explorer.file(form)
        except PlanlibError as error:
            reason = " ".join(str(error).split())
            text = choose(
                explorer.lang, f"No {form} file: {reason}.", f"无法生成{form}文件：{reason}"
            )
            self.bar.send({"kind": "refused", "text": text})
        else:
            self.bar.send({"kind": "file", "name": explorer.file_name(form)}, buffers=[made])

    @contextmanager
    def _relabelling(self) -> Iterator[None]:
        """Change controls without taking it for a person's doing."""
        before, self._is_relabelling = self._is_relabelling, True
        try:
            yield
        finally:
            self._is_relabelling = before

    def _relabel(self, lang: str) -> None:
        self._lang = lang
        with self._relabelling():
            for name, control in self.controls.items():
                parameter = self.explorer.parameters[name]
                if name != LANG.name:
                    control.description = control.tooltip = parameter.title(lang)
                    if isinstance(parameter, Choice):
                        control.options = parameter.options(lang)
                    elif isinstance(parameter, (Day, Level)):
                        control.options = parameter.options(lang, self.explorer.values[name])
        self.reset.description = choose(lang, "Reset", "还原")
        self.bar.words = {
            "command": choose(lang, "Copy this view", "复制本视图"),
            "call": choose(lang, "or in Python", "或用Python"),
            "copy": choose(lang, "Copy", "复制"),
            "copied": choose(lang, "Copied.", "已复制。"),
            "save": choose(lang, "Download", "下载"),
            "csv": choose(lang, "Data (CSV)", "数据（CSV）"),
            "xlsx": choose(lang, "Workbook (XLSX)", "工作簿（XLSX）"),
            "pptx": choose(lang, "Slides (PPTX)", "幻灯片（PPTX）"),
            "png": choose(lang, "Picture (PNG)", "图片（PNG）"),
            "making": choose(lang, "Making the file …", "正在生成文件……"),
        }


def _control(parameter: Parameter) -> Any:
    """Return the control of a parameter, at its default."""
    look = {
        "style": {"description_width": "200px"},
        "layout": {"width": CONTROL_WIDTH, "max_width": "100%"},
    }
    value = parameter.default
    if parameter.name == LANG.name:
        names = [(LANGUAGE_NAMES[key], key) for key in LANG.ids]
        return ipywidgets.ToggleButtons(
            options=names, value=value, style={"button_width": "80px", "description_width": "0"}
        )
    if isinstance(parameter, (Choice, Level)):
        shown = parameter.shown(value)
        return ipywidgets.Dropdown(options=parameter.options("en"), value=shown, **look)
    if isinstance(parameter, Day):
        return ipywidgets.SelectionSlider(options=parameter.options("en"), value=value, **look)
    if isinstance(parameter, Toggle):
        return ipywidgets.Checkbox(value=value, indent=True, **look)
    assert isinstance(parameter, Number)
    kinds = {
        (int, False): ipywidgets.IntSlider,
        (int, True): ipywidgets.BoundedIntText,
        (float, False): ipywidgets.FloatSlider,
        (float, True): ipywidgets.BoundedFloatText,
    }
    return kinds[type(value), parameter.is_typed](
        value=value, min=parameter.low, max=parameter.high, step=parameter.step, **look
    )


def _table(explorer: Explorer) -> str:
    rows = count_of(len(explorer.words["rows"]), explorer.lang, "row", "行")
    name = choose(explorer.lang, f"The data behind the view: {rows}", f"视图所用数据：{rows}")
    return (
        f'<p class="planlib-hint">{name}</p>'
        f'<div class="planlib-table" tabindex="0">{explorer.table_html}</div>'
    )
