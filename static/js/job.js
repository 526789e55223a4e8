// Keeps the progress of a job up to date: asks for the page once a second and shows its new state.
"use strict";

const EVERY_SECOND = 1_000;

async function look() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => "") : "";
  const shown = document.getElementById("job");
  const found = new DOMParser().parseFromString(html, "text/html").getElementById("job");
  if (found && found.innerHTML !== shown.innerHTML) shown.replaceWith(found);
  if (!found || found.hasAttribute("data-open")) setTimeout(look, EVERY_SECOND);
}

setTimeout(look, EVERY_SECOND);
