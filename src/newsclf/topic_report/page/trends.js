// Topics over time: a few lines that the reader chooses.
const AT_FIRST = 6;
const shownLines = new Set(topics.slice(0, AT_FIRST).keys());

function totals() {
  return data.periods.map((_, p) => data.counts.reduce((sum, row) => sum + row[p], 0));
}

function drawTrends() {
  const share = document.querySelector("input[name=measure]:checked").value === "share";
  const all = totals();
  const colour = topicColours();
  const periods = data.periods.map(plain);
  const traces = [...shownLines].map((topic) => ({
    type: "scatter",
    mode: periods.length > 1 ? "lines" : "markers",
    x: periods,
    y: data.counts[topic].map((count, p) => (share ? count / Math.max(all[p], 1e-12) : count)),
    name: plain(cut(topics[topic].name, isNarrow() ? 24 : 40)),
    line: { color: colour(topic), width: 2.2 },
    marker: { color: colour(topic), size: 9 },
    hovertemplate: share ? "%{y:.1%}" : "%{y:,.0f}",
  }));
  return draw("trends", traces, {
    margin: { l: 10, r: 18, t: 14, b: 10 },
    hovermode: "x unified",
    dragmode: false,
    xaxis: { type: "category", nticks: isNarrow() ? 5 : 12, tickangle: 0, showgrid: false, fixedrange: true },
    yaxis: { rangemode: "tozero", tickformat: share ? ".0%" : ",d", nticks: 6, fixedrange: true },
  });
}

function listLines() {
  const chips = [...shownLines].map((topic) => {
    const item = element("li");
    const button = element("button");
    const dot = element("span", "dot");
    dot.style.setProperty("--dot", `var(${topicVariable(topic)})`);
    button.type = "button";
    button.setAttribute("aria-label", `Take away the line of ${topics[topic].name}`);
    button.append(dot, element("span", "", topics[topic].name));
    button.addEventListener("click", () => changeLines(() => shownLines.delete(topic)));
    item.append(button);
    return item;
  });
  byId("lines").replaceChildren(...chips);
}

function changeLines(change) {
  change();
  listLines();
  drawTrends();
}

function startTrends() {
  listLines();
  for (const radio of document.querySelectorAll("input[name=measure]")) radio.addEventListener("change", drawTrends);
  byId("add-line").addEventListener("change", ({ target }) => {
    if (target.value) changeLines(() => shownLines.add(Number(target.value)));
    target.value = "";
  });
  return drawTrends();
}
