// The first page: loads texts, numbers and kernel, then lets the reader move levers; all of it is computed here.

import "./stage.css";
import { App, type Shown } from "./app";
import { Background } from "./background";
import { ahead, table, thumbs } from "./below";
import { Cards, cardSeries } from "./cards";
import { Chart, type Line } from "./chart";
import { chips } from "./chips";
import { at, button, dot, el, narrow } from "./dom";
import { Levers } from "./levers";
import { leverValue, setLanguage, unitName } from "./numbers";
import { Picker } from "./picker";
import { Pool } from "./pool";
import { addressOf, focusOf, outcomeOf, read, views, written } from "./state";
import { sentence } from "./sentence";
import { relative } from "./stats";
import { take } from "./take";
import { colourOf, lineName, lineShort, model, setLabels, setModel, t } from "./words";
import { Tip } from "./tip";
import type { Model, Numbers, State, View } from "./types";

const fileOf = (name: string): string => at<HTMLLinkElement>(`data-${name}`).href;
const json = async <T>(address: string): Promise<T> => (await answered(address)).json() as Promise<T>;

async function answered(address: string): Promise<Response> {
  const found = await fetch(address);
  if (!found.ok) throw new Error(`${found.status} ${address}`);
  return found;
}

/** The kernel's bytes travel compressed; some servers inflate them on the way. */
async function kernel(): Promise<WebAssembly.Module> {
  const bytes = new Uint8Array(await (await answered(fileOf("kernel"))).arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return WebAssembly.compile(bytes);
  const body = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compileStreaming(new Response(body, { headers: { "Content-Type": "application/wasm" } }));
}

function linesOf(shown: Shown): Line[] {
  const keys = Object.keys(shown.outcome.lines);
  return keys.map((key) => ({
    key, name: keys.length === 1 ? (narrow() ? lineShort(key) : lineName(key)) : lineName(key), abbr: lineShort(key), colour: colourOf(key),
    focus: key === shown.focus, shown: shown.state.line === "all" ? key !== "world" : key === shown.focus,
  }));
}

function afterPaint(work: () => void): void {
  if (document.hidden) setTimeout(work);
  else requestAnimationFrame(() => setTimeout(work));
}

function refusals(refused: string[]): void {
  const box = at("refused");
  box.hidden = refused.length === 0;
  box.replaceChildren(el("p", {}, t("refused")), el("ul", {}, ...refused.map((text) => el("li", {}, text))), button(t("dismiss"), () => (box.hidden = true)));
}

class Page {
  private readonly chart = new Chart(at("chart"));
  private readonly tip: Tip;
  private readonly levers: Levers;
  private readonly cards: Cards;
  private readonly background: Background;
  private timer = 0;
  private answers = 0;

  constructor(private readonly app: App, private readonly numbers: Numbers) {
    this.background = new Background(app, cardSeries());
    this.tip = new Tip(this.chart, at("tip"), (quarter) => this.year(2022 + Math.floor(quarter / 4)));
    this.levers = new Levers(app, this.background);
    this.cards = new Cards(app, this.background, numbers);
    new Picker(app);
    take(app, this.chart);
    app.onState.push((before, drag) => (drag ? this.levers.update() : this.changed(before)));
    app.onShown.push((shown) => this.draw(shown));
    app.onIdle = () => void this.background.run();
    this.background.onEffects = () => {
      this.levers.arrange();
      this.decides();
    };
    this.background.onCards = () => this.cards.count();
    this.controls();
    this.changed(null);
  }

  private year(year: number, keep = false): void {
    if (year !== this.app.state.year) this.app.commit({ ...this.app.state, year }, keep ? "year" : "");
  }

  private controls(): void {
    const { app } = this;
    for (const one of at("views").querySelectorAll("button")) {
      one.addEventListener("click", () => app.commit({ ...app.state, view: one.dataset.view as View }));
    }
    at("undo").addEventListener("click", () => history.back());
    at("redo").addEventListener("click", () => history.forward());
    addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target instanceof HTMLTextAreaElement) return;
      event.preventDefault();
      if (event.shiftKey ? app.canRedo : app.canUndo) history.go(event.shiftKey ? 1 : -1);
    });
    at("year").addEventListener("input", () => this.year(Number(at<HTMLInputElement>("year").value), true));
    at("play").addEventListener("click", () => this.play());
    this.chart.box.addEventListener("click", (event) => {
      const key = (event.target as Element).closest<SVGGElement>(".end")?.dataset.key;
      if (key && key !== app.state.line) {
        event.stopImmediatePropagation();
        app.commit({ ...app.state, line: key });
      }
    }, true);
    new ResizeObserver(([entry]) => {
      this.chart.resized(entry!.contentRect.width, entry!.contentRect.height);
      if (app.shown) this.picture(app.shown);
    }).observe(this.chart.box);
    at("theme").addEventListener("click", () => this.theme());
    at("present").addEventListener("click", () => this.present());
    this.presentWord();
  }

  private theme(): void {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const next = dark ? "light" : "dark";
    root.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // storage may be closed; the cookie keeps it
    }
  }

  private present(): void {
    const root = document.documentElement;
    const query = new URLSearchParams(location.search);
    if (root.dataset.present) {
      delete root.dataset.present;
      query.delete("present");
    } else {
      root.dataset.present = "1";
      query.set("present", "1");
    }
    history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    this.presentWord();
  }

  private presentWord(): void {
    at("present").textContent = t(document.documentElement.dataset.present ? "present_end" : "present");
  }

  private play(): void {
    const stop = (): void => {
      clearInterval(this.timer);
      this.timer = 0;
      this.playWord(false);
    };
    if (this.timer) return stop();
    if (this.app.state.year >= 2035) this.year(2025, true);
    this.playWord(true);
    this.timer = window.setInterval(() => {
      if (this.app.state.year >= 2035) stop();
      else if (this.app.resting) this.year(this.app.state.year + 1, true);
    }, 900);
  }

  private playWord(on: boolean): void {
    const play = at("play");
    play.textContent = on ? "❚❚" : "▶";
    play.setAttribute("aria-label", t(on ? "pause" : "play"));
    play.title = t(on ? "pause" : "play");
  }

  /** What follows from the state alone, while it is computed. */
  private changed(before: State | null): void {
    const { app } = this;
    const { state } = app;
    const outcome = outcomeOf(state);
    at("pick").textContent = outcome.name;
    this.unit();
    for (const one of at("views").querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset.view === state.view));
      one.disabled = !views(outcome).includes(one.dataset.view as View);
    }
    if (before?.outcome !== state.outcome || at("lines").dataset.of !== outcome.id) this.lines();
    for (const one of at("lines").querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(state.line === "all" ? one.dataset.key === "all" : one.dataset.key === focusOf(state)));
    }
    at<HTMLInputElement>("year").value = String(state.year);
    at("year-shown").textContent = String(state.year);
    at<HTMLAnchorElement>("other").search = written(state).toString();
    at<HTMLAnchorElement>("whole").search = new URLSearchParams([...written(state)].filter(([key]) => key !== "embed")).toString();
    at("source").dataset.address = addressOf(state, ["embed", "present", "saved"]); // stands on paper
    this.save();
    chips(app, this.numbers);
    this.levers.update();
    this.levers.arrange();
    if (before?.scenario !== state.scenario || before?.compare !== state.compare) this.cards.update();
  }

  /** Where a server keeps views: the link that saves this one, over the version that was opened. */
  private save(): void {
    const link = document.querySelector<HTMLAnchorElement>("#save");
    if (!link) return;
    const view = written(this.app.state);
    const over = view.has("saved") ? new URLSearchParams(location.search).get("saved") : null;
    view.delete("saved");
    link.search = new URLSearchParams({ view: view.toString(), ...(over ? { over } : {}) }).toString();
  }

  private unit(): void {
    const { state } = this.app;
    const unit = outcomeOf(state).unit;
    const what = state.view === "share" ? t("share_unit") : state.view === "change" ? t("change_unit") : unit === "indicator" ? t("chance_unit") : unit === "share" ? t("share") : unitName(unit);
    at("unit").textContent = [what, unit === "indicator" ? "" : t("bands")].filter(Boolean).join(" · ");
  }

  private lines(): void {
    const { app } = this;
    const outcome = outcomeOf(app.state);
    const keys = Object.keys(outcome.lines);
    const one = (key: string): HTMLElement => {
      const found = button("", () => app.commit({ ...app.state, line: key }), { "data-key": key, "aria-pressed": false });
      if (key === "all") found.append(t("all"));
      else found.append(dot(colourOf(key)), lineName(key));
      return found;
    };
    at("lines").dataset.of = outcome.id;
    at("lines").replaceChildren(...[...keys, ...(keys.length > 1 ? ["all"] : [])].map(one));
  }

  private decides(): void {
    const { app } = this;
    const outcome = outcomeOf(app.state);
    const focus = focusOf(app.state);
    const sizes = model.levers.map((lever) => ({ lever, both: this.background.effect(lever, outcome, focus, app.state.year) }));
    const known = sizes.filter((one) => one.both && one.lever.spread).map((one) => ({ lever: one.lever, size: Math.abs(one.both![1] - one.both![0]) }));
    const all = known.length >= model.levers.filter((lever) => lever.spread).length;
    const best = known.filter((one) => one.size > (relative(outcome.unit) ? 0.01 : 0.002)).sort((a, b) => b.size - a.size).slice(0, 3);
    const text = all && best.length ? `${t("decides")} ${best.map((one) => `${one.lever.label} (${leverValue(one.lever.form, one.lever.ends[0])} – ${leverValue(one.lever.form, one.lever.ends[2])})`).join("; ")}. ` : "";
    const grey = app.shown?.moved ? `${t("legend")} ` : "";
    at("legend").textContent = `${grey}${text || t("here")}`;
  }

  private draw(shown: Shown): void {
    const said = sentence(shown.drawn.focus, { outcome: shown.outcome, line: shown.focus, year: shown.state.year, moved: shown.moved, colour: colourOf(shown.focus), short: narrow() });
    at("says").setAttribute("aria-busy", String(shown.drag));
    at("says").replaceChildren(...said);
    this.picture(shown);
    if (shown.drag) return chips(this.app, this.numbers);
    this.answers++;
    afterPaint(() => this.rest(shown));
  }

  /** What stands beneath the picture, once that is painted; only for the newest answer. */
  private rest(shown: Shown): void {
    if (shown === this.app.shown || !this.app.shown?.full) {
      thumbs(this.app);
      ahead(this.app);
      table(shown);
      this.decides();
    }
    document.body.dataset.updates = String(this.answers);
  }

  private picture(shown: Shown): void {
    this.chart.draw({
      id: shown.outcome.id, lines: linesOf(shown), drawn: shown.drawn, view: shown.state.view, unit: shown.outcome.unit, quarter: (shown.state.year - 2022) * 4 + 3,
      moved: shown.moved, drag: shown.drag, alt: `${shown.outcome.name}. ${at("says").textContent}`, observed: this.numbers.cut / this.numbers.per_quarter,
    });
    this.tip.again();
    performance.mark(shown.drag ? "preview" : "picture");
  }
}

async function begin(): Promise<void> {
  const compiled = kernel();
  compiled.catch(() => undefined); // told below, once texts are there
  const [found, numbers] = await Promise.all([json<Model>(fileOf("model")), json<Numbers>(fileOf("numbers"))]);
  setModel(found);
  setLanguage(found.lang);
  if (/[?&](set|shift)=/.test(location.search)) setLabels(await json<Record<string, string>>(new URL(found.labels, fileOf("model")).href));
  const { state, refused } = read(location.search, numbers);
  const app = new App(state);
  new Page(app, numbers);
  refusals(refused);
  const failed = (error: unknown): void => {
    at("says").textContent = t("failed", { why: String(error) });
    document.body.dataset.failed = "1";
  };
  app.onFailed = failed;
  try {
    const pool = new Pool(await compiled, numbers);
    app.pool = pool;
    await app.begin();
    await app.refresh(false);
  } catch (error) {
    failed(error);
  }
}

void begin();
