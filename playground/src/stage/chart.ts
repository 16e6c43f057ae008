// The stage's picture: bands, lines, the reference in grey, end labels that keep apart. Plain SVG, drawn in one go.

import { apart, logTicks, ticks, wide, type Label } from "./axes";
import { escaped } from "./dom";
import { percent, short } from "./numbers";
import { NQ } from "./quantiles";
import { type Drawn } from "./stats";
import { t } from "./words";
import type { View } from "./types";

export const QUARTERS = 56;
export const SKIPPED = 8; // quarters before 2024, where nothing can be seen
const TOP = 26;
const BOTTOM = 24;
const ROOM = 1.18; // the axis reaches this far beyond the 75 % line; what lies above runs out at the top and is said

export interface Line {
  key: string; name: string; abbr: string; colour: string; focus: boolean; shown: boolean;
}

export interface Picture {
  id: string; lines: Line[]; drawn: Drawn; view: View; unit: string; quarter: number; moved: boolean; drag: boolean; alt: string;
  observed: number;
}

interface Frame {
  width: number; height: number; left: number; right: number; across: number; down: number; small: boolean;
}

interface End extends Label {
  line: Line; row: number; value: string; was: string;
}

/** The unit in which a view's values are written. */
export const unitOf = (view: View, unit: string): string =>
  view === "share" || (view === "change" && !["share", "month", "indicator"].includes(unit)) ? "share" : unit;

/** A value of a view in short; changes carry their sign. */
export function valueOf(view: View, unit: string, value: number): string {
  return signedAs(view, short(value, unitOf(view, unit)).replace("−", ""), value);
}

function signedAs(view: View, text: string, value: number): string {
  const sign = value < 0 && /[1-9]/.test(text) ? "−" : view === "change" && value > 0 && /[1-9]/.test(text) ? "+" : "";
  return sign + text;
}

/** The labels of an axis' marks: with as many digits as tell each from the next. */
export function markLabels(view: View, unit: string, marks: number[]): string[] {
  const plain = marks.map((mark) => valueOf(view, unit, mark));
  if (new Set(plain).size === plain.length) return plain;
  const shares = ["share", "indicator"].includes(unitOf(view, unit));
  for (let digits = 2; digits < 6; digits++) {
    const finer = marks.map((mark) => signedAs(view, shares ? percent(Math.abs(mark), digits) : short(Math.abs(mark), unit, digits + 2), mark));
    if (new Set(finer).size === finer.length) return finer;
  }
  return plain;
}

export class Chart {
  private frame: Frame = { width: 0, height: 0, left: 0, right: 0, across: 1, down: 1, small: false };
  private scale = { key: "", low: 0, high: 1, left: 0, right: 0 };
  private low = 0;
  private high = 1;
  private svg: SVGSVGElement | null = null;
  private size = { width: 0, height: 0 };
  picture: Picture | null = null;

  constructor(readonly box: HTMLElement) {}

  x(quarter: number): number {
    return this.frame.left + (this.frame.across * (quarter - SKIPPED)) / (QUARTERS - 1 - SKIPPED);
  }

  y(value: number): number {
    const { low, high, frame } = this;
    const part =
      this.picture!.view === "log"
        ? (Math.log(Math.max(value, low * 0.5)) - Math.log(low)) / (Math.log(high) - Math.log(low))
        : (value - low) / (high - low);
    return TOP + frame.down * (1 - part);
  }

  /** The quarter at a place on the page, or -1 beside the picture. */
  quarterAt(clientX: number): number {
    const x = clientX - this.box.getBoundingClientRect().left;
    const { left, across } = this.frame;
    if (!this.picture || x < left - 10 || x > left + across + 10) return -1;
    const quarter = SKIPPED + ((x - left) / across) * (QUARTERS - 1 - SKIPPED);
    return Math.max(SKIPPED, Math.min(QUARTERS - 1, Math.round(quarter)));
  }

  get bottom(): number {
    return TOP + this.frame.down;
  }

  get top(): number {
    return TOP;
  }

  get width(): number {
    return this.frame.width;
  }

  private value(row: number, quarter: number, k: number, table = this.picture!.drawn.now): number {
    return table[(row * QUARTERS + quarter) * NQ + k]!;
  }

  /** Take the size that the picture has; it is told, as measuring would lay the page out anew. */
  resized(width: number, height: number): void {
    this.size = { width, height };
  }

