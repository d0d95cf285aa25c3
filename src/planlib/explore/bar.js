// How to get this view again: the parameters as text with a button that copies it, and files.
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Pages without leave to write to the clipboard may still copy what is selected.
    field.select();
    document.execCommand("copy");
  }
}

const FORMATS = ["csv", "xlsx", "pptx", "png"];

function save(name, content) {
  const link = document.createElement("a");
  // Without the mark, spreadsheets take a CSV for the machine's old encoding.
  const parts = name.endsWith(".csv") ? ["\ufeff", content] : [content];
  link.href = URL.createObjectURL(new Blob(parts));
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
      part(line, "span", "planlib-name", { textContent: words.save });
      for (const form of FORMATS) {
        const button = part(line, "button", "planlib-button", {
          type: "button", textContent: words[form],
        });
        button.dataset.saves = form;
        button.addEventListener("click", () => {
          said.textContent = words.making;
          model.send({ kind: "file", form });
        });
      }
      line.append(said);
    }

    function fill() {
      said.textContent = "";
      el.querySelectorAll("input").forEach((field) => { field.value = model.get(field.dataset.name); });
    }

    build();
    model.on("change:words", build);
    model.on("change:command change:call", fill);
    model.on("msg:custom", (message, buffers) => {
      said.textContent = message.kind === "refused" ? message.text : "";
      if (message.kind === "file") save(message.name, buffers[0]);
    });
  },
};
