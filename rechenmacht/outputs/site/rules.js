// The look-up of chip, place and day, from periods computed before; and the map of a chip on a day.
const form = document.getElementById("look");
const chip = document.getElementById("chip"), to = document.getElementById("to"), day = document.getElementById("day");
const lang = document.documentElement.lang;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const said = (iso) => iso ? new Date(`${iso}T12:00:00Z`).toLocaleDateString(lang === "de" ? "de-DE" : "en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }) : "";
const before = (iso) => new Date(Date.parse(`${iso}T12:00:00Z`) - 864e5).toISOString().slice(0, 10);
let known = null;

const periodsOf = (place, one) => known.periods[known.chips[known.places[place]][one]];
const at = (periods, on) => Math.max(0, periods.findLastIndex((one) => one[0] <= on));

function make(tag, text, more = {}) {
  const one = document.createElement(tag);
  if (text instanceof Node) one.append(text); else one.textContent = text;
  for (const [key, value] of Object.entries(more)) one.setAttribute(key, value);
  return one;
}

function table(periods, current) {
  const w = known.words, body = document.createElement("tbody");
  periods.forEach(([from, outcome, fired], place) => {
    const old = place ? periods[place - 1][2] : null, next = periods[place + 1];
    const began = old ? fired.filter((one) => !old.includes(one)) : [], ended = old ? old.filter((one) => !fired.includes(one)) : [];
    const names = (all) => all.map((one) => known.rules[one]).join("; ");
    const changed = [began.length ? fill(w.began, { rules: names(began) }) : "", ended.length ? fill(w.ended, { rules: names(ended) }) : ""];
    const row = make("tr", "", place === current ? { "aria-current": "true" } : {});
    row.append(make("th", said(from), { scope: "row" }), make("td", next ? said(before(next[0])) : w.open),
      make("td", place === current ? make("b", known.outcomes[outcome]) : known.outcomes[outcome]),
      make("td", names(fired)), make("td", changed.filter(Boolean).join(" ")));
    [...row.children].slice(1).forEach((cell, k) => { cell.dataset.head = w[["to", "outcome", "rules", "changed"][k]]; });
    body.append(row);
  });
  const head = document.createElement("tr");
  for (const key of ["from", "to", "outcome", "rules", "changed"]) head.append(make("th", w[key], { scope: "col" }));
  const thead = document.createElement("thead"), whole = document.createElement("table");
  thead.append(head);
  whole.append(thead, body);
  const box = make("div", whole, { class: "wide stacks", tabindex: "0", role: "group", "aria-label": w.outcome });
  return box;
}

async function update() {
  known ??= await (await fetch(form.dataset.rules)).json();
  const on = day.value || form.dataset.today;
  const map = document.getElementById("map-rules");
  if (map) {
    for (const one of map.querySelectorAll("[data-place]")) {
      const group = known.places[one.dataset.place];
      const periods = group === undefined ? null : periodsOf(one.dataset.place, chip.value);
      const code = periods ? periods[at(periods, on)][1] : "none";
      one.setAttribute("class", code);
      const title = one.parentNode.querySelector("title");
      if (title && periods) title.textContent = `${title.textContent.split(":")[0]}: ${known.outcomes[code]}`;
    }
  } else {
    const periods = periodsOf(to.value, chip.value), current = at(periods, on);
    const [, outcome, fired] = periods[current];
    document.getElementById("verdict").textContent = fill(known.words.says, { chip: chip.selectedOptions[0].textContent, to: to.selectedOptions[0].textContent, day: said(on), outcome: known.outcomes[outcome] });
    document.getElementById("why").textContent = fired.map((one) => known.rules[one]).join("; ");
    document.getElementById("periods").replaceChildren(table(periods, current));
  }
  const state = new URLSearchParams({ chip: chip.value, ...(to ? { to: to.value } : {}), day: on });
  history.replaceState(null, "", `${location.pathname}?${state}${location.hash}`);
}

const asked = new URLSearchParams(location.search);
let moved = false;
for (const [field, key] of [[chip, "chip"], [to, "to"], [day, "day"]]) {
  if (!field) continue;
  const value = asked.get(key);
  if (value && (field.tagName === "INPUT" || [...field.options].some((one) => one.value === value))) { field.value = value; moved = true; }
  field.addEventListener("change", update);
}
form.addEventListener("submit", (event) => { event.preventDefault(); update(); });
if (moved) update();
