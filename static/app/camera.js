// The camera as a scanner: the browser's own BarcodeDetector where there is one, else the vendored decoder, loaded when
// the camera is opened. Each code it sees goes the way of any scan. Says on the page when no camera can be used.
(() => {
  "use strict";
  const view = document.getElementById("camera");
  if (!view) return;
  const words = JSON.parse(document.getElementById("camera-words").textContent);
  const video = view.querySelector("video"), said = view.querySelector("[data-camera-said]");
  const FORMATS = ["code_128", "code_39", "ean_13", "ean_8", "upc_a", "upc_e", "itf", "qr_code", "data_matrix"];
  const LOOK_MS = 120;   // between two looks at the picture
  const GONE_MS = 900;   // a code counts again when it was out of the picture for so long
  const WIDEST = 1280;
  let stream = null, look = null, timer = null, last = "", seenAt = 0;

  function none(text) {
    const line = document.getElementById("camera-none");
    line.hidden = false;
    line.querySelector("span").textContent = text;
    for (const button of document.querySelectorAll("[data-camera]")) button.hidden = true;
  }
  const isPossible = () => Boolean(navigator.mediaDevices?.getUserMedia);

  async function decoder() {
    if ("BarcodeDetector" in window) {
      const known = await BarcodeDetector.getSupportedFormats();
      const formats = FORMATS.filter((one) => known.includes(one));
      if (formats.length) {
        const detector = new BarcodeDetector({ formats });
        return async () => (await detector.detect(video))[0]?.rawValue || "";
      }
    }
    await load(document.getElementById("camera-code").dataset.decoder);
    return vendored();
  }
  const load = (source) => new Promise((done, failed) => {
    if (window.ZXing) return done();
    const script = Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed });
    document.head.append(script);
  });
  function vendored() {
    const reader = new ZXing.MultiFormatReader();
    const formats = FORMATS.map((one) => ZXing.BarcodeFormat[one.toUpperCase()]);
    reader.setHints(new Map([[ZXing.DecodeHintType.POSSIBLE_FORMATS, formats], [ZXing.DecodeHintType.TRY_HARDER, true]]));
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const scale = Math.min(1, WIDEST / video.videoWidth);
      canvas.width = video.videoWidth * scale; canvas.height = video.videoHeight * scale;
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
      try { return reader.decode(new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source))).getText(); }
      catch { return ""; } // nothing to read in this picture
    };
  }

  async function open() {
    if (stream) return close();
    try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: WIDEST } } }); }
    catch (error) { return none({ NotFoundError: words.missing, NotAllowedError: words.refused }[error.name] || words.broken); }
    video.srcObject = stream;
    view.hidden = false;
    said.textContent = words.aim;
    try { await video.play(); look = await decoder(); } catch { close(); return none(words.broken); }
    watch();
  }
  async function watch() {
    if (!stream) return;
    const code = video.videoWidth ? await look() : "";
    const now = performance.now();
    if (code && (code !== last || now - seenAt > GONE_MS)) {
      said.textContent = words.seen.replace("%(code)s", code);
      window.kuaifa.scan(code);
    }
    if (code) { last = code; seenAt = now; }
    timer = setTimeout(watch, LOOK_MS);
  }
  function close() {
    clearTimeout(timer);
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null; last = "";
    video.srcObject = null;
    view.hidden = true;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-camera]")) open();
    else if (event.target.closest("[data-camera-stop]")) close();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); });
  document.addEventListener("htmx:after:swap", arrive);
  function arrive() { if (!isPossible() && document.querySelector("[data-camera]")) none(words.insecure); }
  arrive();
})();
