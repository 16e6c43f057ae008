// Small helpers to make and find elements.

export type Child = Node | string;

/** Make an element with attributes and children; null and false leave an attribute out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string | number | boolean | null> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("aria-")) {
      if (value !== null) found.setAttribute(name, String(value));
    } else if (value !== null && value !== false) found.setAttribute(name, value === true ? "" : String(value));
  }
  found.append(...children);
  return found;
}

/** Make a button. */
export function button(text: Child, press: () => void, attributes: Record<string, string | number | boolean | null> = {}): HTMLButtonElement {
  const found = el("button", { type: "button", ...attributes }, text);
  found.addEventListener("click", press);
  return found;
}

export function at<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found as T;
}

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]!);

/** A coloured dot before a name. */
export function dot(colour: string): SVGSVGElement {
  const found = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  found.setAttribute("viewBox", "0 0 10 10");
  found.setAttribute("aria-hidden", "true");
  found.innerHTML = `<circle cx="5" cy="5" r="5" fill="${colour}"/>`;
  return found;
}

// Asked of the media query: innerWidth would lay the page out anew in the midst of drawing.
const small = matchMedia("(max-width: 899px)");
export const narrow = (): boolean => small.matches;
