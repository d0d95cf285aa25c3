"use strict";
// Countries of the index, found by a part of their name.
document.querySelectorAll(".search").forEach((line) => {
  const box = line.querySelector("input");
  const list = document.getElementById(box.getAttribute("aria-controls"));
  line.hidden = false;
  box.addEventListener("input", () => {
    const sought = box.value.trim().toLocaleLowerCase();
    for (const item of list.children) {
      item.hidden = !item.textContent.toLocaleLowerCase().includes(sought);
    }
  });
});
