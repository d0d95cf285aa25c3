"use strict";
// What a reader sets without a kernel. Nothing is computed here but which rows are chosen: every
// number and every word was computed before and is looked up (planlib.views).
(function () {
  const FADED = 0.18;
  const TOLD_AFTER = 400;
  const VIEW = "#view&";
  const words = JSON.parse(document.getElementById("words").textContent);
  const panels = new Map();

  class Panel {
    constructor(form) {
      this.form = form;
      this.number = form.dataset.drawing;
      this.base = window.planlib.drawings.get(this.number);
      this.controls = this.base.controls;
      this.figure = form.closest("figure");
      this.table = this.figure.querySelector("table.planlib");
      this.pool = new Map();
      this.rows = [...this.table.tBodies[0].rows];
      this.rows.forEach((row, n) => { row.dataset.row = n; });
      this.state = this.atFirst();
      form.addEventListener("input", () => this.read());
      form.addEventListener("reset", (event) => {
        event.preventDefault();
        this.set(this.atFirst());
        this.table.dispatchEvent(new Event("planlib-reset"));
      });
      form.addEventListener("submit", (event) => event.preventDefault());
      form.hidden = false;
    }

    atFirst() {
      return Object.fromEntries(this.controls.inputs.map((input) => [input.name, input.value]));
    }

    field(input) {
      return this.form.elements.namedItem(input.name);
    }

    read() {
      const state = {};
      this.controls.inputs.forEach((input) => {
        const field = this.field(input);
        state[input.name] = field.type === "checkbox" ? Number(field.checked) : Number(field.value);
      });
      this.set(state);
    }

    set(state) {
      this.state = state;
      this.controls.inputs.forEach((input) => {
        const field = this.field(input), position = state[input.name];
        const label = input.choices[position].label;
        if (field.type === "checkbox") field.checked = position === 1;
        else field.value = String(position);
        if (field.type !== "range") return;
        field.setAttribute("aria-valuetext", label);
        field.nextElementSibling.value = label;
      });
      this.show();
      this.tell();
      remember();
    }

    // Figures of one page that have an input in common show the same choice of it.
    tell() {
      panels.forEach((other) => {
        const state = Object.assign({}, other.state);
        this.controls.inputs.forEach((input) => {
          const like = other.controls.inputs.find((one) => one.name === input.name);
          const value = input.choices[this.state[input.name]].value;
          const position = like ? like.choices.findIndex((one) => one.value === value) : -1;
          if (position >= 0) state[input.name] = position;
        });
        const isNew = Object.keys(state).some((key) => state[key] !== other.state[key]);
        if (other !== this && isNew) other.set(state);
      });
    }

    isAtFirst() {
      return this.controls.inputs.every((input) => this.state[input.name] === input.value);
    }

    // A filter or an earlier day shows fewer rows than note and source line speak of; all else that
    // can be set are assumptions on the same rows.
    leavesRowsOut() {
      const isByDay = this.controls.inputs.some((input) => input.name === "as_of");
      return !this.isAtFirst() && (isByDay || Boolean(this.controls.filter));
    }

    // What is set otherwise than at first, as a notebook takes it.
    settings() {
      const set = this.controls.inputs.filter((input) => this.state[input.name] !== input.value);
      return Object.fromEntries(set.map((input) =>
        [input.name, input.choices[this.state[input.name]].value]));
    }

    // A value that stands once in the pool and is referred to from many places.
    open(node) {
      if (Array.isArray(node)) return node.map((part) => this.open(part));
      if (node === null || typeof node !== "object") return node;
      if ("$" in node) {
        if (!this.pool.has(node.$)) this.pool.set(node.$, this.open(this.controls.pool[node.$]));
        return this.pool.get(node.$);
      }
      if ("lines" in node) return node.lines.map((part) => this.open(part)).join("<br>");
      return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, this.open(part)]));
    }

    position(name) {
      return name === "matched" ? this.matched.filter(Boolean).length : this.state[name];
    }

    size(name) {
      if (name === "matched") return this.matched.length + 1;
      return this.controls.inputs.find((input) => input.name === name).choices.length;
    }

    slot(number) {
      const slot = this.controls.slots[number];
      const place = slot.over.reduce((at, name) => at * this.size(name) + this.position(name), 0);
      return this.open(slot.values[slot.index ? slot.index[place] : place]);
    }

    value(spec) {
      if (Array.isArray(spec)) return spec.map((part) => this.value(part));
      if (spec === null || typeof spec !== "object") return spec;
      if ("text" in spec) return spec.text.map((part) => this.value(part)).join("");
      if ("join" in spec) return spec.join.flatMap((part) => this.value(part));
      if ("end" in spec) return [...Array(this.position(spec.upto)).fill(""), this.value(spec.end)];
      if ("chosen" in spec) return this.chosen(spec.chosen);
      if ("counted" in spec) return this.counted(spec.counted, spec.groups);
      if ("slot" in spec) {
        const found = this.slot(spec.slot);
        if ("upto" in spec) return found.slice(0, this.position(spec.upto) + 1);
        return "at" in spec ? found[this.position(spec.at)] : found;
      }
      return Object.fromEntries(Object.entries(spec).map(([key, part]) => [key, this.value(part)]));
    }

    chosen(separator) {
      const inputs = this.controls.inputs.filter((input) => this.state[input.name] > 0);
      return inputs.map((input) => input.choices[this.state[input.name]].label).join(separator);
    }

    counted(groups, size) {
      const counts = Array(size).fill(0);
      this.matched.forEach((isHit, row) => { if (isHit) counts[groups[row]] += 1; });
      return counts.map((count) => (count ? String(count) : ""));
    }

    select() {
      const inputs = this.controls.inputs;
      this.matched = this.controls.filter.rows.map((row) => inputs.every((input, n) =>
        this.state[input.name] === 0 || row[n].includes(this.state[input.name])));
    }

    show() {
      if (this.controls.filter) this.select();
      const view = { data: structuredClone(this.base.data),
        layout: structuredClone(this.base.layout), table: {}, order: {} };
      if (!this.isAtFirst()) this.controls.changes.forEach((change) => {
        const last = change.path.at(-1);
        change.path.slice(0, -1).reduce((part, key) => part[key], view)[last] =
          this.value(change.to);
      });
      // What is told of the rows goes by the settings.
      this.base.settings = this.settings();
      if (this.controls.filter) this.fade(view);
      if (this.leavesRowsOut()) {
        const meta = view.layout.meta.planlib;
        meta.note = words.whole.replace("{}", () => meta.note).trim();
      }
      this.print(view.layout.meta.planlib);
      this.fill(view);
      window.planlib.redraw(this.number, view);
    }

    fade(view) {
      this.controls.filter.points.forEach((points, n) => {
        if (!points) return;
        const opacity = points.map((row) => (this.matched[row] ? 1 : FADED));
        view.data[n].marker = Object.assign({}, view.data[n].marker, { opacity: opacity });
      });
      this.rows.forEach((row, n) => row.toggleAttribute("data-out", !this.matched[n]));
      this.table.dispatchEvent(new Event("planlib-rows"));
    }

    print(meta) {
      const set = (selector, text) => {
        const part = this.figure.querySelector(selector);
        if (part) part.textContent = text;
      };
      set("h3", meta.title);
      set(".subtitle", meta.subtitle);
      set(".note", meta.note);
      set(".stamp", meta.stamp);
      this.figure.querySelector(".drawing").setAttribute("aria-label", meta.alt);
      const list = this.figure.querySelector(".key");
      if (list) list.replaceChildren(...meta.key.map((mark) => {
        const item = document.createElement("li"), glyph = document.createElement("span");
        glyph.className = "glyph";
        glyph.setAttribute("aria-hidden", "true");
        glyph.style.color = mark.colour;
        glyph.textContent = mark.glyph;
        item.append(glyph, " " + mark.text);
        return item;
      }));
      clearTimeout(this.telling);
      this.telling = setTimeout(() => set(".told", meta.title), TOLD_AFTER);
    }

    fill(view) {
      if (this.controls.filter) return this.count();
      this.table.querySelector("th[aria-sort]")?.removeAttribute("aria-sort");
      const body = this.table.tBodies[0];
      if (this.isAtFirst()) {
        body.replaceChildren(...this.rows);
      } else {
        const heads = [...this.table.tHead.rows[0].cells];
        const rows = view.table[0].map((_, n) => {
          const row = document.createElement("tr");
          heads.forEach((cell, column) => {
            const made = row.insertCell();
            made.className = cell.className;
            made.textContent = view.table[column][n];
            const order = view.order[column];
            if (order) made.dataset.sort = order[n] ?? "";
          });
          return row;
        });
        body.replaceChildren(...rows);
      }
      this.table.dispatchEvent(new Event("planlib-rows"));
      this.count();
    }

    count() {
      const rows = this.table.tBodies[0].querySelectorAll("tr:not([data-out])").length;
      this.figure.querySelector("summary").textContent =
        rows === 1 ? words.table_of_one : words.table.replace("{}", rows);
    }
  }

  // The view stands in the address, so that it can be sent; the other language keeps it.
  function remember() {
    const parts = new URLSearchParams();
    panels.forEach((panel, name) => panel.controls.inputs.forEach((input) => {
      const position = panel.state[input.name];
      if (position === input.value) return;
      parts.set(name + "." + input.name, input.choices[position].value);
    }));
    const hash = parts.size ? VIEW + parts : "";
    history.replaceState(null, "", hash || location.pathname + location.search);
    document.querySelectorAll(".languages a").forEach((link) => { link.hash = hash; });
  }

  function recall() {
    if (!location.hash.startsWith(VIEW)) return;
    const parts = new URLSearchParams(location.hash.slice(VIEW.length));
    let first = null;
    panels.forEach((panel, name) => {
      const state = panel.atFirst();
      panel.controls.inputs.forEach((input) => {
        const value = parts.get(name + "." + input.name);
        const position = input.choices.findIndex((choice) => String(choice.value) === value);
        if (position >= 0) state[input.name] = position;
      });
      if (Object.keys(state).every((key) => state[key] === panel.state[key])) return;
      panel.set(state);
      first = first || panel.figure;
    });
    if (first) first.scrollIntoView();
  }

  document.querySelectorAll("form.controls").forEach((form) => {
    const panel = new Panel(form);
    panels.set(panel.base.name, panel);
  });
  recall();
  window.addEventListener("hashchange", recall);
  document.documentElement.dataset.ready = "";
})();
