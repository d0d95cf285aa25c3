// How to get this view again: the parameters as text with a button that copies it, and the data.
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Pages without leave to write to the clipboard may still copy what is selected.
    field.select();
    document.execCommand("copy");
  }
}

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function part(parent, tag, className, properties = {}) {
  const made = Object.assign(document.createElement(tag), { className, ...properties });
  parent.append(made);
  return made;
}

export default {
  render({ model, el }) {
    el.classList.add("planlib-bar");
    const said = Object.assign(document.createElement("span"), { className: "planlib-said" });
    said.setAttribute("role", "status");

    function build() {
      const words = model.get("words");
      el.replaceChildren();
      for (const name of ["command", "call"]) {
        const line = part(el, "div", "planlib-line");
        part(line, "span", "planlib-name", { textContent: words[name] });
        const field = part(line, "input", "planlib-field", {
          type: "text", readOnly: true, value: model.get(name), ariaLabel: words[name],
        });
        field.dataset.name = name;
        const button = part(line, "button", "planlib-button", {
          type: "button", textContent: words.copy,
        });
        button.dataset.copies = name;
        button.addEventListener("click", async () => {
          await copy(field);
          said.textContent = words.copied;
        });
      }
      const line = part(el, "div", "planlib-line");
      const button = part(line, "button", "planlib-button", {
        type: "button", textContent: words.data,
      });
      button.dataset.saves = "csv";
      button.addEventListener("click", () => model.send({ kind: "data" }));
      line.append(said);
    }

    function fill() {
      said.textContent = "";
      el.querySelectorAll("input").forEach((field) => { field.value = model.get(field.dataset.name); });
    }

    build();
    model.on("change:words", build);
    model.on("change:command change:call", fill);
    model.on("msg:custom", (message) => {
      if (message.kind === "data") save(message.name, message.text);
    });
  },
};
