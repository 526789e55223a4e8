// Shows the papers that are ticked in the message the citizen will read.
"use strict";

for (const group of document.querySelectorAll("[data-preview]")) {
  const list = document.getElementById(group.dataset.preview);
  const show = () => {
    const ticked = new Set([...group.querySelectorAll("input:checked")].map((box) => box.value));
    for (const item of list.querySelectorAll("[data-paper]")) {
      item.hidden = !ticked.has(item.dataset.paper);
    }
    list.querySelector("[data-none]").hidden = ticked.size > 0;
  };
  group.addEventListener("change", show);
  show();
}
