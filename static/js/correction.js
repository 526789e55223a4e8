// The submitter's fields follow their tick; another procedure or agency shows what it leads to.
"use strict";

for (const tick of document.querySelectorAll("[data-shows-off]")) {
  const shown = document.getElementById(tick.dataset.showsOff);
  const follow = () => { shown.hidden = tick.checked; };
  tick.addEventListener("change", follow);
  follow();
}

for (const field of document.querySelectorAll("[data-sends]")) {
  const before = field.value;
  field.addEventListener("change", () => {
    if (field.value !== before) field.form.requestSubmit(document.getElementById(field.dataset.sends));
  });
}

// Where the browser did not follow the server's wish; a field somebody went to meanwhile stays.
if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
