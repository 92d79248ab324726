// Runs before the first paint: density and theme as this browser last chose them.
(() => {
  const root = document.documentElement;
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  root.dataset.density = kept("kuaifa.density") || "compact";
  root.dataset.bsTheme = kept("kuaifa.theme") || "light";
  root.classList.add("js");
})();
