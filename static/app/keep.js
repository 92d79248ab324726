// Scans that must not get lost: kept in this browser until the server has answered each of them, sent in order, counted
// once by their keys. While there is no connection a walk goes on by what the page knows of it (see walk_ahead.js).
// The page has #keep (the banner), its words, and forms marked data-keep (scans) or data-keep-act (typed counts, reasons).
// A form marked data-keep-step knows what was scanned before: what stands in it goes along when the scan is sent first.
(() => {
  "use strict";
  const box = document.getElementById("keep");
  if (!box) return;
  const words = JSON.parse(document.getElementById("keep-words").textContent);
  const { store, toast } = window.kuaifa;
  const QUEUE = `scans.${box.dataset.who}`, REFUSED = `refused.${box.dataset.who}`;
  const RETRY_MS = 3000;      // how often a lost connection is tried again
  const PATIENCE_MS = 15000;  // a request that takes longer is given up; its key keeps it from counting twice
  const SLOW_MS = 2500;       // after this the page goes on by itself
  const memory = {};
  const isDurable = (() => { store.set("probe", "1"); return store.get("probe") === "1"; })();
  let isOff = !navigator.onLine || "kept" in document.documentElement.dataset, isSending = false, isLocked = false, timer = null;

  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  const read = (name) => { try { return JSON.parse((isDurable ? store.get(name) : memory[name]) || "[]"); } catch { return []; } };
  const write = (name, rows) => { memory[name] = JSON.stringify(rows); if (isDurable) store.set(name, memory[name]); };
  const station = () => document.getElementById("station");
  const walk = () => station()?.dataset.walk || "";
  const time = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  function newKey() { // randomUUID is not there on pages without https
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const say = (ok, text, kind = "") => document.dispatchEvent(new CustomEvent("scanned", { detail: { ok, text, kind } }));

  // --- in ---
  function add({ url, fields, label, mode, isStep }) {
    const entry = { key: newKey(), url, fields, label, walk: walk(), at: Date.now(), late: isOff, isBare: !!isStep };
    if (isOff && mode === "wait") return tell(false, fill(words.not_kept, { code: label }));
    if (isOff && window.kuaifa.ahead) {
      const seen = window.kuaifa.ahead.judge(waiting(), entry);
      if (seen && !seen.ok) return tell(false, seen.text, seen.kind);
      write(QUEUE, [...read(QUEUE), entry]);
      tell(true, seen ? seen.text : words.kept_one);
      draw();
    } else write(QUEUE, [...read(QUEUE), entry]);
    show();
    drain();
  }
  const waiting = () => read(QUEUE).filter((entry) => entry.walk === walk());
  function tell(ok, text, kind) {
    const line = document.getElementById("keep-said");
    line.textContent = text;
    line.className = `scan-answer ${ok ? "is-ok" : "is-bad"}`;
    line.hidden = false;
    for (const old of document.querySelectorAll("#station .scan-answer")) old.hidden = true;
    say(ok, text, kind);
  }

  // --- out: one at a time, the oldest first ---
  async function drain() {
    if (isSending || isLocked) return;
    isSending = true;
    let entry, sent = 0;
    while ((entry = read(QUEUE)[0])) {
      if (entry.isBare && entry.walk === walk()) entry = complete(entry);
      const slow = setTimeout(() => lose(), SLOW_MS);
      let answer = null, body = "";
      try { answer = await send(entry); body = await answer.text(); } catch { answer = null; }
      clearTimeout(slow);
      if (!answer || answer.status >= 500 || answer.status === 429) { lose(); break; }
      if (answer.redirected || answer.headers.get("HX-Redirect") || answer.status === 401 || answer.status === 403) { isLocked = true; break; }
      const late = read(QUEUE)[0]?.late;
      write(QUEUE, read(QUEUE).filter((other) => other.key !== entry.key));
      isOff = false;
      sent += late ? 1 : 0;
      take(entry, answer, body, late);
    }
    isSending = false;
    if (sent && !read(QUEUE).length) {
      toast({ kind: "info", text: fill(words.sent, { count: sent }) });
      if (read(REFUSED).length) say(false, words.some_refused);
    }
    show();
  }
  function complete(entry) { // the step as it stands now; sent again it says the same
    const form = document.querySelector("form[data-keep-step]"), fields = form ? Object.fromEntries(new FormData(form)) : {};
    delete fields.csrfmiddlewaretoken;
    const whole = { ...entry, fields: { ...fields, ...entry.fields }, isBare: false };
    write(QUEUE, read(QUEUE).map((other) => (other.key === entry.key ? whole : other)));
    return whole;
  }
  function send(entry) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...entry.fields, key: entry.key })) body.append(name, value);
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    return fetch(entry.url, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  }
  function take(entry, answer, body, late) {
    const events = JSON.parse(answer.headers.get("HX-Trigger") || "{}");
    const said = events.scanned || { ok: false, text: events.toast?.text || words.other };
    if (entry.walk === walk() && body && (answer.ok || answer.status === 422)) swap(body);
    if (!said.ok && late) write(REFUSED, [...read(REFUSED), { key: entry.key, label: entry.label, at: entry.at, text: said.text }]);
    else if (!late) say(said.ok, said.text, said.kind);
    if (!events.scanned && !late) toast({ kind: "danger", text: said.text });
  }
  function swap(html) {
    document.getElementById("keep-said").hidden = true;
    const fresh = document.createRange().createContextualFragment(html).querySelector("#station");
    if (!fresh) return;
    station().replaceWith(fresh);
    htmx.process(fresh);
    document.dispatchEvent(new CustomEvent("htmx:after:swap"));
    if (isOff) draw();
  }
  function lose() {
    write(QUEUE, read(QUEUE).map((entry) => ({ ...entry, late: true })));
    if (!isOff) { isOff = true; draw(); retell(); }
    show();
  }
  function retell() { // the last answer was about the step before: what the page itself makes of the scans that wait
    const entries = waiting(), seen = entries.length && window.kuaifa.ahead?.judge(entries.slice(0, -1), entries.at(-1));
    if (seen) tell(seen.ok, seen.text, seen.kind);
  }
  const draw = () => window.kuaifa.ahead?.draw(waiting());
  async function refresh() { // whether there is a connection again, and what others did meanwhile
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE_MS) });
      const body = await answer.text();
      if (answer.status >= 500) return;
      isOff = false;
      const isStep = document.querySelector("form[data-keep-step]"); // only its answers know the step
      if (answer.ok && !answer.redirected && !read(QUEUE).length && !isStep) swap(body);
    } catch { /* tried again while there is no connection */ }
    show();
  }
  const retry = () => (read(QUEUE).length ? drain() : refresh());

  // --- what the page says ---
  function show() {
    const count = read(QUEUE).length, refused = read(REFUSED);
    clearTimeout(timer);
    if (isOff && !isSending && !isLocked) timer = setTimeout(retry, RETRY_MS);
    const line = document.getElementById("keep-state");
    const text = isLocked ? words.locked : isOff ? (count ? words.waiting : words.off) : isDurable ? "" : words.undurable;
    line.hidden = !text;
    line.querySelector("span").textContent = fill(text, { count });
    box.querySelector("a").hidden = !isLocked;
    for (const out of document.querySelectorAll("[data-scan-waiting]")) { out.hidden = !count; out.textContent = count; }
    const panel = document.getElementById("keep-refused");
    panel.hidden = !refused.length;
    if (!refused.length) return;
    const first = refused[0];
    panel.querySelector("[data-refused-which]").textContent = fill(words.refused, { number: 1, count: refused.length, code: first.label, time: time(first.at) });
    panel.querySelector("[data-refused-text]").textContent = first.text;
  }
  document.getElementById("keep-seen").addEventListener("click", () => { write(REFUSED, read(REFUSED).slice(1)); show(); });

  // Typed counts and reasons take their place in the queue: they must not overtake scans that wait.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-keep-act]");
    if (!form) return;
    event.preventDefault(); event.stopPropagation();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    delete fields.csrfmiddlewaretoken;
    form.closest("details")?.removeAttribute("open");
    add({ url: form.action, fields, label: event.submitter?.textContent.trim() || form.dataset.keepAct, mode: "keep" });
  }, true);
  window.addEventListener("online", retry);
  window.addEventListener("offline", () => { isOff = true; show(); draw(); });
  document.addEventListener("htmx:after:swap", show);
  window.addEventListener("storage", show);

  window.kuaifa.keep = { add };
  show();
  if (isOff) draw();
  drain();
})();
