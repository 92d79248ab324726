// The shell's behavior: countdowns from server time, toasts, copying, selection, keyboard, density, dialogs.
// Every page works without it; this makes it quicker.
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const store = {
    get(key) { try { return localStorage.getItem(`kuaifa.${key}`); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(`kuaifa.${key}`, value); } catch { /* private window */ } },
  };
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  // --- server time: a page out of the cache is older, so the largest difference seen is the true one ---
  const meta = document.querySelector('meta[name="server-now"]');
  const fresh = Number(meta.content) - Date.now();
  const offset = Math.max(fresh, Number(sessionStorage.getItem("kuaifa.offset") ?? fresh));
  try { sessionStorage.setItem("kuaifa.offset", offset); } catch { /* private window */ }
  const now = () => Date.now() + offset;

  function timeLeft(ms) {
    const minutes = Math.floor(Math.abs(ms) / 60000);
    const hours = Math.floor(minutes / 60);
    let text;
    if (hours >= 48) text = fill(words.days, { days: Math.floor(minutes / 1440), hours: hours % 24 });
    else if (hours) text = fill(words.hours, { hours, minutes: minutes % 60 });
    else text = fill(words.minutes, { minutes });
    return ms >= 0 ? text : fill(words.late, { time: text });
  }
  function band(ms) {
    const hours = ms / 3600000;
    return hours <= 0 ? "late" : hours <= 4 ? "h4" : hours <= 12 ? "h12" : hours <= 24 ? "h24" : "ok";
  }
  function tick() {
    for (const clock of all("[data-due]")) {
      const left = Date.parse(clock.dataset.due) - now();
      const text = clock.querySelector("[data-clock-text]");
      const shown = timeLeft(left);
      if (text.textContent !== shown) text.textContent = shown;
      clock.dataset.band = band(left);
    }
  }
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);

  // --- htmx: our token on every write, a sentence for every failure ---
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.ctx.request.method !== "GET") {
      event.detail.ctx.request.headers["X-CSRFToken"] = token.content;
    }
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { response, hx } = event.detail.ctx;
    if (response.status === 422 || (hx && hx.trigger && hx.trigger.includes('"toast"'))) return;
    toast({ kind: "danger", text: words.failures[response.status] || words.failures.other });
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && event.detail.ctx.request) toast({ kind: "danger", text: words.failures.network });
  });
  document.addEventListener("htmx:after:swap", () => { tick(); refreshSelection(); openModal(); });

  // --- toasts ---
  function toast({ kind = "success", text }) {
    const node = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    node.dataset.kind = kind;
    node.querySelector("[data-toast-text]").textContent = text;
    document.getElementById("toasts").append(node);
    if (kind !== "danger") setTimeout(() => node.remove(), 6000);
  }
  document.addEventListener("toast", (event) => toast(event.detail));
  for (const node of all("#toasts [data-kind]:not([data-kind=danger])")) setTimeout(() => node.remove(), 8000);

  // --- copy on click ---
  async function copy(element) {
    try { await navigator.clipboard.writeText(element.dataset.copy); }
    catch {
      const area = document.createElement("textarea");
      area.value = element.dataset.copy;
      document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    toast({ kind: "info", text: fill(words.copied, { text: element.dataset.copy }) });
  }

  // --- selection and the bulk bar ---
  function refreshSelection() {
    for (const form of all("[data-bulk]")) {
      const boxes = all("input[data-row-select]", form);
      const chosen = boxes.filter((box) => box.checked).length;
      const wantsAll = form.querySelector("input[data-all-flag]");
      const isAll = wantsAll && wantsAll.value === "1" && chosen === boxes.length && chosen > 0;
      if (wantsAll && !isAll) wantsAll.value = "";
      for (const bar of all("[data-bulk-bar]", form)) bar.hidden = chosen === 0;
      const bar = form.querySelector("[data-bulk-bar]");
      const total = bar ? Number(bar.dataset.total || 0) : 0;
      for (const out of all("[data-selected-count]", form)) out.textContent = isAll ? total : chosen;
      for (const button of all("[data-choose-all]", form)) {
        button.hidden = isAll || chosen < boxes.length || total <= boxes.length;
      }
      const head = form.querySelector("input[data-select-all]");
      if (head) { head.checked = chosen > 0 && chosen === boxes.length; head.indeterminate = chosen > 0 && chosen < boxes.length; }
    }
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (event.target.matches("input[data-select-all]") && form) {
      for (const box of all("input[data-row-select]", form)) box.checked = event.target.checked;
    }
    if (form) refreshSelection();
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // --- dialogs ---
  function openModal() {
    const modal = document.getElementById("modal");
    if (modal && !modal.open && modal.querySelector("#modal-body").childElementCount) modal.showModal();
  }
  function closeModal() {
    const modal = document.getElementById("modal");
    modal.close();
    modal.querySelector("#modal-body").replaceChildren();
  }
  document.addEventListener("close-modal", closeModal);

  // --- clicks ---
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    let element;
    if ((element = hit("[data-copy]"))) { event.preventDefault(); copy(element); }
    else if ((element = hit("[data-toast-close]"))) element.closest("[data-kind]").remove();
    else if (hit("[data-density-toggle]")) set("density", ["compact", "comfortable"]);
    else if (hit("[data-theme-toggle]")) set("theme", ["light", "dark"]);
    else if (hit("[data-nav-toggle]")) { event.preventDefault(); document.body.classList.toggle("nav-open"); }
    else if (hit("[data-modal-close]")) closeModal();
    else if (hit("[data-help]")) document.getElementById("help").showModal();
    else if ((element = hit("[data-choose-all]"))) {
      element.closest("[data-bulk]").querySelector("input[data-all-flag]").value = "1";
      refreshSelection();
    } else if ((element = hit("[data-confirm]")) && !window.confirm(element.dataset.confirm)) event.preventDefault();
    else if ((element = hit("[data-print]"))) window.print();
    else if ((element = hit("[data-this-row]"))) { // a row's own button of the bulk form: that row alone
      const own = element.closest("tr").querySelector("[data-row-select]");
      for (const box of all("input[data-row-select]", element.form)) box.checked = box === own;
      const flag = element.form.querySelector("input[data-all-flag]");
      if (flag) flag.value = "";
    }
    for (const open of all("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
  });
  function set(name, values) {
    const root = document.documentElement.dataset;
    const key = name === "theme" ? "bsTheme" : name;
    root[key] = root[key] === values[0] ? values[1] : values[0];
    store.set(name, root[key]);
  }

  // --- keyboard: / search, j and k rows, x select, Enter or o open, ? help ---
  const isTyping = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  function moveRow(step) {
    const rows = all("table[data-rows] > tbody > tr:not([data-more])");
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("row-at"));
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (at >= 0) rows[at].classList.remove("row-at");
    next.classList.add("row-at");
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("nav-open")) document.body.classList.remove("nav-open");
    if (event.target.matches?.("[data-copy]") && event.key === "Enter") return copy(event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("form[data-scan]")) return; // station pages belong to the scanner
    const row = document.querySelector("tr.row-at");
    if (event.key === "j" || event.key === "k") moveRow(event.key === "j" ? 1 : -1);
    else if (event.key === "x" && row) { const box = row.querySelector("input[data-row-select]"); if (box) box.click(); }
    else if ((event.key === "o" || event.key === "Enter") && row && event.target === document.body) { const link = row.querySelector("a[href]:not([data-expand])"); if (link) link.click(); }
    else if (event.key === "/") { const box = document.querySelector("[data-search]"); if (box) { event.preventDefault(); box.focus(); box.select(); } }
    else if (event.key === "?") document.getElementById("help").showModal();
  });

  document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest" });
  window.kuaifa = { toast, words, store };
  refreshSelection();
  tick();
})();
