// The map: all articles as dots, those that match drawn again above them, names of topics where there is room.
const EDGE = 300;
const WHOLE = [-EDGE, 10000 + EDGE];
const FAINT = 0.22;
const touch = window.matchMedia("(pointer: coarse)").matches;
let matches = null;
let labelled = null;

function hasWebGL() {
  const context = document.createElement("canvas").getContext("webgl");
  return Boolean(context && context.getExtension("OES_element_index_uint"));
}
// Few dots are SVG, and all where there is no WebGL: slower, but they are there.
const dotTrace = data.webgl && hasWebGL() ? "scattergl" : "scatter";

function dotSize() {
  const n = articles.x.length;
  const size = n > 12000 ? 4 : n > 4000 ? 5 : n > 800 ? 6 : 8;
  return isNarrow() ? size - 1 : size;
}

function dots(indices, { colour, size, opacity, hoverinfo }) {
  const of = (column) => (indices ? indices.map((i) => column[i]) : column);
  const color = colour ? colourOf(colour) : of(articles.topic).map(topicColours());
  const marker = { color, size, opacity, line: { width: 0 } };
  return { type: dotTrace, mode: "markers", x: of(articles.x), y: of(articles.y), hoverinfo, marker };
}

function drawMap() {
  const filtered = matches !== null;
  const view = byId("map").layout;
  const kept = (name) => (view && view[name] ? view[name].range.slice() : WHOLE.slice());
  const axis = { showgrid: false, showticklabels: false, ticks: "", automargin: false };
  const base = filtered
    ? { colour: "--no-topic", opacity: FAINT, hoverinfo: "skip" }
    : { colour: topics.length ? "" : "--topic-0", opacity: 0.72, hoverinfo: "none" };
  const traces = [
    dots(null, { size: dotSize(), ...base }),
    dots(matches || [], { size: dotSize() + 2, opacity: 0.95, hoverinfo: "none" }),
  ];
  const layout = {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    hovermode: "closest",
    hoverdistance: 12,
    dragmode: touch ? false : "pan",
    xaxis: { ...axis, range: kept("xaxis") },
    yaxis: { ...axis, range: kept("yaxis") },
  };
  layout.annotations = topicLabels(layout.xaxis.range, layout.yaxis.range);
  return draw("map", traces, layout);
}

function topicLabels(xRange, yRange) {
  const box = byId("map").getBoundingClientRect();
  const limit = isNarrow() ? 22 : 30;
  const placed = [];
  for (const [topic, { name, at }] of topics.entries()) {
    if (!at || (labelled && !labelled.has(topic))) continue;
    const text = cut(name, limit);
    const half = (isNarrow() ? 3.5 : 3.9) * text.length + 6;
    const left = ((at[0] - xRange[0]) / (xRange[1] - xRange[0])) * box.width;
    const y = ((yRange[1] - at[1]) / (yRange[1] - yRange[0])) * box.height;
    if (left < 0 || left > box.width || y < 14 || y > box.height - 14) continue;
    // A name at the edge is moved in as far as it needs.
    const x = Math.max(half, Math.min(left, box.width - half));
    if (x + half > box.width - 60 && y < 140) continue; // there the buttons are
    if (placed.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 24)) continue;
    placed.push({ x, y, half, text, at: [xRange[0] + (x / box.width) * (xRange[1] - xRange[0]), at[1]] });
  }
  const around = colourOf("--surface");
  const halo = Array(3).fill(`0 0 3px ${around}`).join(", ");
  return placed.map(({ at, text }) => ({
    x: at[0],
    y: at[1],
    text: plain(text),
    showarrow: false,
    font: { color: colourOf("--ink"), size: isNarrow() ? 11 : 12, weight: 600, shadow: halo },
  }));
}

function relabel() {
  const { xaxis, yaxis } = byId("map").layout;
  Plotly.relayout("map", { annotations: topicLabels(xaxis.range, yaxis.range) });
}

function zoomMap(way) {
  const factor = { in: 0.6, out: 1 / 0.6 }[way];
  const { xaxis, yaxis } = byId("map").layout;
  const around = ([low, high]) => [0, 1].map((end) => (low + high) / 2 + ((end ? 1 : -1) * (high - low) * factor) / 2);
  const [x, y] = factor ? [around(xaxis.range), around(yaxis.range)] : [WHOLE.slice(), WHOLE.slice()];
  const far = x[1] - x[0] >= WHOLE[1] - WHOLE[0];
  Plotly.relayout("map", {
    "xaxis.range": x,
    "yaxis.range": y,
    annotations: topicLabels(x, y),
    // On a touch screen a finger scrolls the page until the map is larger than its frame.
    dragmode: touch && far ? false : "pan",
  });
}

function articleOf(event) {
  const { curveNumber, pointNumber } = event.points[0];
  return curveNumber === 1 ? matches[pointNumber] : pointNumber;
}

function describe(i) {
  const topic = articles.topic[i];
  const about = element("div", "about");
  const dot = element("span", "dot");
  dot.style.setProperty("--dot", `var(${topicVariable(topic)})`);
  const words = [topic < 0 ? "No topic" : topics[topic].name, articles.date[i]].filter(Boolean).join(" · ");
  const text = element("span", "", words);
  text.dir = "auto";
  about.append(dot, text);
  return about;
}

function titleOf(i) {
  const title = element(articles.url[i] ? "a" : "span", "title", articles.title[i]);
  title.dir = "auto";
  if (articles.url[i]) Object.assign(title, { href: articles.url[i], target: "_blank", rel: "noopener noreferrer" });
  return title;
}

function showTip(event) {
  const i = articleOf(event);
  const tip = byId("tip");
  const title = element("div", "title", articles.title[i]);
  title.dir = "auto";
  tip.replaceChildren(title, describe(i));
  tip.hidden = false;
  const box = byId("map").getBoundingClientRect();
  const { bbox } = event.points[0];
  const left = bbox.x1 + 10 + tip.offsetWidth > box.width ? bbox.x0 - tip.offsetWidth - 10 : bbox.x1 + 10;
  tip.style.left = `${Math.max(6, Math.min(left, box.width - tip.offsetWidth - 6))}px`;
  tip.style.top = `${Math.max(6, Math.min(bbox.y0, box.height - tip.offsetHeight - 6))}px`;
}

function pick(event) {
  const i = articleOf(event);
  const picked = byId("picked");
  picked.style.setProperty("--dot", `var(${topicVariable(articles.topic[i])})`);
  picked.replaceChildren(titleOf(i), describe(i));
  // A finger has to touch a dot to read its title: it opens the article by the link that then stands below the map.
  if (articles.url[i] && !touch) window.open(articles.url[i], "_blank", "noopener,noreferrer");
}

async function startMap() {
  const map = byId("map");
  if (articles.x.length < data.n_articles) {
    byId("sampled").textContent = `${number(articles.x.length)} of ${number(data.n_articles)} articles are drawn, evenly picked; the search finds these.`;
  }
  await drawMap();
  map.on("plotly_hover", showTip);
  map.on("plotly_unhover", () => (byId("tip").hidden = true));
  map.on("plotly_click", pick);
  map.on("plotly_relayout", (change) => {
    byId("tip").hidden = true;
    if ("xaxis.range[0]" in change || change.autosize) relabel();
  });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoomMap(button.dataset.zoom));
  }
  map.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomMap(event.deltaY < 0 ? "in" : "out");
    },
    { passive: false },
  );
}
