// Scan capture for station pages: the page has <form data-scan> with <input data-scan-input name="code">.
// A scan counts wherever the focus is, except in a field marked data-typing. Scans queue and are sent one by one, in order.
// A form marked data-keep hands them to keep.js instead, which loses none without a connection. Keys stand on [data-key].
(() => {
  "use strict";
  const FAST_MS = 70;      // mean time between two keys of a scanner: told from a person typing into a search box
  const TOGETHER_MS = 600; // outside of text fields nobody types: keys closer than this belong to one scan
  const ALONE_MS = 300;    // a key after which nothing came is a shortcut (data-key), not a scan
  const { words, store, toast } = window.kuaifa;
  const form = () => document.querySelector("form[data-scan]");
  const input = () => form()?.querySelector("[data-scan-input]");
  let buffer = "", firstKeyAt = 0, lastKeyAt = 0, alone = null, before = null, isSending = false;
  const queue = [];

  // --- sound, vibration, flash; muted is shown, never silent ---
  let audio = null;
  function beep(notes) {
    if (store.get("muted") === "1") return;
    audio ||= new AudioContext();
    let at = audio.currentTime;
    for (const [frequency, seconds] of notes) {
      const tone = audio.createOscillator(), volume = audio.createGain();
      tone.type = "square"; tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.08, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
      tone.connect(volume).connect(audio.destination);
      tone.start(at); tone.stop(at + seconds); at += seconds;
    }
  }
  // One sound per mistake, [frequency, seconds] after each other: who knows them need not look up.
  const SOUNDS = {
    ok: [[1320, 0.09]],
    verified: [[1320, 0.07], [1760, 0.12]],
    bad: [[220, 0.16], [160, 0.28]],
    unknown_code: [[140, 0.45]],
    other_order: [[260, 0.12], [200, 0.12], [150, 0.25]],
    wrong_item: [[250, 0.12], [160, 0.28]],
    wrong_bin: [[180, 0.12], [250, 0.12], [160, 0.25]],
    wrong_tote: [[196, 0.2], [262, 0.2]],
    not_your_walk: [[392, 0.2], [262, 0.2], [196, 0.35]],
    wall_is_full: [[440, 0.1], [440, 0.1], [220, 0.3]],
    slot_full: [[1320, 0.07], [1760, 0.12]],
    too_many: [[440, 0.08], [220, 0.08], [440, 0.08], [220, 0.25]],
    package_stopped: [[330, 0.15], [330, 0.15], [330, 0.3]],
    weight_out_of_band: [[520, 0.12], [260, 0.35]],
    weight_moving: [[300, 0.06], [330, 0.06], [300, 0.06], [330, 0.2]],
    weight_zero: [[200, 0.08], [200, 0.2]],
    weight_negative: [[240, 0.08], [120, 0.3]],
    weight_not_new: [[392, 0.1], [392, 0.1], [196, 0.3]],
  };
  function answer(ok, text, kind) {
    const name = kind in SOUNDS ? kind : ok ? "ok" : "bad";
    document.body.dataset.sound = name;
    beep(SOUNDS[name]);
    navigator.vibrate?.(ok ? 60 : [120, 60, 240]);
    document.body.classList.remove("flash-ok", "flash-bad");
    void document.body.offsetWidth; // restarts the animation
    document.body.classList.add(ok ? "flash-ok" : "flash-bad");
    const live = document.getElementById("scan-live");
    if (live && text) live.textContent = text;
  }
  document.addEventListener("scanned", (event) => answer(event.detail.ok, event.detail.text, event.detail.kind));
  function showMute() {
    const muted = store.get("muted") === "1";
    for (const button of document.querySelectorAll("[data-mute]")) {
      button.dataset.muted = muted ? "1" : "0";
      button.setAttribute("aria-pressed", muted);
      const label = button.querySelector("[data-mute-label]");
      if (label) label.textContent = muted ? words.muted : words.sound;
    }
  }

  // --- the queue ---
  function push(code) {
    code = code.trim();
    if (!code) return;
    // A page may know better what this was: a weight that a scale typed, say.
    if (!document.dispatchEvent(new CustomEvent("scan", { detail: code, cancelable: true }))) return;
    const target = form();
    if (!target) return;
    if (target.dataset.keep && window.kuaifa.keep) {
      const isStep = "keepStep" in target.dataset;
      window.kuaifa.keep.add({ url: target.action, fields: { code }, label: code, mode: target.dataset.keep, isStep });
      return;
    }
    queue.push(code);
    drain();
  }
  async function drain() {
    if (isSending) return;
    isSending = true;
    while (queue.length && form()) {
      const target = form();
      const code = queue.shift();
      target.noValidate = true;
      let failed = null;
      const note = (event) => { if (event.detail.ctx?.sourceElement === target) failed = event; };
      document.addEventListener("htmx:error", note);
      await htmx.ajax("POST", target.getAttribute("hx-post") || target.action, { source: target, values: { code } });
      document.removeEventListener("htmx:error", note);
      if (failed) { answer(false, ""); toast({ kind: "danger", text: words.unscanned.replace("%(code)s", code) }); }
      show();
      settle();
    }
    isSending = false;
  }
  function show() {
    if (form()?.dataset.keep) return;
    for (const out of document.querySelectorAll("[data-scan-waiting]")) {
      out.hidden = queue.length === 0;
      out.textContent = queue.length;
    }
  }
  function settle() {
    const field = input();
    if (!field) return;
    field.value = buffer;
    if (!document.activeElement?.matches("[data-typing]")) field.focus({ preventScroll: true });
  }

  // --- keys ---
  const isTyping = (element) => element?.matches?.("[data-typing], [data-typing] *, dialog *");
  const isText = (element) => element?.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select");
  const isStation = () => form() || document.querySelector(".station [data-key]");
  const byHand = () => input()?.dataset.byHand === "1";

  function shortcut(key) {
    const open = document.querySelector(".station details[open]");
    if (key === "Escape" && open) { open.open = false; return true; }
    const fits = (element) => element.dataset.key.toLowerCase() === key.toLowerCase() && element.checkVisibility();
    const found = [...document.querySelectorAll("[data-key]")].filter(fits);
    const button = found.find((element) => open?.contains(element)) || found[0];
    if (!button || button.disabled) return false;
    if (isText(button)) { button.focus(); button.select(); } else button.click();
    return true;
  }
  document.addEventListener("keydown", (event) => {
    if (!isStation() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const at = event.timeStamp, isTogether = at - lastKeyAt < TOGETHER_MS; // the key's own time, however busy we are
    const own = event.target === input();
    if (event.key === "Enter") return onEnter(event, own);
    if (event.key === "Escape" || /^F\d+$/.test(event.key)) {
      clear();
      if (shortcut(event.key)) event.preventDefault();
      return;
    }
    if (event.key === "Backspace" && own) { buffer = buffer.slice(0, -1); return; }
    if (event.key.length !== 1) return;
    clearTimeout(alone);
    if (isText(event.target) && !own) { // a search box: only a scanner's burst is taken out of it again
      if (!isTogether || !buffer) { before = event.target.value; buffer = ""; firstKeyAt = at; }
      buffer += event.key; lastKeyAt = at;
      return;
    }
    event.preventDefault();
    if (!isTogether && !own && !byHand()) buffer = "";
    buffer += event.key; lastKeyAt = at;
    if (input()) input().value = buffer;
    if (buffer.length === 1 && !byHand() && document.querySelector("[data-key]")) {
      alone = setTimeout(() => { if (buffer.length === 1 && shortcut(buffer)) clear(); }, ALONE_MS);
    }
  }, true);
  function onEnter(event, own) {
    const isBurst = buffer.length >= 5 && (event.timeStamp - firstKeyAt) / buffer.length < FAST_MS;
    if (isText(event.target) && !own) {
      if (!isBurst) { buffer = ""; return; }
      event.preventDefault(); event.stopPropagation();
      event.target.value = before ?? "";
      return take();
    }
    const typed = own ? (input().value || buffer) : buffer;
    if (typed) { event.preventDefault(); event.stopPropagation(); buffer = typed; return take(); }
    if (own || event.target === document.body) { if (shortcut("Enter")) event.preventDefault(); else if (own) event.preventDefault(); }
  }
  function take() {
    const code = buffer;
    clear();
    push(code);
    show();
  }
  function clear() {
    clearTimeout(alone);
    buffer = "";
    if (input()) input().value = "";
  }

  // Typed on a phone's own keyboard, pasted, or sent by the form's button.
  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.defaultPrevented) return;
    event.preventDefault(); event.stopPropagation();
    buffer = input().value;
    take();
  }, true);
  document.addEventListener("input", (event) => { if (event.target === input()) buffer = event.target.value; });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-mute]")) { store.set("muted", store.get("muted") === "1" ? "0" : "1"); showMute(); beep([[880, 0.08]]); }
    if (event.target.closest("[data-by-hand]")) {
      const field = input();
      field.dataset.byHand = "1"; field.inputMode = "text"; field.blur(); field.focus();
      return;
    }
    if (form() && !isText(event.target) && !event.target.closest("a, button, dialog, summary, label")) settle();
  });
  document.addEventListener("htmx:after:swap", () => { showMute(); if (!isSending) settle(); });
  showMute();
  settle();
  Object.assign(window.kuaifa, { scan: push, answer, shortcut });
})();
