// Draw what is there, and again when the colour scheme changes.
function drawAll() {
  if (byId("map")) drawMap();
  if (byId("trends")) drawTrends();
  if (byId("hierarchy")) drawHierarchy();
}

async function start() {
  startSearch();
  startSorting();
  if (byId("map")) await startMap();
  if (byId("trends")) await startTrends();
  if (byId("hierarchy")) await drawHierarchy();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  document.documentElement.dataset.drawn = "yes";
}

start();
