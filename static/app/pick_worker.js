// The pick station in a dead spot: a reload finds the page of the walk that is being walked, with its files.
// It answers for nothing else. What it may answer with was put into the cache by walk_kept.js; the network comes first.
"use strict";
const CACHE = "kuaifa-walk";
const PATIENCE_MS = 4000; // after that a page that is kept is better than one that may come
const FILES = ["script", "style", "font", "image"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isPage = request.mode === "navigate";
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (isPage || FILES.includes(request.destination)) event.respondWith(answer(request, isPage));
});

async function answer(request, isPage) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url, { ignoreVary: true });
  if (!kept) return fetch(request);
  let timer;
  const late = new Promise((done) => { timer = setTimeout(done, PATIENCE_MS); });
  const found = await Promise.race([fetch(request).catch(() => null), late]);
  clearTimeout(timer);
  if (!found || found.status >= 500) return isPage ? marked(kept) : kept;
  if (!isPage && found.ok) await cache.put(request.url, found.clone());
  return found;
}

async function marked(kept) { // so that the page knows that nobody sent it just now
  const html = (await kept.text()).replace("<html ", "<html data-kept ");
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
