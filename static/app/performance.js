// Plots of the performance page, drawn from the data beside them. Without script the tables say the same.
(() => {
  "use strict";
  if (typeof uPlot === "undefined") return;
  // Line and dash together: a plot must be readable without color, and on paper.
  const looks = [
    ["#206bc4", []], ["#d6336c", [7, 3]], ["#2f9e44", [2, 2]], ["#e8590c", [9, 3, 2, 3]], ["#7c3aed", [4, 4]],
  ];
  const plots = [];

  function size(figure) { return { width: Math.max(figure.clientWidth - 12, 240), height: 230 }; }

  function draw(figure) {
    const data = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
    if (!data.series.length) return;
    // A canvas does not know our variables: ask a box that has the colors.
    const ink = getComputedStyle(figure).color, grid = getComputedStyle(figure).borderTopColor;
    const day = (seconds) => new Date(seconds * 1000).toISOString().slice(5, 10);
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: "11px system-ui" };
    const options = {
      ...size(figure),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(high * 1.1, 1)] } },
      series: [
        { value: (_plot, seconds) => (seconds == null ? "—" : day(seconds)), label: data.day },
        ...data.series.map((one, at) => ({
          label: one.label, stroke: looks[at % looks.length][0], dash: looks[at % looks.length][1], width: 2, spanGaps: true,
          points: { show: true, size: 5 }, value: (_plot, value) => (value == null ? "—" : `${value} ${data.unit}`),
        })),
      ],
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map(day), space: 55, incrs: [1, 2, 7, 14, 28].map((days) => days * 86400) },
        { ...axis, values: (_plot, ticks) => ticks.map((tick) => `${tick} ${data.unit}`), size: 48 },
      ],
    };
    plots.push([figure, new uPlot(options, [data.days, ...data.series.map((one) => one.values)], figure)]);
  }

  for (const figure of document.querySelectorAll("[data-plot]")) draw(figure);
  const fit = () => { for (const [figure, plot] of plots) plot.setSize(size(figure)); };
  new ResizeObserver(fit).observe(document.getElementById("performance"));
  addEventListener("beforeprint", () => { for (const [, plot] of plots) plot.setSize({ width: 680, height: 210 }); });
  addEventListener("afterprint", fit);
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
