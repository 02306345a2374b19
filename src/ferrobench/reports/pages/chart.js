// Curves with intervals, marks and regions, from figures that the page carries. Texts of the figures only ever become text.
"use strict";

const MARK_SIZE = 6;
const MARK_GAP = 13;
const STARS = ["best", "tied"];

// What a page says of one chart: x and names of the points; lines with values, low and high; marks; regions; details.
function drawChart(figure, chart, details, syncKey) {
  const plot = figure.querySelector(".plot");
  const reading = figure.querySelector(".reading");
  let shown = null;

  function build() {
    if (shown) shown.destroy();
    shown = new uPlot(options(plot, chart, reading, details, syncKey), columns(chart), plot);
  }

  build();
  let width = plot.clientWidth;
  new ResizeObserver(() => {
    // Ticks and marks depend on the width.
    if (plot.clientWidth !== width) {
      width = plot.clientWidth;
      build();
    }
  }).observe(plot);
  for (const query of ["(prefers-color-scheme: dark)", `(resolution: ${devicePixelRatio}dppx)`]) {
    matchMedia(query).addEventListener("change", build);
  }
  document.addEventListener("themechange", build);
  figure.addEventListener("keydown", (event) => moveByKey(event, shown, chart));
  figure.addEventListener("blur", () => shown.setCursor({ left: -10, top: -10 }));
}

// A colour of the look as canvases take it: what a property holds depends on the theme.
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  // As #rrggbbaa: bands put a transparency of their own behind the first six digits.
  const [red, green, blue, alpha = 1] = found.match(/[\d.]+/g).map(Number);
  const digits = (value) => Math.round(value).toString(16).padStart(2, "0");
  return `#${digits(red)}${digits(green)}${digits(blue)}${alpha < 1 ? digits(255 * alpha) : ""}`;
}

function columns(chart) {
  const found = [chart.x];
  for (const line of chart.lines) {
    found.push(line.values);
    if (line.low) found.push(line.high, line.low);
  }
  return found;
}

function options(plot, chart, reading, details, syncKey) {
  const ink = colour("--soft");
  const font = "13px system-ui, 'Liberation Sans', sans-serif";
  const grid = { stroke: colour("--grid"), width: 1 };
  const series = [{}];
  const bands = [];
  for (const line of chart.lines) {
    const stroke = colour(`--curve-${line.colour}`);
    series.push({
      label: line.title,
      stroke,
      width: 2,
      dash: line.dash,
      spanGaps: true,
      points: { show: chart.x.length <= 60, size: 6, width: 2, stroke, fill: colour("--card") },
    });
    if (line.low) {
      const edge = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
      bands.push({ series: [series.length, series.length + 1], fill: `${stroke}30` });
      series.push(edge, edge);
    }
  }
  const first = chart.x[0];
  const last = chart.x[chart.x.length - 1];
  const room = first === last ? Math.max(1, Math.abs(first)) * 0.5 : (last - first) * 0.03;
  return {
    width: plot.clientWidth,
    height: chart.height,
    padding: [18, 12, 4, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: syncKey, setSeries: false },
      points: { show: (u, index) => Boolean(index && u.series[index].label) && undefined },
      // The nearest point, however far.
      dataIdx: (u, index, nearest) => nearest,
    },
    scales: {
      x: { time: false, range: [first - room, last + room] },
      y: { range: chart.range ? chart.range : (u, low, high) => uPlot.rangeNum(low, high, 0.1, true) },
    },
    series,
    bands,
    axes: [
      {
        stroke: ink,
        font,
        grid: { show: false },
        ticks: grid,
        space: 64,
        size: 34,
        splits: chart.numbers ? undefined : (u) => namedSplits(chart, u.bbox.width / devicePixelRatio),
        values: (u, splits) => splits.map((value) => tickName(chart, value)),
      },
      {
        stroke: ink,
        font,
        grid,
        ticks: grid,
        size: 58,
        values: (u, splits) => splits.map((value) => shortNumber(value) + chart.unit),
      },
    ],
    hooks: {
      drawClear: [(u) => drawRegions(u, chart)],
      draw: [(u) => drawMarks(u, chart)],
      setCursor: [(u) => read(u, chart, reading, details)],
    },
  };
}

function shortNumber(value) {
  return String(Math.round(value * 1e6) / 1e6);
}

function tickName(chart, value) {
  if (chart.numbers) return Number.isInteger(value) && value >= 0 ? value.toLocaleString("en-US") : "";
  const name = chart.names[value] || "";
  return name.length > 12 ? `${name.slice(0, 11)}…` : name;
}

