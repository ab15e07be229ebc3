/* Shows what is veiled, while a key or the pointer is held, and never longer. Plain script, loaded with `defer`.

   `review/veil.html` marks a veil up, one for each item; what counts are these attributes:

     <section data-veil data-reveal-url=".../reveal/" data-end-url="/reveals/00000000-0000-0000-0000-000000000000/end/"
              data-track="picture" data-levels="tile grey full" data-next="tile" data-parts="yes" data-first-part="no"
              data-idle="20" data-toggle="no" data-words='{"tile": "small tile", "seen": "Seen: {what}, {seconds} s", …}'>
       <div data-frame tabindex="0" role="button">    the place that is held and has the focus
         <canvas data-canvas hidden></canvas>         or, of the track "text", <div data-text hidden>
         <div data-grid hidden><i></i> … nine … </div>  optional: marks the picked part
       </div>
       <p data-status role="status"></p>
       <select data-level>…</select>                  optional: picks the level by hand
       <ul data-seen></ul>                            grows: "Seen: grey, 4 s"
     </section>

   `data-levels`: what this person may see, the lowest first. `data-next`: the level that is shown first (`ladder()`);
   after each look the next one follows. `data-first-part="yes"`: the full level begins with parts. `data-toggle="yes"`:
   one press shows, another veils, for people who cannot hold a key. The token is taken from the body's hx-headers.

   Keys, when the frame has the focus: Space shows while it is held; Shift+Space shows the picked part; arrow keys pick
   one of nine parts. Letting go veils; so do Escape, leaving the window or the page, printing, being idle, the limit,
   and the event `lightkeeper:veil` on document. `lightkeeper:shown` and `lightkeeper:veiled` are told on the section.
   Hovering, focus and zooming show nothing. What was shown is on a canvas only: no address of it exists. */
"use strict";

