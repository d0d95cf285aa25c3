"use strict";
// Charts are drawn without their printed frame: title, source and note stand in the page, where they
// can be read aloud, selected and wrapped. A saved picture carries the whole frame again.
(function () {
  const PICTURE_WIDTH = 1000;
  const PAPER_WIDTH = 680;
  const NARROW = 600;
  // Room for the name of one column of a matrix.
  const COLUMN = 70;
  const READABLE = 860;
  const EDGE = 8;
  const LONGEST_NAME = 120;
  // Where labels stand above their rows: how far up, and how much taller a row becomes [pixel].
  const LABEL_SHIFT = 30;
  const LABEL_ROOM = 40;
  const HALF = 0.5;
  // How much of a row bars may then take.
  const BAR_SHARE = 0.22;
  // No column of a matrix is narrower, and so far apart stand the words of two heads [pixel].
  const LEAST_COLUMN = 40;
  const BETWEEN_HEADS = 9;
  // Between panels that stand one below the other: axis and heading [pixel].
  const BETWEEN_PANELS = 76;
  const MOST_TICKS = 5;
  const drawings = new Map();

  function isDrawn(part) {
    return !(part.name || "").startsWith("planlib-");
  }

  function plain(layout) {
    const meta = (layout.meta && layout.meta.planlib) || {};
    const copy = Object.assign({}, layout);
    copy.annotations = (layout.annotations || []).filter(isDrawn);
    copy.shapes = (layout.shapes || []).filter(isDrawn);
    copy.margin = Object.assign({}, layout.margin, meta.plain_margin || {});
    copy.height = meta.plain_height || layout.height;
    copy.autosize = true;
    delete copy.width;
    return copy;
  }

  function isNarrow(place) {
    return place.parentElement.clientWidth < NARROW;
  }

  // On a phone, long labels at the left would leave no room for the drawing: they move above their
  // rows; a matrix has its first columns in view so and scrolls to the others. Any other chart keeps
  // a width at which it can be read, and scrolls.
  function narrow(data, layout, place) {
    const width = place.parentElement.clientWidth;
    place.style.minWidth = "";
    if (isNarrow(place) && stack(layout)) return;
    const axes = Object.keys(layout).filter((name) => name.startsWith("yaxis"));
    const isLabelled = axes.every((name) => layout[name].ticktext);
    const horizontal = Object.keys(layout).filter((name) => name.startsWith("xaxis"));
    const named = horizontal.filter((name) => layout[name].type === "category");
    // Labels can only move above rows that have nothing beside them, and only two lines of them.
    const isBeside = horizontal.some((name) => layout[name].domain && layout[name].domain[0] > 0);
    const isTall = isLabelled && axes.some((name) =>
      layout[name].ticktext.some((text) => text.split("<br>").length > 2));
    const columns = Math.max(0, ...named.map((name) => (layout[name].tickvals || []).length));
    if (!isNarrow(place) || layout.margin.l < width * 0.5 || !isLabelled || isBeside || isTall) {
      const needed = isNarrow(place) ? layout.margin.l + COLUMN * columns : 0;
      place.style.minWidth = Math.max(READABLE, needed) + "px";
      return;
    }
    const column = Math.max(0, ...named.map((name) => columnWidth(layout[name])));
    place.style.minWidth = column * columns + 2 * EDGE + "px";
    let rows = 0;
    axes.forEach((name) => {
      const axis = layout[name] = Object.assign({}, layout[name], { showticklabels: false });
      rows += axis.tickvals.length;
      // Rows with marks in lines of their own have labels half-way to the row above.
      const isLined = axis.type !== "category";
      if (isLined) axis.range = [axis.range[0], axis.range[1] + HALF];
      axis.tickvals.forEach((row, i) => layout.annotations.push({
        text: fitted(axis.ticktext[i], width - 2 * EDGE, axis.tickfont), font: axis.tickfont,
        x: 0, xref: "paper", xanchor: "left", align: "left", showarrow: false,
        y: isLined ? row + HALF : row, yref: name.replace("axis", ""),
        yshift: isLined ? 0 : LABEL_SHIFT,
      }));
    });
    layout.margin = Object.assign({}, layout.margin, { l: EDGE, r: EDGE });
    layout.height += LABEL_ROOM * rows;
    layout.bargap = 1 - BAR_SHARE;
    // Letters keep their size while everything else shrinks: values need more room at the right.
    // Columns with names of their own have theirs, and cannot do without every second one.
    horizontal.filter((name) => !named.includes(name)).forEach((name) => {
      const axis = layout[name] = Object.assign({}, layout[name]);
      const [low, high] = axis.range || [];
      if (typeof high === "number") axis.range = [low, high + (high - low) / 3];
      const crowded = axis.ticktext && axis.ticktext.length > 3;
      if (crowded) axis.ticktext = axis.ticktext.map((text, i) => (i % 2 ? "" : text));
    });
    // The room above a mark is taken.
    data.forEach((trace) => {
      if (trace.width) trace.width = Math.min(trace.width, BAR_SHARE);
      if (trace.textposition) trace.textposition = trace.textposition.replace("top", "bottom");
    });
  }

  // Two simple panels side by side stand one below the other.
  function stack(layout) {
    const panels = ["", "2"].map((n) => [layout["xaxis" + n], layout["yaxis" + n]]);
    const isSimple = panels.every(([x, y]) => x && y && x.domain && y.type !== "category")
      && !layout.xaxis3 && panels[1][0].domain[0] > panels[0][0].domain[1];
    if (!isSimple || layout.shapes.length) return false;
    const high = layout.height - layout.margin.t - layout.margin.b;
    layout.height += high + BETWEEN_PANELS;
    const whole = 2 * high + BETWEEN_PANELS;
    const places = [[(high + BETWEEN_PANELS) / whole, 1], [0, high / whole]];
    layout.annotations = layout.annotations.map((note) => {
      const at = note.x < panels[1][0].domain[0] ? 0 : 1;
      const [left, right] = panels[at][0].domain, [low, top] = places[at];
      return Object.assign({}, note, {
        x: (note.x - left) / (right - left), y: low + note.y * (top - low),
      });
    });
    panels.forEach(([x, y], at) => {
      const n = at ? "2" : "";
      layout["xaxis" + n] = Object.assign({}, x, { domain: [0, 1], tickangle: 0, nticks: MOST_TICKS });
      layout["yaxis" + n] = Object.assign({}, y, { domain: places[at] });
    });
    return true;
  }

  function penOf(font) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font.size + "px " + getComputedStyle(document.body).fontFamily;
    return pen;
  }

  // How wide columns have to be for their heads to stand apart; some heads leave a line to the next.
  function columnWidth(axis) {
    const pen = penOf(axis.tickfont);
    // Heads stand above the drawing: their last lines are level.
    const heads = axis.ticktext.map((text) => text.split("<br>").reverse().map((line) =>
      pen.measureText(line.replace(/<[^>]*>/g, "").trim()).width));
    let needed = LEAST_COLUMN;
    for (let line = 0; heads.some((head) => line < head.length); line += 1) {
      const taken = [...heads.keys()].filter((i) => heads[i][line] > 0);
      taken.slice(1).forEach((right, i) => {
        const left = taken[i];
        const room = (heads[left][line] + heads[right][line]) / 2 + BETWEEN_HEADS;
        needed = Math.max(needed, room / (right - left));
      });
    }
    return needed;
  }

  // Cut each line of a label to the room there is; the whole text stands in the table.
  function fitted(text, room, font) {
    const pen = penOf(font);
    return text.split("<br>").map((line) => line.replace(/[^<>]+(?=<|$)/g, (words) => {
      if (pen.measureText(words).width <= room) return words;
      let kept = words;
      while (kept && pen.measureText(kept + "…").width > room) kept = kept.slice(0, -1);
      return kept.trimEnd() + "…";
    })).join("<br>");
  }

  function parts(figure, place) {
    const data = structuredClone(figure.data);
    const layout = plain(figure.layout);
    place.dataset.narrow = isNarrow(place);
    narrow(data, layout, place);
    place.style.minHeight = layout.height + "px";
    return [place, data, layout, { responsive: true, displaylogo: false, displayModeBar: false }];
  }

  function draw(script) {
    const number = script.dataset.drawing;
    const figure = JSON.parse(script.textContent);
    drawings.set(number, figure);
    figure.shown = { data: figure.data, layout: figure.layout };
    figure.settings = {};
    const place = document.getElementById("drawing-" + number);
    return window.Plotly.newPlot(...parts(figure.shown, place));
  }

  function redraw(number, shown) {
    const figure = drawings.get(number);
    figure.shown = { data: shown.data, layout: reframed(shown.layout, figure.layout) };
    const place = document.getElementById("drawing-" + number);
    return window.Plotly.react(...parts(figure.shown, place));
  }

  // The printed frame with the words of another view, as planlib.style sets it.
  function reframed(layout, before) {
    const meta = layout.meta.planlib, old = before.meta.planlib;
    const part = (name) => layout.annotations.find((a) => a.name === "planlib-" + name);
    const count = (text) => (text ? text.split("<br>").length : 0);
    const lines = {
      title: wrap(meta.title, 78).map((line) => "<b>" + line + "</b>"),
      subtitle: wrap(meta.subtitle, 110),
      key: keyLines(meta.key),
      foot: [meta.note, meta.source, meta.stamp].flatMap((text) => wrap(text, 118)),
    };
    const more = Object.fromEntries(Object.entries(lines).map(([name, text]) =>
      [name, text.length - count(part(name).text)]));
    Object.entries(lines).forEach(([name, text]) => { part(name).text = text.join("<br>"); });
    const up = { key: 21 * more.key };
    up.subtitle = up.key + 19 * more.subtitle;
    up.title = up.subtitle + 25 * more.title;
    Object.keys(up).forEach((name) => { part(name).yshift += up[name]; });
    const mark = layout.shapes.find((shape) => shape.name === "planlib-mark");
    mark.y0 += up.title;
    mark.y1 += up.title;
    layout.margin = Object.assign({}, layout.margin, { t: layout.margin.t + up.title,
      b: layout.margin.b + 17 * more.foot });
    layout.height = before.height + up.title + 17 * more.foot + meta.plain_height
      - old.plain_height;
    return layout;
  }

  const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/;

  function widthOf(text) {
    return [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0);
  }

  function wrap(text, columns) {
    const pieces = text.match(new RegExp(WIDE.source + "[，。；：、！？）》”]*|[^\\s" +
      WIDE.source.slice(1) + "+\\s*|\\s+", "g")) || [];
    return pieces.reduce((lines, piece) => {
      const line = lines.at(-1) + piece;
      if (widthOf(line.trimEnd()) <= columns || !lines.at(-1)) lines[lines.length - 1] = line;
      else lines.push(piece);
      return lines;
    }, [""]).map((line) => line.trimEnd()).filter(Boolean);
  }

  function keyLines(key) {
    let room = 0;
    const lines = [];
    key.forEach((mark) => {
      const entry = "<span style='color:" + mark.colour + ";font-size:17px'>" + mark.glyph +
        "</span>&nbsp;" + mark.text;
      const taken = widthOf(mark.text) + 6;
      if (lines.length && taken <= room) {
        lines[lines.length - 1] += "&nbsp;&nbsp;&nbsp; " + entry;
        room -= taken;
      } else {
        lines.push(entry);
        room = 116 - taken;
      }
    });
    return lines;
  }

  // A file of another view than the first says in its name what the reader has set.
  function fileName(figure, settings) {
    const parts = Object.entries(settings).map(([name, value]) => name + "-" + value);
    const name = [document.body.dataset.edition, figure.name, ...parts].join("-");
    return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, LONGEST_NAME);
  }

  async function save(button) {
    const figure = drawings.get(button.dataset.drawing);
    const layout = Object.assign({}, figure.shown.layout, { width: PICTURE_WIDTH, autosize: false });
    const url = await window.Plotly.toImage({ data: figure.shown.data, layout: layout },
      { format: "png", width: PICTURE_WIDTH, height: layout.height, scale: 2 });
    const link = document.createElement("a");
    link.href = url;
    link.download = fileName(figure, figure.settings) + ".png";
    link.click();
  }

  // A drawing keeps the width that it has on the screen; paper is narrower.
  function shrink() {
    document.querySelectorAll(".drawing").forEach((place) => {
      place.style.zoom = Math.min(1, PAPER_WIDTH / place.clientWidth);
    });
  }

  function restore() {
    document.querySelectorAll(".drawing").forEach((place) => { place.style.zoom = ""; });
  }

  // A phone that is turned shows its charts as they are drawn for that width.
  function turn() {
    drawings.forEach((figure, number) => {
      const place = document.getElementById("drawing-" + number);
      if (place.dataset.narrow === String(isNarrow(place))) return;
      window.Plotly.react(...parts(figure.shown, place));
    });
  }

  window.addEventListener("resize", turn);
  window.addEventListener("beforeprint", shrink);
  window.addEventListener("afterprint", restore);
  document.querySelectorAll("script.drawing-data").forEach(draw);
  document.querySelectorAll("button.picture").forEach((button) => {
    button.addEventListener("click", () => save(button));
  });
  window.planlib = { drawings: drawings, redraw: redraw, fileName: fileName };
  document.documentElement.dataset.drawn = String(drawings.size);
})();
