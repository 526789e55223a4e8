// Says in words whether the browser has a network.
"use strict";

for (const chip of document.querySelectorAll("[data-network]")) {
  const show = () => {
    chip.textContent = navigator.onLine ? chip.dataset.online : chip.dataset.offline;
    chip.classList.toggle("network--off", !navigator.onLine);
    chip.hidden = false;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
