// Taking a view along: link, PNG, SVG, CSV, code for a frame, how to cite it, print. Files say title, source, date, address.

import { QUARTERS, type Chart } from "./chart";
import { at, button, el, escaped } from "./dom";
import { NQ } from "./quantiles";
import { addressOf } from "./state";
import { lineName, model, t } from "./words";
import type { App } from "./app";

const STYLED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight", "text-anchor", "stroke-linejoin"];
const FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif";
const HEAD = 52;
const FOOT = 40;

const today = (): string => new Date().toISOString().slice(0, 10);

function sourceLine(): string {
  return t("source", {
    version: model.version, checksum: model.checksum.slice(0, 12), draws: new Intl.NumberFormat(model.lang).format(model.draws),
    seed: at("source").dataset.seed ?? model.seed, until: at("source").dataset.until ?? model.observed,
  });
}

function citation(app: App): string {
  return t("cite_text", {
    version: model.version, title: titleOf(app), until: at("source").dataset.until ?? model.observed, checksum: model.checksum.slice(0, 12),
    draws: new Intl.NumberFormat(model.lang).format(model.draws), seed: app.state.seed, address: addressOf(app.state), day: today(),
  });
}

function titleOf(app: App): string {
  const outcome = app.shown!.outcome;
  return Object.keys(outcome.lines).length > 1 && app.state.line !== "all" ? `${outcome.name}, ${lineName(app.shown!.focus)}` : outcome.name;
}

