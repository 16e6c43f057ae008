// The search of the facts: every word of the question must stand in the name of the thing or of the quantity, or in the value.
const form = document.getElementById("search"), field = document.getElementById("q");
const said = document.getElementById("said"), list = document.getElementById("found");
const STEP = 60;
let known = null, most = STEP;

const load = async () => (known ??= await (await fetch(form.dataset.index)).json());

function link(thing, claim) {
  const row = document.createElement("li"), one = document.createElement("a");
  const base = form.dataset.index.replace(/assets\/.*$/, "") + (document.documentElement.lang === "de" ? "de/" : "");
  one.href = base + (claim ? `${thing[0].split("#")[0]}#${claim}` : thing[0]);
  row.append(one);
  return [row, one];
}

// How near a thing's name is to the words asked: 0 if each is a word of it, 1 if each begins one, 2 if it only holds them.
const tokens = new Map();
function rank(thing, words) {
  if (!tokens.has(thing)) tokens.set(thing, thing[2].split(/[^\p{L}\p{N}.]+/u));
  const own = tokens.get(thing);
  if (words.every((word) => own.includes(word))) return 0;
  return words.every((word) => own.some((one) => one.startsWith(word))) ? 1 : 2;
}
const nearest = (all, words, of) => all.map((one) => [one, rank(of(one), words), of(one)[1].length])
  .sort((a, b) => a[1] - b[1] || (a[1] < 2 ? a[2] - b[2] : 0)).map(([one]) => one);

function draw(text) {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}.]+/u).filter(Boolean);
  list.hidden = !words.length;
  if (!words.length) { said.textContent = ""; return; }
  const things = nearest(known.things.filter((one) => words.every((word) => one[2].includes(word))), words, (one) => one);
  const rows = things.slice(0, 12).map((one) => { const [row, a] = link(one); a.textContent = one[1]; return row; });
  const hits = nearest(known.claims.filter(([thing, quantity, value]) => {
    const all = `${known.things[thing][2]} ${known.quantities[quantity][0].toLowerCase()} ${known.quantities[quantity][1]} ${value}`;
    return words.every((word) => all.includes(word));
  }), words.filter((word) => known.things.some((one) => one[2].includes(word))), (one) => known.things[one[0]]);
  for (const [thing, quantity, value, day, id] of hits.slice(0, most)) {
    const [row, a] = link(known.things[thing], id);
    a.textContent = `${known.things[thing][1]}: ${known.quantities[quantity][0]}`;
    row.append(` ${value} (${day})`);
    rows.push(row);
  }
  if (hits.length > most) {
    const last = document.createElement("li"), more = document.createElement("button");
    more.type = "button";
    more.textContent = known.words.more;
    more.addEventListener("click", () => { most += STEP; draw(field.value); });
    last.append(more);
    rows.push(last);
  }
  list.replaceChildren(...rows);
  said.textContent = hits.length + things.length
    ? known.words.found.replace("{n}", hits.length).replace("{things}", things.length) : known.words.none;
}

let timer = 0;
async function search() {
  await load();
  draw(field.value.trim());
  const state = new URLSearchParams(field.value.trim() ? { q: field.value.trim() } : {});
  history.replaceState(null, "", `${location.pathname}${[...state].length ? `?${state}` : ""}`);
}
field.addEventListener("input", () => { clearTimeout(timer); most = STEP; timer = setTimeout(search, 120); });
form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
said.textContent = "";
const asked = new URLSearchParams(location.search).get("q");
if (asked && !field.value) field.value = asked;
if (field.value.trim()) search(); // also what was typed before this script was there
