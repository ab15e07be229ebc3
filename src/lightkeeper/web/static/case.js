/* The grading form by keyboard, what is asked after which answer, the note's counter.
   Plain script, `defer`. Without it the page works: all questions stand open, and the server says what is wrong.

   Digits answer the question that has the focus, or the one marked as next; a single answer goes on to the next
   question. Letters go to questions (keys.js). Enter sends nothing but from the button; Ctrl+Enter sends from anywhere.
   Escape veils everything, and leaves a field that is typed in. Space belongs to reveal.js. */
"use strict";

(() => {
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  each(document, "[data-veil-keys]", (root) => {
    const frame = root.querySelector("[data-frame]");
    if (frame) Object.assign(frame.dataset, { key: "v", keyFocus: "", keySays: root.dataset.veilKeys });
  });

  const typing = (target) => target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    document.dispatchEvent(new Event("lightkeeper:veil"));
    if (typing(event.target)) event.target.blur();
  });

  const form = document.querySelector("[data-grade]");
  if (!form) return;
  const suggests = JSON.parse(document.getElementById("suggests").textContent);
  const questions = [...form.querySelectorAll("[data-question]")];
  const answers = (question) => [...question.querySelectorAll("input")];
  const answered = (question) => answers(question).some((one) => one.checked);
  const value = (code) => (form.querySelector(`[name="${code}"]:checked`) || {}).value || "";
  const shown = (question) => !question.hidden;
  let changed = Boolean(value("proposed")); // the decision was chosen by a person: it stays
  let marked = null;

  const mark = (question) => {
    if (marked) marked.removeAttribute("data-current");
    marked = question;
    if (question) question.setAttribute("data-current", "");
  };
  const next = (after) => questions.slice(questions.indexOf(after) + 1).find(shown) || null;
  const current = () => {
    const focused = document.activeElement.closest && document.activeElement.closest("[data-question]");
    if (focused && shown(focused)) return focused;
    return marked && shown(marked) ? marked : questions.find((one) => shown(one) && !answered(one));
  };
  const go = (question) => {
    const target = question ? answers(question).find((one) => one.checked) || answers(question)[0] : form.querySelector("#note");
    target.focus({ preventScroll: true });
    (question || target).scrollIntoView({ block: "nearest" });
  };

  const ask = () => {
    const outcome = value("outcome");
    for (const question of questions) {
      const asked = question.dataset.asked.split(" ");
      const open = outcome ? asked.includes(outcome) : asked.length === Object.keys(suggests).length;
      question.hidden = !open;
      question.disabled = !open;
    }
    for (const block of form.querySelectorAll("[data-with-outcome]")) {
      block.hidden = block.disabled = block.dataset.withOutcome !== outcome;
    }
    const hint = form.querySelector("[data-suggestion]");
    const suggestion = outcome && form.querySelector(`[name=proposed][value="${suggests[outcome]}"]`);
    if (suggestion && !changed) suggestion.checked = true;
    if (hint) hint.textContent = suggestion ? hint.dataset.words.replace("{decision}", suggestion.closest("label").querySelector("span").textContent) : "";
    const label = form.querySelector("[data-label-field]");
    if (!label) return;
    label.hidden = value("proposed") !== "label";
    label.querySelector("input").disabled = label.hidden;
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "proposed") changed = true;
    const question = event.target.closest("[data-question]");
    if (question && "many" in question.dataset && event.target.checked) {
      const alone = "alone" in event.target.dataset;
      for (const one of answers(question)) {
        if (one !== event.target && (alone || "alone" in one.dataset)) one.checked = false;
      }
    }
    ask();
  });
  form.addEventListener("focusin", (event) => mark(event.target.closest("[data-question]")));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
    if (event.key === "Enter" && event.target.matches("[data-grade] input")) return event.preventDefault();
    if (!/^\d$/.test(event.key) || event.repeat || document.querySelector("dialog[open]")) return;
    const question = current();
    const answer = question && answers(question).find((one) => one.dataset.digit === event.key);
    if (!answer) return;
    event.preventDefault();
    if ("many" in question.dataset) { answer.click(); answer.focus({ preventScroll: true }); return; }
    answer.checked = true;
    answer.dispatchEvent(new Event("change", { bubbles: true }));
    go(next(question));
  });

  const note = form.querySelector("#note");
  const left = form.querySelector("[data-note-left]");
  const tell = () => {
    const most = Number(note.dataset.longest);
    const rest = most - note.value.length;
    left.textContent = left.dataset.words.replace("{n}", rest).replace("{most}", most);
    left.classList.toggle("field-error", rest < 0);
  };
  note.addEventListener("input", tell);
  tell();
  each(form, "[data-templates]", (root) => {
    root.hidden = false;
    const picker = root.querySelector("select");
    picker.addEventListener("change", () => {
      if (picker.value) note.value = `${note.value.trim()} ${picker.value}`.trim();
      picker.value = "";
      tell();
      note.focus();
    });
  });
  each(form, "[data-noscript]", (one) => one.remove());
  let sent = false;
  form.addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
  window.addEventListener("pageshow", () => { sent = false; });

  ask();
  const errors = form.querySelector("[data-errors]");
  if (errors) errors.focus();
  else if (!form.querySelector("button[autofocus]")) mark(questions.find((one) => shown(one) && !answered(one)));
})();
