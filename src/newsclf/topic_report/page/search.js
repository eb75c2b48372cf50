// Search and the choice of one topic: both narrow map, lists and tables to what matches.
const LISTED = 20;
const state = { words: [], topic: null };

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const foldedTopics = topics.map((topic) => fold([topic.name, ...topic.keywords].join(" ")));
let foldedTitles = null;

function findMatches() {
  if (!state.words.length && state.topic === null) return null;
  foldedTitles ??= articles.title.map(fold);
  const topicMatches = foldedTopics.map((text) => state.words.every((word) => text.includes(word)));
  const found = [];
  for (let i = 0; i < foldedTitles.length; i++) {
    const topic = articles.topic[i];
    if (state.topic !== null && topic !== state.topic) continue;
    if (topicMatches[topic] || state.words.every((word) => foldedTitles[i].includes(word))) found.push(i);
  }
  return found;
}

function matchingTopics() {
  if (matches === null) return null;
  const found = new Set(matches.map((i) => articles.topic[i]));
  foldedTopics.forEach((text, topic) => {
    const chosen = state.topic === null || state.topic === topic;
    if (chosen && state.words.every((word) => text.includes(word))) found.add(topic);
  });
  return found;
}

function statusText(found) {
  if (matches === null) return "";
  const query = byId("query").value.trim();
  const searched = query ? ` for “${query}”` : "";
  const chosen = state.topic === null ? "" : state.topic < 0 ? " without a topic" : ` in “${topics[state.topic].name}”`;
  const count = [...found].filter((topic) => topic >= 0).length;
  const among = state.topic === null ? `, in ${number(count)} ${count === 1 ? "topic" : "topics"}` : "";
  return `${number(matches.length)} of ${number(articles.x.length)} articles${chosen}${searched}${among}`;
}

function listFound() {
  byId("found").hidden = !matches?.length;
  const items = (matches || []).slice(0, LISTED).map((i) => {
    const item = element("li");
    item.append(titleOf(i));
    if (articles.date[i]) item.append(" ", element("time", "", articles.date[i]));
    return item;
  });
  byId("found-list").replaceChildren(...items);
  const more = (matches?.length ?? 0) - items.length;
  byId("found-more").textContent = more > 0 ? `and ${number(more)} more` : "";
}

function narrow() {
  matches = findMatches();
  const found = matchingTopics();
  labelled = found;
  byId("status").textContent = statusText(found);
  byId("clear").hidden = matches === null;
  // The legend and the table keep all rows while one topic is chosen, so that the next is a click away.
  const rows = state.words.length ? found : null;
  for (const row of document.querySelectorAll("[data-row]")) row.hidden = Boolean(rows) && !rows.has(Number(row.dataset.row));
  if (byId("no-row")) byId("no-row").hidden = !rows || [...rows].some((topic) => topic >= 0);
  for (const button of document.querySelectorAll("[data-topic]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.topic) === state.topic));
  }
  if (!articles.x.length) return;
  listFound();
  byId("tip").hidden = true;
  drawMap();
}

function startSearch() {
  let waiting = 0;
  byId("query").addEventListener("input", ({ target }) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      state.words = fold(target.value).split(/\s+/).filter(Boolean);
      narrow();
    }, 120);
  });
  for (const button of document.querySelectorAll("[data-topic]")) {
    button.addEventListener("click", () => {
      const topic = Number(button.dataset.topic);
      state.topic = state.topic === topic ? null : topic;
      narrow();
      if (button.classList.contains("to-map") && state.topic !== null) byId("map-section").scrollIntoView();
    });
  }
  byId("clear").addEventListener("click", () => {
    byId("query").value = "";
    Object.assign(state, { words: [], topic: null });
    narrow();
    byId("query").focus();
  });
}
