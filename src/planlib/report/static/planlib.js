"use strict";
// Charts are drawn without their printed frame: title, source and note stand in the page, where they
// can be read aloud, selected and wrapped. A saved picture carries the whole frame again.
(function () {
  const HIDDEN = ["planlib-foot", "planlib-key"];
  const PICTURE_WIDTH = 1000;
  const drawings = new Map();

  function plain(layout) {
    const meta = (layout.meta && layout.meta.planlib) || {};
    const copy = Object.assign({}, layout);
    delete copy.title;
    copy.annotations = (layout.annotations || []).filter((a) => !HIDDEN.includes(a.name));
    copy.shapes = (layout.shapes || []).filter((s) => s.name !== "planlib-mark");
    copy.margin = Object.assign({}, layout.margin, meta.plain_margin || {});
    copy.height = meta.plain_height || layout.height;
    copy.autosize = true;
    delete copy.width;
    return copy;
  }

  function narrow(layout, width) {
    // On a phone the labels of the axis would leave no room for the drawing.
    if (width < 640 && layout.margin && layout.margin.l > width * 0.45) {
      layout.margin.l = Math.round(width * 0.45);
    }
    return layout;
  }

  function draw(script) {
    const number = script.dataset.drawing;
    const figure = JSON.parse(script.textContent);
    const place = document.getElementById("drawing-" + number);
    drawings.set(number, figure);
    const layout = narrow(plain(figure.layout), place.clientWidth);
    return window.Plotly.newPlot(place, figure.data, layout, {
      responsive: true, displaylogo: false, displayModeBar: false,
    });
  }

  async function save(button) {
    const figure = drawings.get(button.dataset.drawing);
    const layout = Object.assign({}, figure.layout, { width: PICTURE_WIDTH, autosize: false });
    const url = await window.Plotly.toImage({ data: figure.data, layout: layout },
      { format: "png", width: PICTURE_WIDTH, height: layout.height, scale: 2 });
    const link = document.createElement("a");
    link.href = url;
    link.download = figure.name + ".png";
    link.click();
  }

  document.querySelectorAll("script.drawing-data").forEach(draw);
  document.querySelectorAll("button.picture").forEach((button) => {
    button.addEventListener("click", () => save(button));
  });
  document.documentElement.dataset.drawn = String(drawings.size);
})();
