/* The page of a conversation: `n` and `p` go from mark to mark, `x` unfolds five messages around, `v` asks for
   the words around a message, `a` for all, `e` marks evidence;
   the words come by a request that is recorded, and go with Escape, with leaving the window, when nobody is there, and
   at the limit. Plain script, `defer`. Without it all is there: folds open by themselves, evidence goes with the
   verdict, and the request for the words answers with the page. */
"use strict";

(() => {
  const root = document.querySelector("[data-talk]");
  if (!root) return;
  const AROUND = 5;
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const one = (selector) => root.querySelector(selector);
  const visible = (element) => element.getClientRects().length > 0;
  let current = null; // the id of the message that was gone to last
  let timers = [];
  let began = 0;

  const say = (words) => { const place = one("[data-says]"); if (place) place.textContent = words || ""; };

  /* Where one is */
  const line = () => {
    const focused = document.activeElement && document.activeElement.closest("[data-line]");
    return focused || (current && document.getElementById(current));
  };
  const go = (target) => {
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    current = target.id;
    for (const old of root.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
    target.setAttribute("aria-current", "true");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const lines = [...root.querySelectorAll("[data-line]")];
    const at = lines.indexOf(line());
    const after = by > 0 ? lines.slice(at + 1) : lines.slice(0, at < 0 ? lines.length : at).reverse();
    go(after.find((each) => "marked" in each.dataset));
  };

  /* Folds: the messages nearest to where one is come out, five at a time on each side */
  const shrink = (fold) => {
    const left = fold.querySelectorAll("[data-line]").length;
    if (!left) fold.closest(".fold").remove();
    else fold.querySelector("[data-fold-says]").textContent = root.dataset[left === 1 ? "foldOne" : "foldMany"].replace("{n}", left);
  };
  const unfold = () => {
    const here = line() || one("[data-marked]");
    const place = here && (here.closest(".fold") || here);
    if (!place) return;
    if (place.matches(".fold")) { place.querySelector("details").open = true; return; }
    const near = (side) => {
      let next = place;
      do next = next[side]; while (next && !next.matches(".fold"));
      return next && next.querySelector("details");
    };
    for (const [fold, ahead] of [[near("previousElementSibling"), false], [near("nextElementSibling"), true]]) {
      if (!fold) continue;
      const all = [...fold.querySelectorAll("[data-line]")];
      const out = ahead ? all.slice(0, AROUND) : all.slice(-AROUND);
      fold.closest(".fold")[ahead ? "before" : "after"](...out);
      shrink(fold);
    }
    go(here);
  };

  /* Evidence: told at once, and sent again with the verdict */
  const told = async (box) => {
    const url = (one("[data-evidence-url]") || { dataset: {} }).dataset.evidenceUrl;
    if (!url) return;
    const body = new URLSearchParams({ message: box.value, on: box.checked ? "1" : "" });
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
      if (!answer.ok) throw new Error("refused");
    } catch {
      box.checked = !box.checked;
      say(root.dataset.notMarked);
    }
  };
  const evidence = () => {
    const box = line() && line().querySelector("[name=evidence]");
    if (box) box.click();
    else say(root.dataset.noLine);
  };

  /* The words */
  const veil = (how) => {
    const state = one("[data-shown]");
    if (!state) return;
    for (const timer of timers) window.clearTimeout(timer);
    timers = [];
    for (const words of root.querySelectorAll("[data-words]")) {
      const severe = words.closest(".severe");
      (severe || words).remove();
    }
    state.removeAttribute("data-shown");
    state.classList.remove("text-shown");
    say(state.dataset.veiled);
    const seconds = (performance.now() - began) / 1000;
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token(), seconds: seconds.toFixed(2), how })) {
      body.append(name, value);
    }
    fetch(state.dataset.endUrl, { method: "POST", body, keepalive: true }).catch(() => navigator.sendBeacon(state.dataset.endUrl, body));
  };
  const read = () => {
    const here = line() || one("[data-marked]") || one("[data-line]");
    const button = here && here.querySelector("button[name=part]");
    if (button) button.click();
  };
  let idle = 0;
  const touched = () => {
    const state = one("[data-shown]");
    if (!state) return;
    window.clearTimeout(idle);
    idle = window.setTimeout(() => veil("idle"), Number(state.dataset.idle) * 1000);
    timers = [...timers.slice(0, 1), idle];
  };
  const shown = () => {
    const state = one("[data-shown]");
    if (!state) return;
    began = performance.now();
    timers = [window.setTimeout(() => veil("limit"), Number(state.dataset.limit) * 1000)];
    touched();
  };
  const ask = async (form, submitter) => {
    const body = new FormData(form, submitter);
    const here = submitter && submitter.closest("[data-line]");
    if (here) current = here.id;
    veil("veiled");
    say(form.dataset.asking);
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", body, cache: "no-store", redirect: "follow",
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-talk]");
      if (!fresh) throw new Error("refused");
      const marked = [...root.querySelectorAll("[name=evidence]:checked")].map((box) => box.value);
      root.replaceChildren(...fresh.childNodes);
      for (const box of root.querySelectorAll("[name=evidence]")) box.checked = box.checked || marked.includes(box.value);
      ready();
      const back = current && document.getElementById(current);
      if (back) go(back); else one("[data-ask] button, [data-marked]")?.focus();
      if (!document.hasFocus() || document.hidden) veil("blurred");
    } catch {
      say(form.dataset.failed);
    }
  };

  const ready = () => {
    const tools = one("[data-tools]");
    if (tools) tools.hidden = false;
    shown();
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.step) step(Number(button.dataset.step));
    else if ("unfold" in button.dataset) unfold();
    else if ("read" in button.dataset) read();
    else if ("evidence" in button.dataset) evidence();
  });
  root.addEventListener("change", (event) => { if (event.target.name === "evidence") told(event.target); });
  root.addEventListener("focusin", (event) => {
    const here = event.target.closest("[data-line]");
    if (here) current = here.id;
  });
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-ask]")) return;
    event.preventDefault();
    ask(event.target, event.submitter);
  });
  document.addEventListener("lightkeeper:veil", () => veil("veiled"));
  document.addEventListener("visibilitychange", () => { if (document.hidden) veil("blurred"); });
  for (const name of ["blur", "pagehide", "beforeprint"]) window.addEventListener(name, () => veil("blurred"));
  for (const name of ["pointermove", "keydown", "wheel"]) {
    document.addEventListener(name, (event) => { if (!event.repeat) touched(); }, { passive: true });
  }
  ready();
})();
