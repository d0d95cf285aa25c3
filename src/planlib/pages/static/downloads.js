"use strict";
// The files beside a figure are of its first view. When the reader has set something, the same links
// give what is shown, made here: the rows of the table, the drawing, and which settings they are of.
(function () {
  const words = JSON.parse(document.getElementById("words").textContent);
  const FORMULA = /^\s*[=+\-@\t\r]/;

  function rowsOf(table) {
    return [...table.tBodies[0].rows].filter((row) =>
      !row.hasAttribute("data-out") && !row.hasAttribute("data-missed"));
  }

  // A cell as the file has it: the value, not how it is written.
  function valueOf(cell) {
    const data = cell.dataset;
    if ("raw" in data) return data.raw;
    if (data.sort) return data.sort;
    return cell.querySelector(".blank") || data.sort === "" ? "" : cell.textContent;
  }

  function quoted(text) {
    return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  }

  function csv(figure, table) {
    const rows = rowsOf(table).map((row) => [...row.cells].map((cell) => {
      const value = valueOf(cell);
      return cell.className !== "number" && FORMULA.test(value) ? "'" + value : value;
    }));
    return [figure.heads, ...rows].map((row) => row.map(quoted).join(",") + "\n").join("");
  }

  function settingsOf(figure, table) {
    const sought = table.dataset.sought;
    return Object.assign({}, figure.settings, sought ? { search: sought } : {});
  }

  function metadata(figure, table) {
    const meta = figure.shown.layout.meta.planlib;
    const told = Object.fromEntries(words.printed.map((key) => [key, meta[key]]));
    return json(Object.assign(told, {
      settings: settingsOf(figure, table), columns: figure.heads, rows: rowsOf(table).length,
      data_version: words.data_version, licence: words.licence, cite: words.cite,
    }));
  }

  function json(value) {
    return JSON.stringify(value, null, 1) + "\n";
  }

  const made = {
    csv: (figure, table) => [csv(figure, table), ".csv", "text/csv"],
    json: (figure) => [json(figure.shown), ".json", "application/json"],
    metadata: (figure, table) => [metadata(figure, table), ".metadata.json", "application/json"],
  };

  function save(text, name, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  document.querySelectorAll("figure.chart").forEach((place) => {
    const button = place.querySelector("button.picture");
    const figure = window.planlib.drawings.get(button.dataset.drawing);
    const table = place.querySelector("table.planlib");
    const label = place.querySelector(".tools .what");
    const isSet = () => Object.keys(settingsOf(figure, table)).length > 0;
    const tell = () => { label.textContent = isSet() ? words.view : words.data; };
    place.querySelectorAll("a[data-makes]").forEach((link) => {
      link.addEventListener("click", (event) => {
        if (!isSet()) return;
        event.preventDefault();
        const [text, ending, type] = made[link.dataset.makes](figure, table);
        save(text, window.planlib.fileName(figure, settingsOf(figure, table)) + ending, type);
      });
    });
    ["planlib-rows", "planlib-found"].forEach((name) => table.addEventListener(name, tell));
    tell();
  });
})();