  /** Draw a picture; the scale only grows while a lever is dragged. */
  draw(picture: Picture): void {
    this.picture = picture;
    if (!this.size.width) this.size = this.box.getBoundingClientRect();
    const { width, height } = this.size;
    if (width < 50) return;
    this.measure(width, height);
    const parts = [this.ground(), this.axes(), this.shapes(), this.marks(), this.labels()];
    if (picture.view === "change" && !picture.moved) parts.push(this.empty());
    if (!this.svg) {
      this.box.replaceChildren();
      this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      this.svg.setAttribute("role", "img");
      this.box.append(this.svg);
    }
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", String(width));
    this.svg.setAttribute("height", String(height));
    this.svg.setAttribute("aria-label", picture.alt);
    this.svg.innerHTML = `${parts.join("")}<g class="cross"></g>`;
  }

  get cross(): SVGGElement | null {
    return this.box.querySelector(".cross");
  }

  private extent(): [number, number] {
    const { lines, drawn, view, unit } = this.picture!;
    let [low, high] = [Infinity, -Infinity];
    const open = view === "linear" && unit !== "share" && unit !== "month" && unit !== "indicator";
    for (const table of [drawn.now, drawn.before]) {
      if (!table) continue;
      lines.forEach((line, row) => {
        if (!line.shown) return;
        for (let quarter = SKIPPED; quarter < QUARTERS; quarter++) {
          const middle = this.value(row, quarter, 2, table);
          const from = line.focus ? this.value(row, quarter, 0, table) : middle;
          const most = this.value(row, quarter, 4, table);
          const to = line.focus ? (open ? Math.min(most, this.value(row, quarter, 3, table) * ROOM) : most) : middle;
          if (view === "log") {
            if (middle > 0) [low, high] = [Math.min(low, Math.max(from, middle / 30)), Math.max(high, to)];
          } else [low, high] = [Math.min(low, from), Math.max(high, to)];
        }
      });
    }
    return this.rounded(low, high);
  }

  private rounded(low: number, high: number): [number, number] {
    const { view, unit } = this.picture!;
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [view === "log" ? 1 : 0, view === "log" ? 10 : 1];
    if (view === "log") return [Math.max(low, high * 1e-6), high > low ? high : low * 10];
    if (view === "change") {
      const size = Math.max(Math.abs(low), Math.abs(high), unit === "month" ? 0.5 : 0.01);
      return [low < 0 ? Math.min(low, -0.12 * size) : -0.12 * size, high > 0 ? Math.max(high, 0.12 * size) : 0.12 * size];
    }
    if ((unit === "share" || view === "share" || unit === "indicator") && high > 0.8) high = Math.max(high, 1);
    return [Math.min(low, 0), high > Math.min(low, 0) ? high : 1];
  }

  private measure(width: number, height: number): void {
    const { lines, id, view, drag, drawn, moved, unit } = this.picture!;
    const small = width < 560;
    let [low, high] = this.extent();
    const key = [id, view, lines.map((line) => (line.shown ? (line.focus ? 2 : 1) : 0)).join("")].join();
    const kept = this.scale.key === key ? this.scale : null;
    if (kept && drag) [low, high] = [Math.min(low, kept.low), Math.max(high, kept.high)];
    else if (kept && view !== "change" && high <= kept.high && high > kept.high * 0.62 && low >= kept.low) high = kept.high;
    if (view !== "log") {
      const marks = ticks(low, high, small ? 4 : 5);
      const step = (marks[1] ?? high) - (marks[0] ?? low) || 1;
      high = Math.max(high, Math.ceil(high / step - 0.35) * step);
    }
    [this.low, this.high] = [low, high];
    const shown = this.marksOf(small);
    let left = Math.ceil(Math.max(...markLabels(view, unit, shown).map((one) => wide(one, 12)))) + 14;
    left = Math.max(left, Math.ceil(wide(t("axis_end"), 12)) + 6);
    let right = 0;
    lines.forEach((line, row) => {
      if (!line.shown) return;
      const value = valueOf(view, unit, this.value(row, QUARTERS - 1, 2));
      const was = moved && drawn.before && line.focus ? `${t("reference")} ${valueOf(view, unit, this.value(row, QUARTERS - 1, 2, drawn.before))}` : "";
      const name = this.nameOf(line, small);
      right = Math.max(right, line.focus || small ? Math.max(wide(name, 13, true), wide(value, 14, true), small ? 0 : wide(was, 12)) : wide(`${name} ${value}`, 12.5, true));
    });
    right = Math.ceil(right) + 18;
    if (kept && drag) [left, right] = [Math.max(left, kept.left), Math.max(right, kept.right)];
    this.scale = { key, low, high, left, right };
    this.frame = { width, height, left, right, across: width - left - right, down: height - TOP - BOTTOM, small };
  }

