// Function keys and Ctrl+Enter reach what the page marks with data-key; never letters, because
// scanners and Vietnamese typing send those. Buttons marked data-opens open a native <dialog>.
"use strict";

const KEYS = new Set(["F2", "F4", "F8", "F9"]);

function nameOf(event) {
  if (event.ctrlKey && event.key === "Enter") return "F8";
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  return plain && KEYS.has(event.key) ? event.key : null;
}

function reach(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    if (element.select) element.select();
  } else {
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat) return;
  const name = nameOf(event);
  const element = name && document.querySelector(`[data-key="${name}"]:not([disabled])`);
  if (element) {
    event.preventDefault();
    reach(element);
  }
});

for (const button of document.querySelectorAll("[data-opens]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.opens).showModal();
    button.closest("details")?.removeAttribute("open");
  });
}

// A menu made of <details> closes like one: by Escape, or by a click beside it.
for (const menu of document.querySelectorAll("details.person")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
