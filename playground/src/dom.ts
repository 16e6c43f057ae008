// Small helpers to make and find elements; no framework is needed for these pages.

export type Child = Node | string;

/** Make an element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.append(...children);
  return found;
}

/** Return the element with an id; the template must have it. */
export function at<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found as T;
}

export type Cell = Child | { n: string };

const numeric = (one: Cell | undefined): boolean => typeof one === "object" && "n" in one;

/** Make a table: heads, then rows whose first cell is their head. A cell `{n}` is a number, set to the right. */
export function table(heads: string[], rows: Cell[][], caption = ""): HTMLTableElement {
  const cell = (one: Cell, first: boolean): HTMLElement => {
    if (first) return make("th", { scope: "row" }, one as Child);
    return typeof one === "object" && "n" in one ? make("td", { class: "n" }, one.n) : make("td", {}, one as Child);
  };
  const made = make("table");
  if (caption) made.append(make("caption", {}, caption));
  made.append(
    make("thead", {}, make("tr", {}, ...heads.map((text, k) => make("th", numeric(rows[0]?.[k]) ? { scope: "col", class: "n" } : { scope: "col" }, text)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((one, k) => cell(one, k === 0))))),
  );
  return made;
}

/** Make options of a select. */
export function options(rows: [string, string][], chosen = ""): HTMLOptionElement[] {
  return rows.map(([value, text]) => make("option", value === chosen ? { value, selected: "" } : { value }, text));
}

/** Call a function once things have been quiet for a while. */
export function later(milliseconds: number, run: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(run, milliseconds);
  };
}