  private nameOf(line: Line, small: boolean): string {
    return small || !line.focus || wide(line.name, 13, true) > 130 ? line.abbr : line.name;
  }

  private marksOf(small: boolean): number[] {
    return this.picture!.view === "log" ? logTicks(this.low, this.high) : ticks(this.low, this.high, small ? 4 : 5);
  }

  private ground(): string {
    const { left, across, down } = this.frame;
    const border = this.x(this.picture!.observed - 1);
    return `<rect class="coming" x="${border.toFixed(1)}" y="${TOP}" width="${(left + across - border).toFixed(1)}" height="${down}"/>`;
  }

  private axes(): string {
    const { left, across, height, small } = this.frame;
    const { view, unit, quarter, observed } = this.picture!;
    let found = "";
    const marks = this.marksOf(small);
    const labels = markLabels(view, unit, marks);
    marks.forEach((mark, k) => {
      const y = this.y(mark).toFixed(1);
      found += `<line class="grid${mark === 0 ? " zero" : ""}" x1="${left}" x2="${left + across}" y1="${y}" y2="${y}"/>`;
      found += `<text class="ax" x="${left - 8}" y="${(this.y(mark) + 4).toFixed(1)}" text-anchor="end">${escaped(labels[k]!)}</text>`;
    });
    const tight = across / 12 < 44;
    found += `<text class="ax" x="${left - 4}" y="${height - 6}" text-anchor="end">${escaped(t("axis_end"))}</text>`;
    for (let year = 2024; year <= 2035; year++) {
      const at = (year - 2022) * 4 + 3;
      const now = at === quarter;
      const near = Math.abs(at - quarter) < (across / 12 < 22 ? 8 : 4) && !now;
      if (small ? near || (!now && year % 3 !== 0) : near && tight) continue;
      const text = tight ? `’${year % 100}` : String(year);
      found += `<text class="ax${now ? " now" : ""}" x="${this.x(at).toFixed(1)}" y="${height - 6}" text-anchor="middle">${text}</text>`;
    }
    return found + this.zones(this.x(observed - 1));
  }

  /** What is counted and what projected, and how high the 95 % line goes where it leaves the picture. */
  private zones(border: number): string {
    const { left, across } = this.frame;
    const { lines, drawn, view, unit } = this.picture!;
    const row = lines.findIndex((line, k) => line.shown && line.focus && view !== "change" && this.value(k, QUARTERS - 1, 4, drawn.now) > this.high * 1.06);
    let [found, end] = ["", left + across];
    if (row >= 0) {
      const text = t("over", { value: valueOf(view, unit, this.value(row, QUARTERS - 1, 4)) });
      end -= wide(text, 12, true) + 10;
      found += `<text class="over" x="${left + across}" y="${TOP - 10}" text-anchor="end" fill="${lines[row]!.colour}">${escaped(text)}</text>`;
    }
    const seen = t("observed");
    if (border - 6 - wide(seen, 11) > left - 4) found += `<text class="ax zone" x="${(border - 6).toFixed(1)}" y="${TOP - 10}" text-anchor="end">${seen}</text>`;
    const coming = `${t("projection")} →`;
    if (border + 6 + wide(coming, 11) < end) found += `<text class="ax zone" x="${(border + 6).toFixed(1)}" y="${TOP - 10}">${coming}</text>`;
    return found;
  }

  private path(table: Float64Array, row: number, k: number): string {
    const points: string[] = [];
    for (let quarter = SKIPPED; quarter < QUARTERS; quarter++) points.push(`${this.x(quarter).toFixed(1)} ${this.y(this.value(row, quarter, k, table)).toFixed(1)}`);
    return `M${points.join("L")}`;
  }

  private band(table: Float64Array, row: number, low: number, high: number): string {
    const up = this.path(table, row, high);
    const down = this.path(table, row, low).slice(1).split("L").reverse().join("L");
    return `${up}L${down}Z`;
  }

