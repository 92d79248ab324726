// A scale: what one line of it says, whether the weight stands still, and the serial port where the browser has one.
// `parse` and `Plate` know nothing of the page. The server judges the same readings again (warehouse/scales.py).
(() => {
  "use strict";
  const STABLE = 3;  // equal readings in a row
  const KEPT = 40;
  const ZERO = 2;    // grams; up to here the plate counts as empty
  const GRAMS = { g: 1, kg: 1000, lb: 453.59237, lbs: 453.59237, oz: 28.349523125 };

  // One line: «ST,GS,+  0.512kg», «S S     512.0 g», «US,NT,-00012 g», «0.512 kg», «512». null when it is no weight.
  // `isStable` is the scale's own word, null when it gives none.
  function parse(line) {
    const text = line.replace(/[\x00-\x1f\x7f]/g, " ").trim();
    const found = /(?:^|[\s,:+-])([+-]?)\s*(\d+(?:[.,]\d+)?)\s*(kg|g|lbs?|oz)?$/i.exec(text);
    if (!found || /^(OL|S\s*[+I-]\s*$)/i.test(text)) return null;
    const unit = found[3]?.toLowerCase();
    const head = text.slice(0, found.index + found[0].search(/[\d]/));
    if (!unit && (/[a-z]/i.test(head) || found[2].replace(/\D/g, "").length > 6)) return null;
    const number = Number(found[2].replace(",", "."));
    const factor = unit ? GRAMS[unit] : /[.,]\d{3}$/.test(found[2]) ? 1000 : 1;
    const isBelow = found[1] === "-" || /-\s*$/.test(head);
    const grams = Math.round(number * factor) * (isBelow && number ? -1 : 1);
    const isStable = /^(ST\b|S\s+S\b)/i.test(text) ? true : /^(US\b|S\s+D\b)/i.test(text) ? false : null;
    return { grams, isStable, hasUnit: Boolean(unit) };
  }

  // What lies on the scale: the readings since the last parcel left.
  class Plate {
    readings = [];
    streak = 0;
    add({ grams, isStable }) {
      this.streak = isStable === false ? 0 : isStable ? STABLE : grams === this.grams ? this.streak + 1 : 1;
      const times = isStable ? STABLE : 1; // the scale says so itself: as good as three
      for (let time = 0; time < times; time += 1) {
        if (this.readings.slice(-STABLE).filter((one) => one === grams).length < STABLE) this.readings.push(grams);
      }
      if (isStable === false) while (this.readings.length > 1 && this.readings.at(-2) === grams) this.readings.pop();
      this.readings = this.readings.slice(-KEPT);
    }
    get grams() { return this.readings.at(-1); }
    get isLocked() { return this.streak >= STABLE && this.grams > ZERO; }
    get wasEmpty() { return this.readings.some((one) => Math.abs(one) <= ZERO); }
    isNew(last) { return this.grams !== last || this.wasEmpty; }
    clear() { this.readings = []; this.streak = 0; }
  }

  // --- the serial port ---
  async function read(port, onReading) {
    await port.open({ baudRate: Number(window.kuaifa.store.get("scale-baud")) || 9600 });
    const reader = port.readable.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/[\r\n]+/);
      rest = lines.pop();
      for (const line of lines) {
        const reading = parse(line);
        if (reading) onReading(reading);
      }
    }
  }
  const hasSerial = () => "serial" in navigator;
  // A port that was chosen once is opened by itself; choosing one needs a key or a click.
  async function known() { return hasSerial() ? (await navigator.serial.getPorts())[0] : undefined; }
  const choose = () => navigator.serial.requestPort();

  window.kuaifa.scale = { parse, Plate, read, known, choose, hasSerial };
})();
