"use strict";
// Countries of the index, found by a part of their name or by how it is shortened: UAE by the capital
// letters, 阿联酋 by characters of 阿拉伯联合酋长国 in their order.
const HAN = /^\p{Script=Han}+$/u;

function isShort(sought, name) {
  if (HAN.test(sought)) {
    let rest = [...name];
    return [...sought].every((letter) => {
      const at = rest.indexOf(letter);
      rest = rest.slice(at + 1);
      return at >= 0;
    });
  }
  return (name.match(/\p{Lu}/gu) || []).join("").toLowerCase() === sought;
}

document.querySelectorAll(".search").forEach((line) => {
  const box = line.querySelector("input");
  const list = document.getElementById(box.getAttribute("aria-controls"));
  line.hidden = false;
  box.addEventListener("input", () => {
    const sought = box.value.trim().toLocaleLowerCase();
    for (const item of list.children) {
      item.hidden = !item.textContent.toLocaleLowerCase().includes(sought)
        && !isShort(sought, item.dataset.name);
    }
  });
});