  private shapes(): string {
    const { left, across, down } = this.frame;
    const { lines, drawn, moved, unit } = this.picture!;
    let found = `<clipPath id="cut"><rect x="${left}" y="${TOP - 2}" width="${across + 2}" height="${down + 4}"/></clipPath><g clip-path="url(#cut)">`;
    const rows = lines.map((_, row) => row).filter((row) => lines[row]!.shown).sort((a, b) => Number(lines[a]!.focus) - Number(lines[b]!.focus));
    const before = moved ? drawn.before : null;
    for (const row of rows) {
      const line = lines[row]!;
      if (line.focus && unit !== "indicator") {
        if (before) found += `<path class="edge" d="${this.path(before, row, 0)}"/><path class="edge" d="${this.path(before, row, 4)}"/>`;
        found += `<path d="${this.band(drawn.now, row, 0, 4)}" fill="${line.colour}" opacity=".15"/><path d="${this.band(drawn.now, row, 1, 3)}" fill="${line.colour}" opacity=".2"/>`;
      }
    }
    for (const row of rows) {
      const line = lines[row]!;
      if (before) found += `<path class="ref${line.focus ? "" : " dim"}" d="${this.path(before, row, 2)}"/>`;
      found += `<path class="median" data-key="${line.key}" d="${this.path(drawn.now, row, 2)}" stroke="${line.colour}" stroke-width="${line.focus ? 3 : 1.8}"/>`;
    }
    return `${found}</g>`;
  }

  private marks(): string {
    const { lines, drawn, quarter, moved } = this.picture!;
    if (quarter < SKIPPED) return "";
    const x = this.x(quarter).toFixed(1);
    let found = `<line class="mark" x1="${x}" x2="${x}" y1="${TOP}" y2="${this.bottom}"/>`;
    lines.forEach((line, row) => {
      if (!line.shown || !line.focus) return;
      const y = this.y(this.value(row, quarter, 2));
      if (moved && drawn.before) {
        const was = this.y(this.value(row, quarter, 2, drawn.before));
        if (Math.abs(was - y) > 12) found += `<line x1="${x}" x2="${x}" y1="${(was + Math.sign(y - was) * 4).toFixed(1)}" y2="${y.toFixed(1)}" stroke="${line.colour}" stroke-width="3"/>`;
        found += `<circle cx="${x}" cy="${was.toFixed(1)}" r="3.5" class="dot"/>`;
      }
      found += `<circle cx="${x}" cy="${y.toFixed(1)}" r="5" fill="${line.colour}" class="here"/>`;
    });
    return found;
  }

  private labels(): string {
    const { left, across, small } = this.frame;
    const { lines, drawn, view, unit, moved } = this.picture!;
    const ends: End[] = [];
    lines.forEach((line, row) => {
      if (!line.shown) return;
      const value = this.value(row, QUARTERS - 1, 2);
      const before = moved && drawn.before && line.focus && !small ? this.value(row, QUARTERS - 1, 2, drawn.before) : null;
      const was = before !== null && Math.abs(this.y(before) - this.y(value)) > 3 ? valueOf(view, unit, before) : "";
      ends.push({ line, row, y: this.y(value), at: 0, height: was ? 46 : line.focus || small ? 32 : 19, value: valueOf(view, unit, value), was });
    });
    ends.sort((a, b) => Number(b.line.focus) - Number(a.line.focus));
    const x = left + across + 12;
    let found = "";
    for (const end of apart(ends, TOP - 8, this.bottom + 8)) {
      const name = escaped(this.nameOf(end.line, small));
      const up = end.at - end.height / 2;
      if (Math.abs(end.at - end.y) > 5) found += `<path d="M${left + across + 1} ${end.y.toFixed(1)}L${x - 3} ${end.at.toFixed(1)}" stroke="${end.line.colour}" opacity=".6" fill="none"/>`;
      found += `<g class="end" data-key="${end.line.key}" fill="${end.line.colour}">`;
      if (end.line.focus || small) {
        found += `<text class="lf" x="${x}" y="${(up + 13).toFixed(1)}">${name}</text><text class="lf" x="${x}" y="${(up + 28).toFixed(1)}">${escaped(end.value)}</text>`;
        if (end.was) found += `<text class="was" x="${x}" y="${(up + 42).toFixed(1)}">${t("reference")} ${escaped(end.was)}</text>`;
      } else found += `<text class="ln" x="${x}" y="${(end.at + 4.5).toFixed(1)}">${name} ${escaped(end.value)}</text>`;
      found += "</g>";
    }
    return found;
  }

  private empty(): string {
    const { left, across, down } = this.frame;
    const words = t("change_none").split(" ");
    const rows: string[] = [""];
    for (const word of words) {
      const longer = `${rows.at(-1)} ${word}`.trim();
      if (wide(longer, 14) > across - 20 && rows.at(-1)) rows.push(word);
      else rows[rows.length - 1] = longer;
    }
    return rows.map((row, k) => `<text class="empty" x="${left + across / 2}" y="${TOP + down * 0.28 + k * 18}" text-anchor="middle">${escaped(row)}</text>`).join("");
  }
}
