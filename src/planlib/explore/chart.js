// A chart that changes in place: the whole figure comes from the kernel, and Plotly draws what differs.
// The printed frame wraps its lines to this width.
const NARROWEST = 780;
const PICTURE = { width: 1000, scale: 2 };
const UNUSED = ["select2d", "lasso2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d"];

// plotly.js comes from the kernel, once for a page, so that no network is needed.
function library(model) {
  if (globalThis.planlibPlotly) return Promise.resolve(globalThis.planlibPlotly);
  return new Promise((resolve, reject) => {
    model.on("msg:custom", async (message, buffers) => {
      if (message.kind !== "plotly") return;
      try {
        if (!globalThis.planlibPlotly) {
          const before = globalThis.Plotly;
          const url = URL.createObjectURL(new Blob([buffers[0]], { type: "text/javascript" }));
          await import(/* webpackIgnore: true */ url);
          URL.revokeObjectURL(url);
          globalThis.planlibPlotly = globalThis.Plotly;
          globalThis.Plotly = before;
        }
        resolve(globalThis.planlibPlotly);
      } catch (error) {
        reject(error);
      }
    });
    model.send({ kind: "plotly" });
  });
}

// What identifies a clicked mark: whatever it was drawn from.
function marked(point) {
  return [point.customdata, point.id, point.y, point.x, point.label].flat()
    .filter((value) => typeof value === "string");
}

export default {
  async render({ model, el }) {
    const place = document.createElement("div");
    place.className = "planlib-chart";
    place.style.minWidth = NARROWEST + "px";
    el.style.overflowX = "auto";
    el.append(place);
    const plotly = await library(model);
    let isListening = false;

    async function draw() {
      const figure = structuredClone(model.get("figure"));
      if (!figure.data || !place.clientWidth) return;
      const words = (figure.layout.meta && figure.layout.meta.planlib) || {};
      await plotly.react(place, figure.data, { ...figure.layout, width: place.clientWidth }, {
        displaylogo: false,
        modeBarButtonsToRemove: UNUSED,
        toImageButtonOptions: { ...PICTURE, filename: words.name, height: figure.layout.height },
      });
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", words.alt || "");
      if (isListening) return;
      isListening = true;
      place.on("plotly_click", (event) => {
        model.send({ kind: "click", mark: event.points.flatMap(marked) });
      });
    }

    model.on("change:figure", draw);
    // Also the first drawing: an element has no width before it stands in the page.
    let width = 0;
    const watcher = new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      draw();
    });
    watcher.observe(place);
    return () => {
      watcher.disconnect();
      plotly.purge(place);
    };
  },
};
