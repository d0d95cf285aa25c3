"""One browser, kept open for a whole batch: pictures and paper come from it.

Kaleido loads its page anew for every figure; here the page with plotly.js is loaded once, through
the same driver, and each figure is one call. What hangs is ended by its time limit, and the browser
started again.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import tempfile
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from planlib import doctor
from planlib.errors import ReportError, SetupError

TIMEOUT = 60.0
START_TIMEOUT = 60.0
# Nothing is fetched from outside: an address where nobody listens is the only way out.
NO_WAY_OUT = "http://127.0.0.1:9"
PAGE = """<!doctype html><meta charset="utf-8"><title>planlib</title>
<body style="margin:0"><script src="{script}"></script>
<script>
async function draw(figure, options) {{
  const url = await Plotly.toImage(figure, Object.assign({{ imageDataOnly: true }}, options));
  return url;
}}
</script>"""


def needed() -> str:
    """Return the path of the browser.

    Raises :class:`SetupError` that names the command which brings one.
    """
    path = doctor.browser()
    if not path:
        raise SetupError(
            "no Chrome, Chromium or Edge found; install one (Debian: apt-get install chromium), "
            "or set BROWSER_PATH"
        )
    return path


class Studio:
    """A browser that draws figures and prints pages; opened when it is first needed."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self.starts = 0
        self._browser: Any = None
        self._tab: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def draw(self, figure: Mapping[str, Any], name: str, **options: Any) -> bytes:
        """Return a figure as Plotly draws it, in the format, size and scale of ``options``.

        Raises
        ------
        SetupError
            There is no browser.
        ReportError
            The figure hangs or cannot be drawn; the next one gets a new browser.
        """
        call = f"draw({json.dumps(figure)}, {json.dumps(options)})"
        found = self._run(self._evaluate(call), name)
        return found.encode() if options.get("format") == "svg" else base64.b64decode(found)

    def print(self, page: Path, name: str, script: str, **options: Any) -> bytes:
        """Return a page as PDF; ``script`` is run in it before, and may wait."""
        return self._run(self._printed(page.as_uri(), script, options), name)

    def close(self) -> None:
        """Close the browser and all that belongs to it."""
        if self._loop is None:
            return
        if self._browser is not None:
            self._wait(self._shut(), START_TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_TIMEOUT)
        self._loop.close()
        self._loop = None
        if self._folder is not None:
            self._folder.cleanup()

    def _run(self, work: Coroutine[Any, Any, Any], name: str) -> Any:
        try:
            path = needed()
        except SetupError:
            work.close()
            raise
        if self._loop is None:
            # In JupyterLab a loop runs already in the main thread: this one has its own.
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
        try:
            if self._browser is None:
                self._wait(self._start(path), START_TIMEOUT)
            return self._wait(work, self.timeout)
        except TimeoutError:
            work.close()
            self._abandon()
            raise ReportError(
                f"{name}: took longer than {self.timeout:g} s to draw and was left out"
            ) from None
        except _Failed as error:
            raise ReportError(f"{name}: cannot be drawn ({error})") from None
        except Exception as error:
            # The browser went away, or does not answer in its own terms.
            work.close()
            self._abandon()
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ReportError(f"{name}: the browser failed ({reason}); try again") from None

    def _wait(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        assert self._loop is not None
        bounded = asyncio.wait_for(work, seconds)
        return asyncio.run_coroutine_threadsafe(bounded, self._loop).result()

    def _abandon(self) -> None:
        browser, self._browser, self._tab = self._browser, None, None
        if browser is None:
            return
        process = getattr(browser, "subprocess", None)
        if process is not None and process.poll() is None:
            process.kill()
        try:
            self._wait(browser.close(), 10)
        except Exception:
            logging.getLogger(__name__).debug("the browser was gone before it could be closed")

    async def _start(self, path: str) -> None:
        import choreographer

        logging.getLogger("choreographer").setLevel(logging.CRITICAL)
        logging.getLogger("browser_proc").setLevel(logging.CRITICAL)
        self._browser = await choreographer.Browser(path=path, proxy_server=NO_WAY_OUT)
        self.starts += 1
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="planlib-")
        page = Path(self._folder.name) / "page.html"
        import plotly

        script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        page.write_text(PAGE.format(script=script.as_uri()), encoding="utf-8")
        self._tab = await self._open(page.as_uri())

    async def _shut(self) -> None:
        await self._browser.close()
        self._browser = self._tab = None

    async def _open(self, address: str) -> Any:
        tab = await self._browser.create_tab("")
        loaded = tab.subscribe_once("Page.loadEventFired")
        await _sent(tab, "Page.enable")
        await _sent(tab, "Page.navigate", url=address)
        await loaded
        return tab

    async def _evaluate(self, expression: str, tab: Any = None) -> Any:
        answer = await _sent(
            tab or self._tab, "Runtime.evaluate",
            expression=expression, awaitPromise=True, returnByValue=True,
        )  # fmt: skip
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            thrown = details.get("exception", {})
            words = thrown.get("description") or thrown.get("value") or details.get("text", "")
            raise _Failed(str(words).splitlines()[0][:200])
        return answer.get("result", {}).get("value")

    async def _printed(self, address: str, script: str, options: Mapping[str, Any]) -> bytes:
        tab = await self._open(address)
        try:
            await self._evaluate(script, tab)
            answer = await _sent(tab, "Page.printToPDF", **options)
            return base64.b64decode(answer["data"])
        finally:
            await tab.close()


class _Failed(Exception):
    """The browser answered that it cannot do it."""


async def _sent(tab: Any, command: str, **parameters: Any) -> Any:
    answer = await tab.send_command(command, parameters)
    if "error" in answer:
        raise _Failed(answer["error"].get("message", command))
    return answer["result"]
