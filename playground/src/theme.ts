// Light or dark: the system's choice, unless the reader flips it. Charts are drawn in the theme's colours.

import { at } from "./dom";
import { given } from "./words";

const LIGHT = new Map(Object.values(given.colours).map((one) => [one.light.toLowerCase(), one.dark]));
const SENTINEL = new RegExp([...LIGHT.keys()].join("|"), "gi");
const watchers: (() => void)[] = [];

/** Return whether the page is dark now. */
export function dark(): boolean {
  const told = document.documentElement.dataset.theme;
  return told ? told === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Return a role's colour in the page's theme. */
export function colour(role: string): string {
  const found = given.colours[role];
  return found ? (dark() ? found.dark : found.light) : role;
}

/** Return a specification in the page's colours; the server writes those of the light theme. */
export function themed<T>(spec: T): T {
  const text = JSON.stringify(spec);
  return JSON.parse(dark() ? text.replace(SENTINEL, (found) => LIGHT.get(found.toLowerCase()) ?? found) : text);
}

/** Call a function when the theme changes. */
export function onTheme(run: () => void): void {
  watchers.push(run);
}

/** Let the button flip the theme; the server reads the cookie, so that the next page starts in it. */
export function begin(): void {
  const tell = (): void => watchers.forEach((run) => run());
  at("theme").addEventListener("click", () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
    tell();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
}
