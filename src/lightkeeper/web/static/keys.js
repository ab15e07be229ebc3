/* Keys of a page: what carries `data-key` is pressed by that key, and `?` lists them all. Plain script, `defer`.

     <button data-key="n" data-key-says="Take the next case">…</button>

   A key is one letter, digit or name as KeyboardEvent.key gives it ("Escape"), with "Ctrl+" before it where Ctrl or
   Command is held. Nothing happens while somebody types, and no key has two meanings on one page: the first element
   that is visible and carries it counts. `data-key-focus` focuses instead of pressing. `data-key-enter` on one of them:
   Enter presses it too, where nothing has the focus. `data-key-note` on any element adds a line to the list for keys
   that other scripts answer ("Space|Show while it is held"). The dialog is the page's own <dialog data-keys> with an
   empty <dl>; without one `?` does nothing. */
"use strict";

(() => {
  const typing = (target) =>
    target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT" ||
    (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type));
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;
  const name = (event) => (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + event.key;
  const holder = (key) =>
    [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && visible(one));

  const list = (dialog) => {
    const lines = dialog.querySelector("dl");
    lines.replaceChildren();
    const add = (key, says) => {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const shown = document.createElement("kbd");
      const told = document.createElement("dd");
      shown.textContent = key;
      told.textContent = says;
      term.append(shown);
      row.append(term, told);
      lines.append(row);
    };
    for (const one of document.querySelectorAll("[data-key]")) {
      if (!visible(one)) continue;
      for (const key of [one.dataset.key, ...("keyEnter" in one.dataset ? ["Enter"] : [])]) {
        add(key, one.dataset.keySays || one.textContent.trim());
      }
    }
    for (const one of document.querySelectorAll("[data-key-note]")) {
      if (visible(one)) add(...one.dataset.keyNote.split("|"));
    }
  };

  document.addEventListener("keydown", (event) => {
    const key = name(event);
    if (event.defaultPrevented || event.altKey || event.repeat) return;
    if (typing(event.target) && !key.startsWith("Ctrl+") && key !== "Escape") return;
    const dialog = document.querySelector("dialog[data-keys]");
    if (dialog && dialog.open) return; // it closes by itself with Escape
    if (key === "?" && dialog) {
      event.preventDefault();
      document.dispatchEvent(new Event("lightkeeper:veil"));
      list(dialog);
      dialog.showModal();
      return;
    }
    const unfocused = event.target === document.body || event.target.id === "main";
    const target = key === "Enter" && unfocused
      ? [...document.querySelectorAll("[data-key-enter]")].find(visible) || holder(key)
      : holder(key);
    if (!target) return;
    event.preventDefault();
    if ("keyFocus" in target.dataset) target.focus();
    else target.click();
  });
})();
