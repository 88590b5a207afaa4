// Loss and accuracy of each batch, live, with uPlot.

import uPlot from "uplot";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A chart in `place`. Returns { add(loss, accuracy), clear() }; it is drawn at most once a frame. */
export const trainingChart = (place) => {
  let series = [[], [], []];
  let pending = false;
  const axis = () => ({ stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 } });
  const size = () => ({ width: place.clientWidth, height: 240 });
  const plot = new uPlot(
    {
      ...size(),
      scales: {
        x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 0, 50)] },
        loss: { range: (_, low, high) => [0, Math.max(high ?? 0, 0.1) * 1.05] },
        accuracy: { range: [0, 1.02] },
      },
      axes: [
        { ...axis(), label: "batch", labelSize: 18, size: 36 },
        { ...axis(), scale: "loss", label: "loss", labelSize: 18 },
        {
          ...axis(),
          scale: "accuracy",
          side: 1,
          label: "accuracy",
          labelSize: 18,
          grid: { show: false },
          values: (_, ticks) => ticks.map((tick) => `${Math.round(tick * 100)} %`),
        },
      ],
      series: [
        { label: "batch" },
        {
          label: "loss",
          scale: "loss",
          stroke: colour("--warm"),
          width: 2,
          points: { show: false },
        },
        {
          label: "accuracy",
          scale: "accuracy",
          stroke: colour("--accent"),
          width: 2,
          points: { show: false },
          value: (_, value) => (value == null ? "–" : `${(value * 100).toFixed(1)} %`),
        },
      ],
    },
    series,
    place,
  );
  const draw = () => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      plot.setData(series);
    });
  };
  new ResizeObserver(() => plot.setSize(size())).observe(place);
  return {
    add(loss, accuracy) {
      series = [
        [...series[0], series[0].length + 1],
        [...series[1], loss],
        [...series[2], accuracy],
      ];
      draw();
    },
    clear() {
      series = [[], [], []];
      draw();
    },
  };
};
