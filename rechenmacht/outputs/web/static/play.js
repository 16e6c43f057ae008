// The playground: levers left, small multiples right. Its state is the address, so that every view is a link.
// @ts-check

const words = /** @type {HTMLElement} */ (document.getElementById("words")).dataset;
const names = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("names")).textContent || "{}");
const lang = words.lang === "de" ? "de" : "en";
const DRAWS = 1000, SEED = 1, FIRST_SHOWN = "2022-Q4", LAST_OBSERVED = "2025-Q4";
const BLOCS = ["us", "cn", "eu", "gulf", "rest"];
const REGION = { us: "United States", cn: "China", eu: "Europe", gulf: "Gulf states", rest: "Rest of the world" };
// Outcome, whether on a logarithmic scale, blocs shown.
const CHARTS = [
  ["installed|h100e_8bit", true, BLOCS], ["power_connected", true, BLOCS], ["firms_using_ai", false, BLOCS],
  ["measure|stack", false, ["us", "cn"]], ["virtual_workers", true, BLOCS], ["frontier_gap", false, ["us", "cn", "eu"]],
];
const state = { a: "reference", b: "", set: /** @type {Record<string, number>} */ ({}), outcome: "installed|h100e_8bit@China@2030-Q4" };
let levers = /** @type {any[]} */ ([]), scenarios = /** @type {any[]} */ ([]), shown = /** @type {any} */ (null);
let waiting = /** @type {AbortController | null} */ (null), timer = 0, asked = "";

/** @param {string} id */
const at = (id) => /** @type {any} */ (document.getElementById(id));
/** @param {string} tag @param {Record<string, string>} [attributes] @param {...(Node|string)} children */
function make(tag, attributes = {}, ...children) {
  const found = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.append(...children);
  return found;
}

/** Write a number as a newspaper does. @param {number} value @param {string} unit */
function written(value, unit) {
  const digits = { maximumSignificantDigits: 3 };
  if (unit === "share") return new Intl.NumberFormat(lang, { style: "percent", ...digits }).format(value);
  const text = new Intl.NumberFormat(lang, { notation: Math.abs(value) >= 1e5 ? "compact" : "standard", ...digits }).format(value);
  return unit === "1" || unit === "count" ? text : `${text} ${names.units[unit] || unit}`;
}

/** @param {string} path @param {any} [body] @param {AbortSignal} [signal] */
async function ask(path, body, signal) {
  const how = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal } : { signal };
  const answer = await fetch(`/api/v1/${path}`, how);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail || answer.statusText);
  return found;
}

function remember() {
  const query = new URLSearchParams();
  if (state.a !== "reference") query.set("a", state.a);
  if (state.b) query.set("b", state.b);
  for (const [name, value] of Object.entries(state.set)) query.set(`set.${name}`, String(value));
  if (state.outcome !== "installed|h100e_8bit@China@2030-Q4") query.set("outcome", state.outcome);
  const before = new URLSearchParams(location.search);
  if (before.get("embed")) query.set("embed", "1");
  const text = query.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
  at("other").search = text;
}

function restore() {
  const query = new URLSearchParams(location.search);
  const known = new Map(levers.map((one) => [one.name, one]));
  if (scenarios.some((one) => one.id === query.get("a"))) state.a = String(query.get("a"));
  if (scenarios.some((one) => one.id === query.get("b"))) state.b = String(query.get("b"));
  for (const [name, text] of query) {
    const lever = known.get(name.replace(/^set\./, "")), value = Number(text);
    if (name.startsWith("set.") && lever && Number.isFinite(value)) state.set[lever.name] = Math.min(Math.max(value, lever.low), lever.high);
  }
  if (query.get("outcome")) state.outcome = String(query.get("outcome"));
  if (query.get("embed")) document.body.classList.add("embed");
}

