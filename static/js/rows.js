// Up and down walk the rows of a list; Enter opens, because the focus is on the row's own link.
"use strict";

const links = [...document.querySelectorAll("table.data-table .stretched-link")];

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!links.length || event.target.closest("input, select, textarea, dialog, details[open]")) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  if (links[next]) {
    event.preventDefault();
    links[next].focus();
  }
});
