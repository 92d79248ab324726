// The pack station: the weight field takes the focus when it is there, shows live and locked, and keeps the button off
// until the weight fits. The server asks the same again; without script it is the only one to ask.
(() => {
  "use strict";
  const LOCK_MS = 700; // a reading that has not changed for this long is stable
  let timer = null;
  const field = () => document.querySelector("[data-weight]");

  function judge(isLocked) {
    const input = field();
    if (!input) return;
    const form = input.closest("[data-close]");
    const button = form.querySelector("[data-close-button]");
    const lock = form.querySelector("[data-lock]");
    const state = form.querySelector("[data-weight-state]");
    const grams = /^\d+$/.test(input.value) ? Number(input.value) : 0;
    const { expected, band, hasCarton } = form.dataset;
    const isOff = grams > 0 && expected !== "" && Math.abs(grams - Number(expected)) > Number(band);
    const reason = form.querySelector("[name=reason]");
    if (input.value) state.textContent = isLocked ? state.dataset.locked : state.dataset.live;
    state.className = `chip ${input.value ? (isLocked ? "chip-green" : "chip-orange") : ""}`;
    if (hasCarton === "1") {
      lock.textContent = !grams ? lock.dataset.emptyText : isOff ? lock.dataset.bandText : "";
      // A weight that does not fit is sent once, so that the server can ask for the reason.
      button.disabled = !grams || (isOff && Boolean(reason) && !reason.value.trim());
    }
  }
  document.addEventListener("input", (event) => {
    if (!event.target.closest("[data-close]")) return;
    clearTimeout(timer);
    judge(false);
    timer = setTimeout(() => judge(true), LOCK_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-close] input")) return;
    if (event.key === "Escape") {
      event.preventDefault();
      // Back by one step: from the reason to the weight, from a typed weight to an empty one, then off the table.
      if (event.target.value || event.target.name === "reason") {
        event.target.value = field().value = "";
        field().focus();
        judge(false);
      } else document.querySelector('[data-key="Escape"]')?.click();
    }
    if (event.key === "Enter" && event.target.form.querySelector("[data-close-button]").disabled) event.preventDefault();
  });
  function arrive() {
    const input = field();
    if (!input) return;
    judge(false);
    if (input.closest("[data-close]").dataset.hasCarton === "1") (input.form.querySelector("[name=reason]") || input).focus();
  }
  document.addEventListener("htmx:after:swap", arrive);
  arrive();
})();
