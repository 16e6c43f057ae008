// The crosshair: values of a quarter beside the pointer, or by arrow keys; never where it hides the lines most.

import { QUARTERS, SKIPPED, valueOf, type Chart } from "./chart";
import { dot, el } from "./dom";
import { NQ } from "./quantiles";
import { t } from "./words";

export class Tip {
  private quarter = -1;

  constructor(private readonly chart: Chart, private readonly box: HTMLElement, private readonly pick: (quarter: number) => void) {
    const area = chart.box;
    area.addEventListener("pointermove", (event) => this.show(chart.quarterAt(event.clientX)));
    area.addEventListener("pointerleave", () => this.hide());
    area.addEventListener("blur", () => this.hide());
    area.addEventListener("click", (event) => {
      const quarter = chart.quarterAt(event.clientX);
      if (quarter >= 0) pick(quarter);
    });
    area.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const now = this.quarter >= 0 ? this.quarter : (this.chart.picture?.quarter ?? SKIPPED);
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: 4, PageDown: -4 }[event.key];
    if (by !== undefined) this.show(Math.max(SKIPPED, Math.min(QUARTERS - 1, now + by)));
    else if (event.key === "Enter" && this.quarter >= 0) this.pick(this.quarter);
    else if (event.key === "Escape") this.hide();
    else return;
    event.preventDefault();
  }

  /** Draw it again where it stood, after the picture changed. */
  again(): void {
    if (this.quarter >= 0) this.show(this.quarter);
  }

  hide(): void {
    this.quarter = -1;
    this.box.hidden = true;
    this.chart.cross?.replaceChildren();
  }

  private show(quarter: number): void {
    const { chart, box } = this;
    const picture = chart.picture;
    if (quarter < 0 || !picture || !chart.cross) return this.hide();
    this.quarter = quarter;
    const value = (row: number, k: number, table = picture.drawn.now): number => table[(row * QUARTERS + quarter) * NQ + k]!;
    const rows = picture.lines.map((line, row) => ({ line, row })).filter(({ line }) => line.shown).sort((a, b) => value(b.row, 2) - value(a.row, 2));
    const x = chart.x(quarter);
    chart.cross.innerHTML =
      `<line x1="${x}" x2="${x}" y1="${chart.top}" y2="${chart.bottom}"/>` +
      rows.map(({ line, row }) => `<circle cx="${x}" cy="${Math.max(chart.top, chart.y(value(row, 2)))}" r="3.5" fill="${line.colour}"/>`).join("");
    const said = (row: number, k: number, table?: Float64Array): string => valueOf(picture.view, picture.unit, value(row, k, table));
    const before = picture.moved ? picture.drawn.before : null;
    const bands = picture.unit !== "indicator";
    const head = el("tr", {}, el("td"), el("th", { scope: "col" }, t("median")), ...(bands ? [el("th", { scope: "col" }, t("band"))] : []), ...(before ? [el("th", { scope: "col" }, t("reference"))] : []));
    const body = rows.map(({ line, row }) =>
      el("tr", { class: line.focus ? "focus" : null }, el("th", { scope: "row" }, dot(line.colour), line.name), el("td", {}, said(row, 2)),
        ...(bands ? [el("td", { class: "band" }, `${said(row, 0)} … ${said(row, 4)}`)] : []), ...(before ? [el("td", { class: "band" }, said(row, 2, before))] : [])),
    );
    box.replaceChildren(
      el("b", {}, t("quarter", { year: 2022 + Math.floor(quarter / 4), quarter: (quarter % 4) + 1 })),
      el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)),
    );
    box.hidden = false;
    this.place(x, rows.map(({ row }) => row));
  }

  private place(x: number, rows: number[]): void {
    const { chart, box } = this;
    const [width, height] = [box.offsetWidth, box.offsetHeight];
    const left = Math.max(4, Math.min(chart.width - width - 4, x > chart.width / 2 ? x - width - 14 : x + 14));
    const hidden = (top: number): number => {
      let count = 0;
      for (const row of rows) {
        for (let quarter = SKIPPED; quarter < QUARTERS; quarter++) {
          const [px, py] = [chart.x(quarter), chart.y(chart.picture!.drawn.now[(row * QUARTERS + quarter) * NQ + 2]!)];
          if (px >= left && px <= left + width && py > top - 4 && py < top + height + 4) count++;
        }
      }
      return count;
    };
    const [top, low] = [chart.top + 4, chart.bottom - height - 4];
    box.style.left = `${left}px`;
    box.style.top = `${low > top && hidden(low) < hidden(top) ? low : top}px`;
  }
}
