/* Counts down, in words, how long a grade can still be undone; told aloud only when it is over. Plain script, `defer`. */
"use strict";

(() => {
  const said = document.querySelector("[data-undo-says]");
  const began = performance.now();
  for (const line of document.querySelectorAll("[data-undo-line]")) {
    const left = line.querySelector("[data-undo-left]");
    const all = Number(line.dataset.seconds);
    const timer = setInterval(() => {
      const seconds = Math.ceil(all - (performance.now() - began) / 1000);
      if (seconds > 0) {
        left.textContent = seconds === 1 ? line.dataset.one : line.dataset.many.replace("{n}", seconds);
        return;
      }
      clearInterval(timer);
      left.textContent = line.dataset.over;
      const form = line.querySelector("form");
      if (form.contains(document.activeElement)) document.getElementById("main").focus();
      form.remove();
      said.textContent = line.textContent.trim();
    }, 250);
  }
})();
