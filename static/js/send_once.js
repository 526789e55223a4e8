// A form is sent once: a second press while the first is on its way does nothing.
// The server's key holds without this too; here the second press just does not disturb.
"use strict";

// Whoever stopped a slow answer (Esc) stays on the page and presses again: no event tells of it.
const FORGOTTEN_AFTER = 5_000;

for (const form of document.querySelectorAll("form[data-send-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, FORGOTTEN_AFTER);
  });
  // Back from the next page, the form may be sent again: the server knows its key.
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
}