/** Lines of words that fit a width, by the number of signs. */
function wrapped(text: string, signs: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (`${lines.at(-1)} ${word}`.length > signs && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}

/** What is in an element, as XML; innerHTML would write &nbsp;, which no reader of SVG knows. */
function xml(of: Element): string {
  const writer = new XMLSerializer();
  return [...of.childNodes].map((one) => writer.serializeToString(one)).join("");
}

/** The picture as a file of its own: colours and type written out, title above, source and address below. */
export function standalone(app: App, chart: Chart): { text: string; width: number; height: number } {
  const live = chart.box.querySelector("svg")!;
  const copy = live.cloneNode(true) as SVGSVGElement;
  copy.querySelector(".cross")?.remove();
  const [from, to] = [[...live.querySelectorAll("*")].filter((one) => !one.closest(".cross")), [...copy.querySelectorAll("*")]];
  to.forEach((node, k) => {
    const style = getComputedStyle(from[k]!);
    for (const name of STYLED) {
      const value = style.getPropertyValue(name);
      if (value && value !== "none" && value !== "normal" && value !== "1") node.setAttribute(name, value);
      else if (value === "none") node.setAttribute(name, "none");
    }
    node.removeAttribute("class");
  });
  const page = getComputedStyle(document.documentElement);
  const [paper, ink, muted] = ["--c-paper", "--c-ink", "--c-muted"].map((name) => page.getPropertyValue(name).trim());
  const { width, height } = live.getBoundingClientRect();
  const said = wrapped(at("says").textContent!.trim(), width / 6.6);
  const source = wrapped(`${sourceLine()}; ${today()}. ${addressOf(app.state, ["embed", "present", "saved"])}`, width / 5.6);
  const below = height + HEAD;
  const whole = below + said.length * 17 + source.length * 13 + FOOT;
  const rows = (lines: string[], y: number, step: number, size: number, colour: string): string =>
    lines.map((line, k) => `<text x="12" y="${(y + k * step).toFixed(0)}" font-size="${size}" fill="${colour}">${escaped(line)}</text>`).join("");
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${FONT}">` +
    `<title>${escaped(titleOf(app))}</title><desc>${escaped(at("says").textContent!.trim())}</desc>` +
    `<rect width="100%" height="100%" fill="${paper}"/><text x="12" y="24" font-size="18" font-weight="bold" fill="${ink}">${escaped(titleOf(app))}</text>` +
    rows([at("unit").textContent!], 42, 13, 12, muted!) +
    `<g transform="translate(0 ${HEAD})">${xml(copy)}</g>` +
    rows(said, below + 20, 17, 13, ink!) + rows(source, below + said.length * 17 + 26, 13, 10.5, muted!) + "</svg>";
  return { text, width, height: whole };
}

function save(content: Blob, ending: string, app: App): void {
  const name = `rechenmacht-${app.shown!.outcome.id.replace(/\W+/g, "-")}-${app.state.view}.${ending}`;
  const link = el("a", { href: URL.createObjectURL(content), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function png(app: App, chart: Chart): Promise<void> {
  const { text, width, height } = standalone(app, chart);
  const image = new Image();
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  image.src = address;
  await image.decode();
  const canvas = el("canvas", { width: width * 2, height: height * 2 });
  canvas.getContext("2d")!.drawImage(image, 0, 0, width * 2, height * 2);
  URL.revokeObjectURL(address);
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (made) save(made, "png", app);
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** All lines of the outcome in this view, now and in the reference, one row a quarter: tidy, with source and address. */
export async function csv(app: App): Promise<string> {
  const shown = app.shown!;
  const { outcome, state } = shown;
  const { summing } = await app.reference(outcome);
  const wanted = { ...app.wanted(state, true), view: "linear" as const };
  const drawn = summing.drawn(app.side?.now ?? null, wanted);
  const [source, address] = [sourceLine(), addressOf(state, ["embed", "present", "saved"])];
  const rows = [["outcome", "line", "unit", "quarter", "world", "q05", "q25", "q50", "q75", "q95", "source", "made", "address"].join(",")];
  for (const [world, values] of [["shown", drawn.now], ["reference", drawn.before!]] as const) {
    Object.keys(outcome.lines).forEach((key, row) => {
      for (let quarter = 0; quarter < QUARTERS; quarter++) {
        const five = Array.from({ length: NQ }, (_, k) => String(Number(values[(row * QUARTERS + quarter) * NQ + k]!.toPrecision(6))));
        const when = `${2022 + Math.floor(quarter / 4)}-Q${(quarter % 4) + 1}`;
        rows.push([outcome.id, key, outcome.unit, when, world, ...five, source, today(), address].map(quoted).join(","));
      }
    });
  }
  return `${rows.join("\n")}\n`;
}

function embedCode(app: App): string {
  const address = new URL(addressOf(app.state, ["embed", "present", "saved"]));
  address.searchParams.set("embed", "1");
  return `<iframe src="${escaped(address.href)}" title="${escaped(t("embed_title", { what: titleOf(app) }))}" width="100%" height="560" loading="lazy"></iframe>`;
}

function bibtex(app: App): string {
  return `@misc{rechenmacht-${today()},\n  title = {Rechenmacht ${model.version}: ${titleOf(app)}},\n  author = {{Rechenmacht}},\n  year = {${today().slice(0, 4)}},\n  note = {${sourceLine()}},\n  howpublished = {\\url{${addressOf(app.state, ["embed", "present", "saved"])}}}\n}`;
}

export async function copy(text: string, told = at("taken")): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    told.textContent = t("copied");
  } catch {
    told.textContent = text; // no clipboard: shown, to be copied by hand
  }
}

/** Open or close the box below the buttons with texts to copy. */
function give(which: string, texts: [string, string][]): void {
  const box = at("given");
  const open = box.dataset.which === which && !box.hidden;
  for (const id of ["embed", "cite"]) at(id).setAttribute("aria-expanded", String(id === which && !open));
  box.hidden = open;
  box.dataset.which = which;
  box.replaceChildren(...texts.flatMap(([label, text]) => {
    const area = el("textarea", { readonly: true, rows: 4, "aria-label": label });
    area.value = text;
    return [el("p", { class: "note" }, label), area, el("p", { class: "row" }, button(t("copy"), () => void copy(text), { "aria-label": `${t("copy")}: ${label}` }))];
  }));
}

/** Give the buttons their work. */
export function take(app: App, chart: Chart): void {
  const press = (id: string, work: () => unknown): void => at(id).addEventListener("click", () => app.shown && void work());
  press("link", () => copy(addressOf(app.state, ["embed", "present", "saved"])));
  press("svg", () => save(new Blob([standalone(app, chart).text], { type: "image/svg+xml" }), "svg", app));
  press("png", () => png(app, chart));
  press("csv", async () => save(new Blob([await csv(app)], { type: "text/csv" }), "csv", app));
  press("embed", () => give("embed", [[t("embed_note"), embedCode(app)]]));
  press("cite", () => give("cite", [[t("cite"), citation(app)], [t("bibtex"), bibtex(app)]]));
  press("print", () => print());
}