/** @param {any} lever */
function drawLever(lever) {
  const id = `l-${lever.name}`, value = state.set[lever.name] ?? lever.default;
  const output = make("output", { for: id }, written(value, lever.unit));
  const input = /** @type {HTMLInputElement} */ (make("input", {
    id, type: "range", min: String(lever.low), max: String(lever.high), step: String((lever.high - lever.low) / 100 || 1), value: String(value),
    "aria-valuetext": written(value, lever.unit),
  }));
  const box = make("div", { class: lever.name in state.set ? "lever moved" : "lever" }, make("label", { for: id }, lever.title[lang], output), input);
  input.addEventListener("input", () => {
    state.set[lever.name] = Number(input.value);
    output.textContent = written(Number(input.value), lever.unit);
    input.setAttribute("aria-valuetext", String(output.textContent));
    box.classList.add("moved");
    soon();
  });
  const sources = make("ul");
  for (const source of lever.sources) sources.append(make("li", {}, source));
  const rests = lever.claims.length ? `${words.claims}: ${lever.claims.join(", ")}` : String(words.judgement);
  box.append(make("details", {}, make("summary", {}, String(words.why)), make("p", { class: "note" }, lever.explanation[lang]),
    make("p", { class: "note" }, `${lever.name}. ${rests}`), sources));
  return box;
}

function drawLevers() {
  const groups = new Map();
  for (const lever of levers) groups.set(lever.group, [...(groups.get(lever.group) || []), lever]);
  at("levers").replaceChildren(...[...groups].map(([group, rows], index) => {
    const open = index === 0 || rows.some((one) => one.name in state.set);
    return make("details", open ? { open: "" } : {}, make("summary", {}, names.mechanisms[group] || group), ...rows.map(drawLever));
  }));
}

/** Draw one panel: bands, the median, and the other scenario's median. @param {any} one @param {any} other @param {string} bloc @param {boolean} log @param {[number, number]} domain @param {string[]} quarters */
function panel(one, other, bloc, log, domain, quarters) {
  const wide = 190, high = 116, left = 4, top = 16, bottom = 14, end = 40;
  const [low, most] = domain, scale = (/** @type {number} */ v) => (log ? Math.log(Math.max(v, low)) : v);
  const x = (/** @type {number} */ k) => left + (k / (quarters.length - 1)) * (wide - left - end);
  const y = (/** @type {number} */ v) => top + (1 - (scale(v) - scale(low)) / (scale(most) - scale(low) || 1)) * (high - top - bottom);
  const path = (/** @type {number[]} */ row) => row.map((v, k) => `${k ? "L" : "M"}${x(k).toFixed(1)},${y(v).toFixed(1)}`).join("");
  const area = (/** @type {number[]} */ a, /** @type {number[]} */ b) => `${path(a)}${b.map((v, k) => [v, k]).reverse().map(([v, k]) => `L${x(k).toFixed(1)},${y(v).toFixed(1)}`).join("")}Z`;
  const [q05, q25, q50, q75, q95] = one.values, now = quarters.indexOf(LAST_OBSERVED), last = quarters.length - 1;
  const label = `${names.regions[bloc]}: ${written(q50[last], one.unit)} (${written(q05[last], one.unit)} – ${written(q95[last], one.unit)}), ${quarters[last]}`;
  return make("svg:svg", { viewBox: `0 0 ${wide} ${high}`, class: bloc, role: "img", "aria-label": label },
    make("svg:rect", { class: "later", x: String(x(now)), y: String(top), width: String(x(last) - x(now)), height: String(high - top - bottom) }),
    make("svg:line", { class: "tick", x1: String(left), x2: String(x(last)), y1: String(high - bottom), y2: String(high - bottom) }),
    make("svg:path", { class: "outer", d: area(q05, q95) }), make("svg:path", { class: "inner", d: area(q25, q75) }),
    make("svg:path", { class: "line", d: path(q50) }), ...(other ? [make("svg:path", { class: "other", d: path(other.values[2]) })] : []),
    make("svg:text", { class: "name", x: String(left), y: "11" }, names.regions[bloc]),
    make("svg:text", { class: "end", x: String(x(last) + 3), y: String(Math.max(y(q50[last]) + 4, top + 4)) }, written(q50[last], one.unit === "share" ? "share" : "1")),
    make("svg:text", { x: String(left), y: String(high - 2) }, quarters[0].slice(0, 4)),
    make("svg:text", { x: String(x(last)), y: String(high - 2), "text-anchor": "end" }, quarters[last].slice(0, 4)));
}

