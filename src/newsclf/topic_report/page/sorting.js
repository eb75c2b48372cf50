// The table in another order, by the names of its columns. Without this script it stays in the order of size.
const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });
const ORDERS = {
  name: { first: "ascending", compare: (a, b) => collator.compare(topics[a].name, topics[b].name) },
  size: { first: "descending", compare: (a, b) => topics[a].size - topics[b].size },
  rise: { first: "descending", compare: (a, b) => topics[a].rise - topics[b].rise },
};
const OPPOSITE = { ascending: "descending", descending: "ascending" };

function sortTable(heading, headings) {
  const { first, compare } = ORDERS[heading.dataset.sort];
  const direction = OPPOSITE[heading.getAttribute("aria-sort")] ?? first;
  for (const other of headings) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const rows = [...document.querySelectorAll(".topics tbody tr")];
  const rank = (row) => Number(row.dataset.row);
  rows.sort((a, b) => sign * compare(rank(a), rank(b)) || rank(a) - rank(b));
  document.querySelector(".topics tbody").append(...rows);
}

function startSorting() {
  const headings = [...document.querySelectorAll(".topics [data-sort]")];
  for (const heading of headings) {
    const button = element("button", "sort", heading.textContent);
    button.type = "button";
    button.addEventListener("click", () => sortTable(heading, headings));
    heading.replaceChildren(button);
  }
}
