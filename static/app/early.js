// Runs before the first paint: density and theme as this browser last chose them; forgets what nobody may find here.
(() => {
  const root = document.documentElement;
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  root.dataset.density = kept("kuaifa.density") || "compact";
  root.dataset.bsTheme = kept("kuaifa.theme") || "light";
  root.classList.add("js");

  // A walk that is kept for dead spots goes when its picker logs out, and where somebody logs in.
  function forget() {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("kuaifa.walk.")) localStorage.removeItem(key);
    } catch { /* nothing is kept then */ }
    window.caches?.delete("kuaifa-walk");
    navigator.serviceWorker?.getRegistrations().then((all) => all.forEach((one) => one.unregister()));
  }
  document.addEventListener("submit", (event) => { if (event.target.action.endsWith("/logout/")) forget(); });
  if ("forget" in document.currentScript.dataset) forget();
})();
