// A walk without a connection: what is next, and whether a scan fits, by the lines that the page was given (#walk-ahead).
// The server has the last word: each scan is sent later and judged there.
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("keep-words").textContent);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  const same = (one, two) => one.toUpperCase() === two.toUpperCase();

  function known() {
    const source = document.getElementById("walk-ahead");
    return source ? JSON.parse(source.textContent) : null;
  }
  const current = (state) => state.lines.find((line) => line.left > 0);

  function apply(state, { fields }) {
    const line = current(state);
    if (!line) return { ok: false, text: words.nothing_left };
    if ("reason" in fields) { line.left = 0; return { ok: true, text: words.short_kept }; }
    if ("quantity" in fields) return take(line, Number(fields.quantity), line.picked > 0);
    const code = (fields.code || "").trim();
    if (same(code, state.tote)) return { ok: true, text: fill(words.tote, { tote: state.tote }) };
    if (state.at !== line.bin) {
      if (!same(code, line.bin)) return { ok: false, kind: "wrong_bin", text: fill(words.wrong_bin, { scanned: code, expected: line.bin }) };
      state.at = line.bin;
      return { ok: true, text: fill(words.bin, { bin: line.bin, left: line.left, sku: line.sku }) };
    }
    if (same(code, line.bin)) return { ok: true, text: fill(words.bin, { bin: line.bin, left: line.left, sku: line.sku }) };
    if (!same(code, line.sku) && !line.codes.includes(code)) return { ok: false, kind: "wrong_item", text: fill(words.wrong_item, { scanned: code, expected: line.sku }) };
    return take(line, 1, true);
  }
  function take(line, units, isSure) {
    if (!isSure || !(units >= 1) || units > line.left) return { ok: false, kind: "too_many", text: fill(words.too_many, { left: line.left }) };
    line.left -= units; line.picked += units;
    return { ok: true, text: fill(words.taken, { sku: line.sku, left: line.left }) };
  }
  function after(entries) {
    const state = known();
    if (state) for (const entry of entries) apply(state, entry);
    return state;
  }

  function judge(entries, entry) {
    const state = after(entries);
    return state ? apply(state, entry) : null;
  }
  function draw(entries) {
    const state = after(entries), box = document.querySelector("[data-step]");
    if (!state || !box) return;
    const line = current(state);
    const put = (name, text) => { for (const out of box.querySelectorAll(`[data-step-${name}]`)) out.textContent = text; };
    const kind = !line ? "over" : state.at === line.bin ? "item" : "bin";
    for (const part of box.querySelectorAll("[data-step-kind]")) part.hidden = part.dataset.stepKind !== kind;
    if (!line) return;
    put("bin", line.bin); put("sku", line.sku); put("left", line.left); put("slot", line.slot); put("lot", line.lot);
    put("name", line.variation ? `${line.name} · ${line.variation}` : line.name);
    put("taken", fill(words.taken_of, { picked: line.picked, quantity: line.picked + line.left }));
    for (const picture of box.querySelectorAll("[data-step-picture] img")) picture.hidden = picture.getAttribute("src") !== line.image;
    const field = document.querySelector("[data-scan-input]");
    if (field) field.placeholder = kind === "bin" ? words.scan_bin : words.scan_item;
  }
  window.kuaifa.ahead = { judge, draw };
})();
