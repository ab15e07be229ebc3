/* The queue is asked for anew every ten seconds (htmx), but only while somebody sees it and is there: a page that is
   left open would keep its session in use, which then never locks. Plain script, `defer`. */
"use strict";

(() => {
  const THERE = 5 * 60 * 1000;
  let acted = Date.now();
  for (const act of ["pointerdown", "pointermove", "wheel", "keydown"]) {
    document.addEventListener(act, () => { acted = Date.now(); }, { capture: true, passive: true });
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "queue") return;
    if (document.visibilityState !== "visible" || Date.now() - acted > THERE) event.preventDefault();
  });
})();