// As many names as there is room for.
function namedSplits(chart, width) {
  const every = Math.max(1, Math.ceil(chart.x.length / Math.max(1, Math.floor(width / 100))));
  return chart.x.filter((value, place) => place % every === 0);
}

function drawRegions(u, chart) {
  const { ctx, bbox } = u;
  for (const region of chart.regions) {
    const left = Math.max(bbox.left, u.valToPos(region.from, "x", true));
    const right = Math.min(bbox.left + bbox.width, u.valToPos(region.to, "x", true));
    ctx.save();
    ctx.fillStyle = colour("--sick-area");
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    if (region.title) {
      ctx.font = `${13 * devicePixelRatio}px system-ui, 'Liberation Sans', sans-serif`;
      ctx.fillStyle = colour("--sick");
      ctx.textBaseline = "bottom";
      const within = bbox.left + bbox.width - ctx.measureText(region.title).width;
      ctx.fillText(region.title, Math.min(left, within), bbox.top - 2);
    }
    ctx.restore();
  }
}

function drawMarks(u, chart) {
  const { ctx } = u;
  const size = MARK_SIZE * devicePixelRatio;
  for (const mark of chart.marks) {
    const value = chart.lines[0].values[mark.place];
    if (value === null) continue;
    const x = u.valToPos(chart.x[mark.place], "x", true);
    const y = u.valToPos(value, "y", true);
    const starred = chart.marks.some((other) => other.place === mark.place && STARS.includes(other.kind));
    const away = (MARK_GAP + (starred ? MARK_SIZE : 0)) * devicePixelRatio;
    ctx.save();
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.fillStyle = ctx.strokeStyle = colour(`--${mark.kind === "tied" ? "best" : mark.kind}`);
    ctx.beginPath();
    if (STARS.includes(mark.kind)) {
      star(ctx, x, y, size * (mark.kind === "best" ? 1.7 : 1.2));
      if (mark.kind === "tied") {
        ctx.lineWidth = 1.5 * devicePixelRatio;
        ctx.fillStyle = colour("--card");
      }
      ctx.fill();
      ctx.stroke();
    } else {
      // Above the curve where it rose, below where it fell unless there is no room.
      const way = mark.kind === "better" ? -1 : 1;
      const below = mark.kind === "worse" && y + away + size < u.bbox.top + u.bbox.height;
      const middle = y + (below ? away : -away);
      ctx.moveTo(x, middle + way * size);
      ctx.lineTo(x - size, middle - way * size * 0.6);
      ctx.lineTo(x + size, middle - way * size * 0.6);
      ctx.closePath();
      ctx.fill();
    }
    ctx.restore();
  }
}

function star(ctx, x, y, radius) {
  for (let corner = 0; corner < 10; corner += 1) {
    const reach = corner % 2 ? radius * 0.45 : radius;
    const angle = (Math.PI * corner) / 5 - Math.PI / 2;
    ctx.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  ctx.closePath();
}

function moveByKey(event, u, chart) {
  const last = chart.x.length - 1;
  const here = u.cursor.idx;
  const places = {
    ArrowRight: here === null || here === undefined ? 0 : Math.min(last, here + 1),
    ArrowLeft: here === null || here === undefined ? last : Math.max(0, here - 1),
    Home: 0,
    End: last,
  };
  const place = places[event.key];
  if (place === undefined) return;
  event.preventDefault();
  u.setCursor({ left: u.valToPos(chart.x[place], "x"), top: u.bbox.height / devicePixelRatio / 2 });
}

// The figures of the point under the pointer, beside it.
function read(u, chart, reading, details) {
  if (!reading) return;
  const place = u.cursor.idx;
  reading.hidden = u.cursor.left < 0 || place === null || place === undefined;
  if (reading.hidden) return;
  const title = document.createElement("h3");
  title.textContent = chart.names[place];
  const list = document.createElement("dl");
  for (const [label, text] of details[place]) {
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = label;
    description.textContent = text;
    list.append(term, description);
  }
  reading.replaceChildren(title, list);
  if (matchMedia("(max-width: 40rem)").matches) {
    reading.style.left = "";
    return;
  }
  const x = u.valToPos(chart.x[place], "x") + u.bbox.left / devicePixelRatio;
  const right = x + 20 + reading.offsetWidth <= u.root.clientWidth;
  reading.style.left = `${Math.max(0, right ? x + 20 : x - 20 - reading.offsetWidth)}px`;
}
