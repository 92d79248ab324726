// The pack station: the weight field takes the focus when it is there and shows what the scale does; the button stays off
// until the weight stands still, is new and fits. The server asks the same again; without script it is the only one to ask.
(() => {
  "use strict";
  const BURST_MS = 40;  // mean time between two keys of a device; a person is slower
  const ASK_MS = 250;   // somebody who types is not asked about every digit
  const ALONE_MS = 200; // a letter after which nothing came is a shortcut, not a scale's line
  const { scale, scan, shortcut, toast, answer } = window.kuaifa;
  const plate = new scale.Plate();
  let frame = "", begunAt = 0, lastAt = 0, alone = null, source = "typed", isConnected = false;
  const field = () => document.querySelector("[data-weight]");
  const form = () => field()?.closest("[data-close]");

  // --- what keeps the button off ---
  function lockText(data, grams) {
    const words = form().querySelector("[data-lock]").dataset;
    if (!field().value) return words.emptyText;
    if (grams < 0) return words.negativeText;
    if (!grams) return words.zeroText;
    if (source !== "typed" && !plate.isLocked) return words.movingText;
    if (source !== "typed" && !plate.isNew(Number(data.last || NaN))) return words.oldText;
    const isOff = data.expected !== "" && Math.abs(grams - Number(data.expected)) > Number(data.band);
    return isOff ? words.bandText : "";
  }
  function judge() {
    const input = field();
    if (!input) return;
    const data = form().dataset, reason = form().querySelector("[name=reason]");
    const grams = /^-?\d+$/.test(input.value) ? Number(input.value) : 0;
    const text = lockText(data, grams);
    const isOff = text === form().querySelector("[data-lock]").dataset.bandText;
    const state = form().querySelector("[data-weight-state]");
    const isLocked = source === "typed" ? Boolean(input.value) : plate.isLocked;
    const name = !input.value ? "waiting" : isLocked ? (source === "typed" ? "typed" : "locked") : "live";
    state.textContent = state.dataset[name];
    state.className = `chip ${{ live: "chip-orange", locked: "chip-green" }[name] || ""}`;
    form().querySelector("[name=source]").value = source;
    form().querySelector("[name=readings]").value = source === "typed" ? "" : plate.readings.join(",");
    if (data.hasCarton !== "1") return;
    askCarrier(text === "" && name !== "live" ? grams : 0);
    form().querySelector("[data-lock]").textContent = text;
    // A weight that does not fit is sent once, so that the server can say why and ask for the reason.
    form().querySelector("[data-close-button]").disabled = Boolean(text) && !(isOff && (!reason || reason.value.trim()));
  }

  // The carrier is chosen by this weight: its place asks once for each weight that stands.
  let asking = null;
  function askCarrier(grams) {
    const place = document.querySelector("[data-carrier]");
    if (!place || place.dataset.asked === String(grams)) return;
    place.dataset.asked = String(grams);
    clearTimeout(asking);
    if (!grams) { place.replaceChildren(); return; }
    asking = setTimeout(() => htmx.ajax("GET", `${place.dataset.carrier}&weight=${grams}`, { target: place, swap: "innerHTML" }), ASK_MS);
  }

  // --- readings ---
  function take(reading, from) {
    plate.add(reading);
    const input = field();
    if (!input) return;
    source = from;
    input.value = String(plate.grams);
    judge();
  }
  // A scale that types, wherever the focus is. A number without a unit may be a barcode: it goes its own way.
  document.addEventListener("scan", (event) => {
    const reading = field() && scale.parse(event.detail);
    if (!reading?.hasUnit) return;
    event.preventDefault();
    take(reading, "keyed");
  });
  async function connect(port) {
    if (!port || isConnected) return;
    isConnected = true;
    showPort();
    try {
      await scale.read(port, (reading) => take(reading, "serial"));
    } catch {
      toast({ kind: "warning", text: document.querySelector("[data-connect]")?.dataset.lostText || "" });
    }
    isConnected = false;
    showPort();
  }
  function showPort() {
    for (const button of document.querySelectorAll("[data-connect]")) {
      button.hidden = !scale.hasSerial() || isConnected;
    }
  }

  // --- keys in the weight field ---
  function onKey(event) {
    const at = event.timeStamp;
    if (event.key === "Enter") return onEnter(event, at);
    if (event.key === "Escape") return onEscape(event);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return otherCarton(event);
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    clearTimeout(alone);
    if (at - lastAt > ALONE_MS || !frame) { frame = ""; begunAt = at; }
    frame += event.key;
    lastAt = at;
    if (/\d/.test(event.key)) return;
    event.preventDefault();
    alone = setTimeout(() => { if (frame.length === 1) shortcut(frame); frame = ""; }, ALONE_MS);
  }
  function onEnter(event, at) {
    clearTimeout(alone);
    const line = frame, isBurst = line.length >= 3 && (at - begunAt) / line.length < BURST_MS;
    frame = "";
    if (isBurst) {
      event.preventDefault();
      const reading = scale.parse(line);
      if (reading) take(reading, "keyed");
      else { field().value = ""; judge(); scan(line); } // a barcode: the items or an empty carton
    } else if (form().querySelector("[data-close-button]").disabled) {
      event.preventDefault();
      const words = form().querySelector("[data-lock]");
      answer(false, words.textContent, { [words.dataset.movingText]: "weight_moving", [words.dataset.zeroText]: "weight_zero",
        [words.dataset.negativeText]: "weight_negative", [words.dataset.oldText]: "weight_not_new" }[words.textContent]);
    }
  }
  // Back by one step: from the reason to the weight, from a weight to an empty field, then off the table.
  function onEscape(event) {
    event.preventDefault();
    if (!event.target.value && event.target.name !== "reason") return shortcut("Escape");
    event.target.value = field().value = "";
    source = "typed";
    plate.clear();
    field().focus();
    judge();
  }
  function otherCarton(event) {
    event.preventDefault();
    const all = [...document.querySelectorAll("[data-carton]")];
    const now = all.findIndex((one) => one.hasAttribute("aria-current"));
    all[(now + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]?.click();
  }
  document.addEventListener("keydown", (event) => {
    if (event.target === field()) onKey(event);
    else if (event.target.matches?.("[data-close] [name=reason]") && event.key === "Escape") onEscape(event);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("[data-close]")) return;
    if (event.target === field()) source = "typed";
    judge();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-connect]")) scale.choose().then(connect, () => {});
    if (event.target.closest("[data-photo-button]")) document.querySelector("[data-photo]").click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-photo]") && event.target.files.length) event.target.form.requestSubmit();
  });

  let parcel = "";
  function arrive() {
    showPort();
    const input = field(), here = document.querySelector("[data-parcel]")?.dataset.parcel || "";
    if (here !== parcel) { // another parcel: its weight is not known yet, whatever lies on the plate
      if (!here || parcel) plate.clear();
      parcel = here;
      source = "typed";
    }
    if (!input) return;
    if (input.value) source = form().querySelector("[name=source]").value || "typed";
    judge();
    if (form().dataset.hasCarton === "1") (form().querySelector("[name=reason]") || input).focus();
  }
  document.addEventListener("htmx:after:swap", arrive);
  arrive();
  scale.known().then(connect, () => {});
})();
