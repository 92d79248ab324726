// Keeps the page of the present walk in this browser, so that it can be reloaded without a connection (pick_worker.js):
// the page once, and after each answer the step that the walk stands at. Goes with the walk's end and with logging out
// (early.js). Loaded before keep.js, which applies the scans that wait to what is restored here.
(() => {
  "use strict";
  const { worker, scope } = document.currentScript.dataset;
  const CACHE = "kuaifa-walk";
  const { store } = window.kuaifa;
  const STEP = `walk.${document.getElementById("keep").dataset.who}`;
  const station = () => document.getElementById("station");
  const isWalked = () => Boolean(document.getElementById("walk-ahead"));
  const isPossible = "serviceWorker" in navigator && "caches" in window;
  const page = location.origin + location.pathname;

  function restore() {
    let step = null;
    try { step = JSON.parse(store.get(STEP)); } catch { /* the page alone is what is known */ }
    if (step?.page === page) station().replaceWith(document.createRange().createContextualFragment(step.html));
  }
  function remember() { // in one breath with the queue of scans: both are told apart at no moment
    if (isWalked()) store.set(STEP, JSON.stringify({ page, html: station().outerHTML }));
    else forget().catch(() => { /* nothing was kept */ });
  }
  async function forget() {
    store.set(STEP, "");
    await (await caches.open(CACHE)).delete(page, { ignoreVary: true });
  }

  const own = (address) => new URL(address, location.href).origin === location.origin;
  function files() {
    const named = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")].map((one) => one.src || one.href);
    const loaded = performance.getEntriesByType("resource")
      .filter((one) => ["css", "link", "script", "img"].includes(one.initiatorType)).map((one) => one.name);
    const decoder = document.getElementById("camera-code")?.dataset.decoder;
    return [...new Set([...named, ...loaded, ...(decoder ? [new URL(decoder, location.href).href] : [])])].filter(own);
  }
  async function put(cache, address) {
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return;
    const headers = { "Content-Type": answer.headers.get("Content-Type") };
    await cache.put(address, new Response(await answer.blob(), { headers })); // read to its end first: no half page is kept
  }
  async function keep() {
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
      if (request.url.startsWith(location.origin + "/s/") && request.url !== page) await cache.delete(request, { ignoreVary: true });
    }
    await Promise.all(files().map((address) => put(cache, address)));
    await put(cache, page); // the last one: what is kept is complete
    await navigator.serviceWorker.ready;
    document.documentElement.dataset.walkKept = "";
  }

  if (!isPossible) return;
  if ("kept" in document.documentElement.dataset) restore();
  else {
    remember();
    navigator.serviceWorker.register(worker, { scope }).catch(() => { /* no reload in a dead spot, all else as before */ });
    if (isWalked()) window.addEventListener("load", () => keep().catch(() => { /* the connection went: the next load */ }));
  }
  document.addEventListener("htmx:after:swap", remember);
})();
