"use strict";
// What all figures share: the data, colours of the current scheme, and how Plotly is called.
const data = JSON.parse(document.getElementById("payload").textContent);
const articles = data.articles;
const topics = data.topics;

const byId = (id) => document.getElementById(id);
const colourOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const topicVariable = (topic) => (topic < 0 ? "--no-topic" : `--topic-${topics[topic].colour}`);
const isNarrow = () => window.innerWidth <= 700;
const number = (value) => value.toLocaleString("en");
const cut = (text, limit) => (text.length > limit ? text.slice(0, limit - 1).trimEnd() + "…" : text);

// Plotly reads a few HTML tags in any text that it draws.
const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function topicColours() {
  const colours = topics.map((_, topic) => colourOf(topicVariable(topic)));
  return (topic) => (topic < 0 ? colourOf("--no-topic") : colours[topic]);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function layoutWith(changes) {
  const axis = { gridcolor: colourOf("--grid"), linecolor: colourOf("--line"), zeroline: false, automargin: true };
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colourOf("--soft") },
    hoverlabel: {
      bgcolor: colourOf("--surface"),
      bordercolor: colourOf("--line"),
      font: { color: colourOf("--ink"), size: 13 },
      namelength: -1,
      align: "left",
    },
    showlegend: false,
    ...changes,
    xaxis: { ...axis, ...changes.xaxis },
    yaxis: { ...axis, ...changes.yaxis },
  };
}

function draw(id, traces, layout) {
  return Plotly.react(id, traces, layoutWith(layout), { displayModeBar: false, responsive: true, doubleClick: false });
}
