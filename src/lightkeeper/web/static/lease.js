/* Keeps a case while its page is open and seen, and says so when it is somebody else's. Plain script, `defer`.

     <div data-lease data-beat-url="/cases/…/beat/" data-lost="This case is not yours any more.">
       <p data-lease-lost role="alert" hidden></p>
     </div>

   A beat every 15 seconds while the page is visible and somebody pressed a key or moved the pointer within the last
   five minutes; a page where nobody is is silent, and after a minute anybody may take the case. When it is lost, everything is veiled and forms of the page are closed, so that nothing is typed in
   vain. */
"use strict";

(() => {
  const root = document.querySelector("[data-lease]");
  if (!root) return;
  const EVERY = 15000;
  const THERE = 5 * 60 * 1000;
  let acted = Date.now();
  for (const act of ["pointerdown", "pointermove", "wheel", "keydown"]) {
    document.addEventListener(act, () => { acted = Date.now(); }, { capture: true, passive: true });
  }
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  let timer = 0;

  const lost = () => {
    window.clearInterval(timer);
    document.dispatchEvent(new Event("lightkeeper:veil"));
    const told = root.querySelector("[data-lease-lost]");
    told.textContent = root.dataset.lost;
    told.hidden = false;
    for (const one of document.querySelectorAll("form[data-needs-lease] :is(button, input, textarea, select)")) {
      one.disabled = true;
    }
  };
  const beat = async () => {
    if (document.visibilityState !== "visible" || Date.now() - acted > THERE) return;
    try {
      const answer = await fetch(root.dataset.beatUrl, { method: "POST", headers: { "X-CSRFToken": token() } });
      if (answer.status === 409) lost();
    } catch {
      // The server does not answer; the next beat asks again.
    }
  };
  timer = window.setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat);
})();