/** @param {any} found @param {string} variable @param {string} bloc */
function series(found, variable, bloc) {
  const one = found.series.find((/** @type {any} */ s) => s.variable === variable && s.region === REGION[/** @type {"us"} */ (bloc)]);
  const first = found.quarters.indexOf(FIRST_SHOWN);
  return { ...one, values: one.values.map((/** @type {number[]} */ row) => row.slice(first)) };
}

/** @param {any} a @param {any} b */
function drawCharts(a, b) {
  at("charts").replaceChildren(...CHARTS.map(([variable, log, blocs]) => {
    const rows = /** @type {string[]} */ (blocs).map((bloc) => [bloc, series(a, String(variable), bloc), b && series(b, String(variable), bloc)]);
    const most = Math.max(...rows.flatMap(([, one, other]) => [...one.values[4], ...(other ? other.values[2] : [])]));
    const low = log ? most / 1e4 : 0;
    const title = make("h3", {}, `${names.outcomes[/** @type {string} */ (variable)]}${log ? ` (${words.log})` : ""}`);
    const panels = make("div", { class: "panels" }, ...rows.map(([bloc, one, other]) => panel(one, other, bloc, Boolean(log), [low, most * 1.02], a.quarters.slice(a.quarters.indexOf(FIRST_SHOWN)))));
    return make("figure", {}, title, panels);
  }));
}

