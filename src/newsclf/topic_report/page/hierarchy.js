// The hierarchy, lying on its side: names at the left, joins to the right.
const LEAF_PIXELS = 22;
const NAMED_IN_JOIN = 5;

function joinText(members) {
  const names = members.slice(0, NAMED_IN_JOIN).map((topic) => plain(cut(topics[topic].name, 40)));
  const more = members.length - names.length;
  const size = members.reduce((sum, topic) => sum + topics[topic].size, 0);
  const lines = [`<b>${members.length} topics, ${number(size)} articles</b>`, ...names];
  return (more ? [...lines, `and ${more} more`] : lines).join("<br>");
}

function drawHierarchy() {
  const { order, positions, heights, members } = data.hierarchy;
  const colour = topicColours();
  const withGaps = (rows) => rows.flatMap((row) => [...row, null]);
  const traces = [
    {
      type: "scatter",
      mode: "lines",
      x: withGaps(heights),
      y: withGaps(positions),
      line: { color: colourOf("--no-topic"), width: 1.4 },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "markers",
      x: heights.map((row) => row[1]),
      y: positions.map((row) => (row[0] + row[3]) / 2),
      marker: { color: colourOf("--soft"), size: 6 },
      hovertext: members.map(joinText),
      hoverinfo: "text",
    },
    {
      type: "scatter",
      mode: "markers",
      x: order.map(() => 0),
      y: order.map((_, i) => i),
      marker: { color: order.map(colour), size: 10 },
      hovertext: order.map((topic) => plain(topics[topic].name)),
      hoverinfo: "text",
      cliponaxis: false,
    },
  ];
  byId("hierarchy").style.height = `${LEAF_PIXELS * order.length + 60}px`;
  return draw("hierarchy", traces, {
    margin: { l: 10, r: 18, t: 12, b: 10 },
    hovermode: "closest",
    dragmode: false,
    xaxis: { title: { text: "less alike →", standoff: 6 }, rangemode: "tozero", nticks: 6, fixedrange: true, layer: "below traces" },
    yaxis: {
      tickvals: order.map((_, i) => i),
      ticktext: order.map((topic) => plain(cut(topics[topic].name, isNarrow() ? 22 : 44)) + "  "),
      range: [order.length - 0.4, -0.6],
      showgrid: false,
      layer: "below traces",
      fixedrange: true,
      tickfont: { color: colourOf("--ink") },
    },
  });
}
