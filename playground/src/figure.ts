// A chart on a page: title, what must be known, the picture, the same numbers as a table, and its files.

import type { Answer } from "./api";
import { later, make, table } from "./dom";
import { onTheme, themed } from "./theme";
import type { Result, VisualizationSpec } from "./vega";
import { lang, number, t } from "./words";

export type Row = Record<string, string | number | null>;
export interface Chart {
  title: string; notes: string[]; alt: string; spec: VisualizationSpec; rows: Row[];
  /** The rows as people read them, where the server words them; `rows` has the keys of the file. */
  table?: { heads: string[]; numbers: boolean[]; cells: string[][] };
  outcome?: string; unit?: string; log?: boolean; domain?: [number, number];
}
export interface Charts<More = unknown> extends Answer { charts: (Chart & More)[] }

/** Return the width in CSS pixels for which a chart in a box is drawn; steps of 20, so that few sizes are asked for. */
export function widthOf(box: HTMLElement): number {
  return Math.max(280, Math.min(1600, Math.floor(box.clientWidth / 20) * 20));
}

/** Call a function when the box's width has changed and stays; heights change while one scrolls on a phone. */
export function onWidth(box: HTMLElement, run: () => void): void {
  let width = widthOf(box);
  addEventListener("resize", later(300, () => {
    if (widthOf(box) !== width) run();
    width = widthOf(box);
  }));
}

const library = (): Promise<typeof import("./vega")> => import("./vega");
/** Begin to load the chart library. */
export const ready = (): void => void library();

const FILES = ["png", "svg", "csv"];
const MOST_ROWS = 400;

export class Figure {
  readonly element: HTMLElement;
  chart: Chart | null = null;
  result: Result | null = null;
  /** Called after each drawing, for pages that put newer numbers in. */
  drawn: () => void = () => undefined;
  private readonly title: HTMLHeadingElement;
  private readonly notes = make("div", { class: "note" });
  private readonly box = make("div", { class: "chart", role: "img" });
  private readonly rows = make("div", { class: "wide", tabindex: "0", role: "group" });
  private readonly more: HTMLDetailsElement;
  private readonly files: HTMLAnchorElement[];
  private turn = 0;

  /** `name` is the chart's name under /api/v1/charts; `noted`: whether its notes stand over the picture; `level`: of its heading. */
  constructor(readonly name: string, private readonly noted = true, level: "h2" | "h3" = "h3") {
    this.title = make(level);
    this.files = FILES.map((ending) => make("a", { download: `rechenmacht-${name}.${ending}` }, ending.toUpperCase()));
    this.more = make("details", {}, make("summary", {}, t("as_table")), this.rows);
    this.more.addEventListener("toggle", () => this.fill());
    const links = make("p", { class: "files" }, `${t("download")} `);
    this.files.forEach((link) => links.append(link, " "));
    this.element = make("figure", { "aria-busy": "true" }, this.title, this.notes, this.box, make("figcaption", {}, links, this.more));
    onTheme(() => void (this.chart && this.draw()));
  }

  /** Show a chart; `query` is the question it answers, for the links to its files. */
  async show(chart: Chart, query: URLSearchParams): Promise<void> {
    this.chart = chart;
    this.title.textContent = chart.title;
    this.notes.replaceChildren(...chart.notes.filter((text) => this.noted && text).map((text) => make("p", {}, text)));
    this.describe(chart.alt);
    this.rows.setAttribute("aria-label", chart.title);
    this.link(query);
    this.fill();
    await this.draw();
  }

  /** Point the files to another question. */
  link(query: URLSearchParams): void {
    const asked = new URLSearchParams(query);
    asked.set("lang", lang);
    FILES.forEach((ending, k) => { this.files[k]!.href = `/api/v1/charts/${this.name}.${ending}?${asked}`; });
  }

  /** Say what the picture shows. */
  describe(text: string): void {
    this.box.setAttribute("aria-label", text);
  }

  /** Put other numbers under the table. */
  replaceRows(rows: Row[]): void {
    if (this.chart) this.chart.rows = rows;
    this.fill();
  }

  /** Whether the reader can see it. */
  get visible(): boolean {
    const { top, bottom } = this.element.getBoundingClientRect();
    return bottom > -100 && top < innerHeight + 100;
  }

  private async draw(): Promise<void> {
    const mine = ++this.turn;
    const { draw } = await library();
    if (mine !== this.turn || !this.chart) return;
    const before = this.result;
    const room = make("div");
    const result = await draw(room, themed(this.chart.spec));
    if (mine !== this.turn) return result.finalize();
    before?.finalize();
    this.result = result;
    room.querySelector("svg")?.setAttribute("aria-hidden", "true"); // the box says what the picture shows
    this.box.replaceChildren(room);
    this.element.removeAttribute("aria-busy");
    this.drawn();
  }

  private fill(): void {
    if (!this.more.open || !this.chart) return;
    const said = this.chart.table;
    if (said) {
      const cells = said.cells.map((row) => row.map((text, k) => (said.numbers[k] ? { n: text } : text)));
      this.rows.replaceChildren(table(said.heads, cells));
      return;
    }
    const rows = this.chart.rows.slice(0, MOST_ROWS), heads = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cell = (value: string | number | null | undefined): string | { n: string } =>
      typeof value === "number" ? { n: number(value, 4) } : String(value ?? "");
    const body = rows.map((row) => heads.map((head, k) => (k === 0 ? String(row[head] ?? "") : cell(row[head]))));
    this.rows.replaceChildren(table(heads, body));
    if (this.chart.rows.length > MOST_ROWS) this.rows.append(make("p", { class: "note" }, t("first_rows", { n: MOST_ROWS })));
  }
}
