// The orders pages: rows that fold again, ids pasted on many lines, and what the selection can and cannot do.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A second click folds the row; the first one is left to htmx.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-expand]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    const next = opener.closest("tr").nextElementSibling;
    const isOpen = Boolean(next && next.matches("[data-more]"));
    opener.setAttribute("aria-expanded", String(!isOpen));
    if (!isOpen) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    next.remove();
  }, true);

  // Enter unfolds the row that the keys are at; `o` opens its page.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
    const opener = document.querySelector("tr.row-at [data-expand]");
    if (!opener) return;
    event.stopImmediatePropagation();
    opener.click();
  }, true);

  // Enter searches; Shift and Enter begins a new line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !event.target.matches("[data-submit-on-enter]")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // The bar says for how many of the selected orders each button means something. On a whole filter the server says it.
  function count() {
    for (const form of all("[data-bulk]")) {
      const boxes = all("input[data-row-select]:checked", form);
      const isAll = form.querySelector("input[data-all-flag]")?.value === "1";
      const bar = form.querySelector("[data-bulk-bar]");
      if (isAll && bar?.dataset.allWords) bar.querySelector("[data-selected-count]").textContent = bar.dataset.allWords;
      const note = form.querySelector("[data-cannot]");
      const reasons = [];
      for (const button of all("[data-act]", form)) {
        const able = boxes.filter((box) => box.dataset.can.split(" ").includes(button.dataset.act)).length;
        button.querySelector("[data-act-count]").textContent = isAll ? "" : able;
        button.disabled = !isAll && able === 0;
        const cannot = isAll || able === boxes.length ? "" : note.dataset[button.dataset.act].replace("%(n)s", boxes.length - able);
        button.title = cannot;
        if (cannot && able > 0) reasons.push(cannot);
      }
      if (note) note.textContent = reasons.join(" · ");
    }
  }
  document.addEventListener("change", count);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-choose-all]")) setTimeout(count); });
  count();

  // Columns may be dragged; the numbers that are sent follow.
  let dragged = null;
  function renumber(list) {
    all("input[name^=place-]", list).forEach((input, place) => { input.value = place + 2; });
  }
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-sortable] > li[draggable]") || null;
    dragged?.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest?.("[data-sortable] > li[draggable]");
    if (!over || over === dragged || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    over.parentElement.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextElementSibling);
  });
  document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    renumber(dragged.parentElement);
    dragged = null;
  });
})();