(() => {
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const veils = new Set();
  let open = null;   // the veil that is lifted or being lifted; one at a time
  let asking = Promise.resolve(); // the question that is under way: the next is asked when its answer was dealt with
  let last = "";     // the id of what this page veiled last: the server ends it exactly, if the page's word is late

  class Veil {
    constructor(root) {
      this.root = root;
      this.frame = root.querySelector("[data-frame]");
      this.canvas = root.querySelector("[data-canvas]");
      this.text = root.querySelector("[data-text]");
      this.status = root.querySelector("[data-status]");
      this.list = root.querySelector("[data-seen]");
      this.grid = root.querySelector("[data-grid]");
      this.picker = root.querySelector("[data-level]");
      this.words = JSON.parse(root.dataset.words || "{}");
      this.levels = (root.dataset.levels || "full").split(" ").filter(Boolean);
      this.next = root.dataset.next || this.levels[0];
      this.part = 5;
      this.turn = 0; // every veiling makes what is under way worthless
      this.held = "";
      this.listen();
      this.say(this.words.veiled);
    }

    listen() {
      const frame = this.frame;
      const toggle = this.root.dataset.toggle === "yes";
      frame.addEventListener("keydown", (event) => {
        if (event.target !== frame) return;
        if (event.key === " ") {
          event.preventDefault();
          if (event.repeat) return;
          if (toggle && open === this) this.veil("veiled");
          else this.show(event.shiftKey, "key");
        } else if (event.key.startsWith("Arrow") && this.root.dataset.parts === "yes") {
          event.preventDefault();
          this.pick(event.key);
        }
      });
      frame.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        frame.focus({ preventScroll: true });
        if (toggle && open === this) return this.veil("veiled");
        if (!toggle) frame.setPointerCapture(event.pointerId);
        this.show(event.shiftKey, "pointer");
      });
      frame.addEventListener("contextmenu", (event) => event.preventDefault());
      if (toggle) return;
      const release = (held, how = "veiled") => { if (open === this && this.held === held) this.veil(how); };
      document.addEventListener("keyup", (event) => { if (event.key === " ") release("key"); });
      for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
        frame.addEventListener(name, () => release("pointer"));
      }
      frame.addEventListener("blur", () => release("key", document.hasFocus() ? "veiled" : "blurred"));
    }

    pick(key) {
      const [row, column] = [Math.floor((this.part - 1) / 3), (this.part - 1) % 3];
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
      if (!step) return;
      const bound = (value) => Math.min(2, Math.max(0, value));
      if (open === this) this.veil("veiled");
      this.part = bound(row + step[0]) * 3 + bound(column + step[1]) + 1;
      if (this.grid) {
        this.grid.hidden = false;
        [...this.grid.children].forEach((cell, at) => cell.toggleAttribute("data-picked", at + 1 === this.part));
      }
      this.say((this.words.part || "part {n}").replace("{n}", this.part));
    }

    async show(wantsPart, held) {
      if (document.hidden || !document.hasFocus()) return;
      veilAll("veiled");
      open = this;
      this.held = held;
      const turn = ++this.turn;
      const picture = this.root.dataset.track !== "text";
      const level = picture ? (this.picker && this.picker.value) || this.next : "full";
      const inParts = wantsPart || (level === "full" && this.root.dataset.firstPart === "yes");
      const part = picture && inParts ? `tile-${this.part}` : "whole";
      const before = asking;
      let answer, done;
      asking = new Promise((settle) => { done = settle; });
      try {
        await before;
        if (turn !== this.turn) return;
        const body = new URLSearchParams({ level, part, veiled: last });
        answer = await fetch(this.root.dataset.revealUrl, {
          method: "POST", body, headers: { "X-CSRFToken": token() }, credentials: "same-origin", cache: "no-store",
          redirect: "error",
        });
        if (!answer.ok) throw await this.reason(answer);
        this.id = answer.headers.get("Reveal-Id");
        const content = picture ? await createImageBitmap(await answer.blob()) : await answer.text();
        if (turn !== this.turn) { // let go meanwhile: nothing of it was seen
          if (picture) content.close();
          this.tell(this.id, 0, "veiled");
          return;
        }
        this.lift(content, picture, { level, part, limit: Number(answer.headers.get("Reveal-Limit")) });
      } catch (error) {
        if (answer && answer.ok && this.id) this.tell(this.id, 0, "veiled");
        if (turn !== this.turn) return;
        open = null;
        this.id = null;
        this.say(error.sentence || this.words.failed);
      } finally {
        done();
      }
    }

    async reason(answer) {
      const told = await answer.json().catch(() => ({}));
      return Object.assign(new Error("refused"), { sentence: told.detail || this.words.failed });
    }

    lift(content, picture, what) {
      this.what = what;
      this.began = performance.now();
      if (picture) {
        Object.assign(this.canvas, { width: content.width, height: content.height, hidden: false });
        this.canvas.getContext("2d").drawImage(content, 0, 0);
        content.close();
      } else {
        this.text.innerHTML = content; // from our own server, escaped there
        this.text.hidden = false;
      }
      this.root.toggleAttribute("data-lifted", true);
      this.limit = setTimeout(() => this.veil("limit"), what.limit * 1000);
      this.touched();
      this.say((this.words.shown || "{what}").replace("{what}", this.name()));
      this.root.dispatchEvent(new CustomEvent("lightkeeper:shown", { bubbles: true, detail: what }));
    }

    touched() {
      clearTimeout(this.idle);
      this.idle = setTimeout(() => this.veil("idle"), Number(this.root.dataset.idle || 20) * 1000);
    }

    veil(how) {
      if (open === this) open = null;
      this.turn += 1;
      if (!this.what) return;
      if (this.canvas) Object.assign(this.canvas, { width: 1, height: 1, hidden: true });
      if (this.text) { this.text.replaceChildren(); this.text.hidden = true; }
      this.root.toggleAttribute("data-lifted", false);
      clearTimeout(this.limit);
      clearTimeout(this.idle);
      const seconds = (performance.now() - this.began) / 1000;
      const what = this.what;
      this.tell(this.id, seconds, how);
      this.log(seconds);
      this.what = this.id = null;
      const at = this.levels.indexOf(what.level);
      if (what.level === "full") this.root.dataset.firstPart = "no";
      if (at >= 0 && this.levels.indexOf(this.next) <= at) this.next = this.levels[Math.min(at + 1, this.levels.length - 1)];
      this.say(this.words.veiled);
      this.root.dispatchEvent(new CustomEvent("lightkeeper:veiled", { bubbles: true, detail: { ...what, how, seconds } }));
    }

    tell(id, seconds, how) {
      last = id;
      const body = new FormData();
      for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token(), seconds: seconds.toFixed(2), how })) {
        body.append(name, value);
      }
      const url = this.root.dataset.endUrl.replace("00000000-0000-0000-0000-000000000000", id);
      fetch(url, { method: "POST", body, keepalive: true, credentials: "same-origin" })
        .catch(() => navigator.sendBeacon(url, body));
    }

    name() {
      const { level, part } = this.what;
      const where = part === "whole" ? "" : `, ${(this.words.part || "part {n}").replace("{n}", part.slice(5))}`;
      return (this.words[this.root.dataset.track === "text" ? "text" : level] || level) + where;
    }

    log(seconds) {
      if (!this.list) return;
      const line = document.createElement("li");
      const words = this.words.seen || "{what}, {seconds} s";
      line.textContent = words.replace("{what}", this.name()).replace("{seconds}", Math.max(1, Math.round(seconds)));
      this.list.append(line);
    }

    say(sentence) {
      if (this.status) this.status.textContent = sentence || "";
    }
  }

  const veilAll = (how) => { if (open) open.veil(how); };
  // A key that something lies on repeats: that is nobody's touch.
  const touched = (event) => { if (open && open.what && !event.repeat) open.touched(); };
  for (const [target, name, how] of [
    [window, "blur", "blurred"], [window, "pagehide", "blurred"], [window, "beforeprint", "blurred"],
    [document, "lightkeeper:veil", "veiled"], [document, "freeze", "blurred"],
  ]) target.addEventListener(name, () => veilAll(how));
  document.addEventListener("visibilitychange", () => { if (document.hidden) veilAll("blurred"); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") veilAll("veiled"); }, true);
  for (const name of ["pointermove", "keydown", "wheel"]) document.addEventListener(name, touched, { passive: true });

  const find = (root) => {
    for (const veil of veils) {
      if (!veil.root.isConnected) { veil.veil("veiled"); veils.delete(veil); }
    }
    for (const one of root.querySelectorAll("[data-veil]:not([data-veil-ready])")) {
      one.setAttribute("data-veil-ready", "");
      veils.add(new Veil(one));
    }
  };
  find(document);
  document.addEventListener("htmx:beforeSwap", () => veilAll("veiled"));
  document.addEventListener("htmx:afterSettle", () => find(document));
})();