/** @param {any} a @param {any} b */
function drawAhead(a, b) {
  const dates = ["2025-Q4", "2028-Q4", "2030-Q4", "2035-Q4"];
  const said = (/** @type {any} */ found, /** @type {string} */ name, /** @type {string} */ when) => BLOCS
    .map((bloc) => [bloc, found.probabilities.find((/** @type {any} */ p) => p.variable === `ahead|${name}` && p.region === REGION[/** @type {"us"} */ (bloc)]).values[found.quarters.indexOf(when)]])
    .filter(([, p]) => p >= 0.01).sort((one, other) => other[1] - one[1]).map(([bloc, p]) => `${names.regions[bloc]} ${written(p, "share")}`).join(", ");
  const head = make("tr", {}, make("th", { scope: "col" }, String(words.definition)), ...dates.map((d) => make("th", { scope: "col" }, d.slice(0, 4))));
  const rows = Object.keys(names.definitions).map((/** @type {string} */ name) => make("tr", {}, make("th", { scope: "row" }, names.definitions[name]),
    ...dates.map((d) => make("td", {}, said(a, name, d), ...(b && said(b, name, d) !== said(a, name, d) ? [make("br"), make("span", { class: "note" }, `${words.other}: ${said(b, name, d)}`)] : [])))));
  at("ahead").replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

async function drawDecides() {
  try {
    const found = await ask(`decides?scenario=${encodeURIComponent(state.a)}&outcome=${encodeURIComponent(state.outcome)}`);
    const rows = found.parameters.map((/** @type {any} */ p) => make("tr", {}, make("th", { scope: "row" }, p.title ? p.title[lang] : p.name),
      make("td", { class: "n" }, p.correlation.toFixed(2)), make("td", {}, p.claims.length ? `${words.claims}: ${p.claims.length}` : String(words.judgement))));
    const head = make("tr", {}, ...[words.assumption, words.rank, words.rests].map((text) => make("th", { scope: "col" }, String(text))));
    at("decides").replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  } catch (error) { at("decides").textContent = String(/** @type {Error} */ (error).message); }
}

function drawTexts() {
  const chosen = scenarios.find((one) => one.id === state.a);
  at("question").textContent = chosen ? chosen.question[lang] : "";
  if (!shown) return;
  const moved = Object.entries(state.set).map(([name, value]) => `${name}=${value}`).join(", ");
  at("cite").textContent = `Rechenmacht ${shown.version}, ${words.data} ${shown.data_checksum.slice(0, 12)}, ${chosen ? chosen.title[lang] : state.a}${moved ? ` (${moved})` : ""}, ${shown.draws} ${words.draws}, ${words.seed} ${shown.seed}. ${location.href}`;
  at("sources").replaceChildren(...shown.sources.map((/** @type {any} */ s) => make("li", {}, `${s.publisher}: ${s.title} (${s.date})`)));
}

async function update() {
  const key = JSON.stringify([state.a, state.b, state.set]);
  if (key === asked) return;
  asked = key;
  waiting?.abort();
  const mine = (waiting = new AbortController()), began = performance.now();
  const outcomes = CHARTS.map(([variable]) => variable);
  const body = { scenario: state.a, set: state.set, draws: DRAWS, seed: SEED, outcomes };
  try {
    const [a, b] = await Promise.all([ask("simulate", body, mine.signal), state.b ? ask("simulate", { ...body, scenario: state.b, set: {} }, mine.signal) : null]);
    if (mine !== waiting) return;
    shown = a;
    drawCharts(a, b);
    drawAhead(a, b);
    drawTexts();
    at("status").textContent = `${words.done} ${Math.round(performance.now() - began)} ms (${DRAWS} ${words.draws}). ${words.bands}${b ? ` ${words.dashed}` : ""}`;
    document.body.dataset.updates = String(Number(document.body.dataset.updates || 0) + 1);
  } catch (error) {
    if (mine.signal.aborted) return;
    asked = "";
    at("status").textContent = String(/** @type {Error} */ (error).message);
  }
}

function soon() {
  clearTimeout(timer);
  timer = window.setTimeout(() => { remember(); update(); }, 40);
}

function table() {
  const lines = ["variable,region,unit,quarter,q05,q25,q50,q75,q95"];
  for (const s of shown?.series || []) shown.quarters.forEach((/** @type {string} */ q, /** @type {number} */ k) => lines.push([s.variable, s.region, s.unit, q, ...s.values.map((/** @type {number[]} */ row) => row[k])].join(",")));
  const link = /** @type {HTMLAnchorElement} */ (make("a", { download: "rechenmacht.csv", href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" })) }));
  link.click();
}

async function begin() {
  [levers, scenarios] = await Promise.all([ask("levers").then((found) => found.levers), ask("scenarios").then((found) => found.scenarios)]);
  restore();
  const options = scenarios.map((one) => make("option", { value: one.id }, one.title[lang]));
  at("a").replaceChildren(...options);
  at("b").replaceChildren(make("option", { value: "" }, String(words.nothing)), ...options.map((one) => one.cloneNode(true)));
  at("outcome").replaceChildren(...names.deciding.map((/** @type {[string, string]} */ [value, text]) => make("option", { value }, text)));
  at("a").value = state.a;
  at("b").value = state.b;
  at("outcome").value = state.outcome;
  drawLevers();
  at("a").addEventListener("change", () => { state.a = at("a").value; drawTexts(); soon(); drawDecides(); });
  at("b").addEventListener("change", () => { state.b = at("b").value; soon(); });
  at("outcome").addEventListener("change", () => { state.outcome = at("outcome").value; remember(); drawDecides(); });
  at("reset").addEventListener("click", () => { state.set = {}; state.a = "reference"; state.b = ""; at("a").value = state.a; at("b").value = ""; drawLevers(); soon(); });
  at("link").addEventListener("click", async () => { await navigator.clipboard?.writeText(location.href); at("status").textContent = location.href; });
  at("csv").addEventListener("click", table);
  remember();
  await update();
  drawDecides();
}

begin().catch((error) => { at("status").textContent = String(error.message); });
