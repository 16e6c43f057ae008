// A view's state is its address, so that it can be shared, bookmarked, embedded and cited.

import { at } from "./dom";

/** Return the state of the address. */
export function query(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** Put the state into the address and into the links to the other language. */
export function remember(state: URLSearchParams): void {
  if (query().get("embed")) state.set("embed", "1");
  const text = state.toString();
  history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
  at<HTMLAnchorElement>("other").search = text;
}

/** Take what a form's controls hold into the address; empty and default values are left out. */
export function keep(values: Record<string, string>, usual: Record<string, string> = {}): URLSearchParams {
  const state = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value && value !== usual[name]) state.set(name, value);
  remember(state);
  return state;
}
