/* The address of an item, once it is shown: copied as it really is, veiled again at the limit or with Escape, and the
   end of its being seen told. With it, asking for the address keeps what was answered in the form beside it.
   Plain script, `defer`. Without it the address stays until the page is left, and counts in full. */
"use strict";

(() => {
  const root = document.querySelector("[data-address]");
  if (!root) return;
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const place = () => root.querySelector("[data-address-shown]");
  let timer = 0;
  let began = 0;

  const refanged = (text) => {
    const found = /^(?:([a-z+.-]+):\/\/)?([^/?#\\]*)([^]*)$/.exec(text);
    const scheme = found[1] ? `${found[1].replace(/^hxxp/, "http")}://` : "";
    const spelled = (rest) => rest.replace(/hxxp(?=s?(?::|%3a)(?:\/|%2f))/gi, "http").replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
    return scheme + spelled(found[2].replaceAll("[.]", ".") + found[3]);
  };

  const say = (words) => { const line = root.querySelector("[data-address-says]"); if (line) line.textContent = words; };

  const veil = (how) => {
    const shown = place();
    if (!shown) return;
    window.clearTimeout(timer);
    const { endUrl, veiled } = shown.dataset;
    shown.remove();
    say(veiled);
    const body = new FormData();
    const seconds = (performance.now() - began) / 1000;
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token(), seconds: seconds.toFixed(2), how })) body.append(name, value);
    fetch(endUrl, { method: "POST", body, keepalive: true }).catch(() => navigator.sendBeacon(endUrl, body));
  };

  const begin = () => {
    const shown = place();
    if (!shown) return;
    began = performance.now();
    timer = window.setTimeout(() => veil("limit"), Number(shown.dataset.limit) * 1000);
    for (const button of shown.querySelectorAll("[data-copy]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(refanged(button.parentElement.querySelector("[data-defanged]").textContent));
        say(shown.dataset.copied);
      });
    }
  };

  root.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    veil("veiled");
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new FormData(form), cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-address]");
      if (!fresh || !fresh.querySelector("[data-address-shown]")) throw new Error("refused");
      root.replaceChildren(...fresh.childNodes);
      root.querySelector("button[data-key]").focus();
      begin();
    } catch {
      window.location.reload(); // the page says why
    }
  });
  document.addEventListener("lightkeeper:veil", () => veil("veiled"));
  window.addEventListener("pagehide", () => veil("veiled"));
  begin();
})();
