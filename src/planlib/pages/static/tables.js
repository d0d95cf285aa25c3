"use strict";
// Tables sort by their heads (sortable.min.js does it, by the values in data-sort) and long ones can
// be searched. Without script they stay what they are: plain tables.
(function () {
  const SEARCHED_FROM = 12;
  const words = JSON.parse(document.getElementById("words").textContent);

  function head(cell) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
  }

  function search(table) {
    const box = document.createElement("input");
    box.type = "search";
    box.placeholder = words.search;
    box.setAttribute("aria-label", words.search);
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    const line = document.createElement("div");
    line.className = "search";
    line.append(box, told);
    table.closest(".scroll").before(line);
    const find = () => {
      const sought = box.value.trim().toLocaleLowerCase().split(/\s+/);
      let found = 0;
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLocaleLowerCase();
        const isHit = sought.every((word) => text.includes(word));
        row.toggleAttribute("data-missed", !isHit);
        if (isHit && !row.hasAttribute("data-out")) found += 1;
      }
      table.dataset.sought = box.value.trim();
      told.textContent = box.value.trim() ? words.found.replace("{}", found) : "";
      table.dispatchEvent(new Event("planlib-found"));
    };
    box.addEventListener("input", find);
    table.addEventListener("planlib-rows", find);
    table.addEventListener("planlib-reset", () => {
      box.value = "";
      find();
    });
  }

  document.querySelectorAll("table.planlib").forEach((table) => {
    table.classList.add("sortable", "asc", "n-last");
    table.querySelectorAll("thead th").forEach(head);
    if (table.tBodies[0].rows.length >= SEARCHED_FROM) search(table);
  });
})();
