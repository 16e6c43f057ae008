// Asking the server. Errors are problem documents; their sentence is what the reader sees.

import { at, make } from "./dom";
import { given, t } from "./words";

export interface Source { id: string; title: string; url: string; publisher: string; date: string }
export interface Mark { id: string; name: Record<string, string>; data_to: string; weak: boolean }
export interface Answer { version: string; data_checksum: string; sources: Source[]; headlines?: Mark[] }

export class Refused extends Error {
  constructor(readonly status: number, message: string) { super(message); }
}

/** Ask /api/v1; a body is sent as JSON, or as a form. */
export async function ask<T = Answer>(path: string, body?: unknown, how: RequestInit = {}): Promise<T & Answer> {
  const sent: RequestInit = { ...how };
  if (body instanceof FormData) Object.assign(sent, { method: "POST", body });
  else if (body !== undefined) {
    Object.assign(sent, { method: how.method ?? "POST", body: JSON.stringify(body) });
    sent.headers = { "content-type": "application/json", ...how.headers };
  }
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/${path}`, sent);
  } catch {
    throw new Error(t("offline"));
  }
  if (answer.status === 204) return {} as T & Answer;
  const text = await answer.text();
  const found = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Refused(answer.status, found.detail ?? answer.statusText);
  return found;
}

/** Say what went wrong where the reader looks; who must sign in gets the way there. */
export function tell(status: HTMLElement, error: unknown): void {
  status.textContent = error instanceof Error ? error.message : String(error);
  status.classList.add("wrong");
  if (error instanceof Refused && error.status === 401) {
    const back = encodeURIComponent(location.pathname + location.search);
    status.append(" ", make("a", { href: `${given.home}saved?back=${back}` }, t("sign_in")));
  }
}

/** Run something that asks, and show what went wrong where the reader looks; what is shown from before is marked as old. */
export async function shown(status: HTMLElement, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    tell(status, error);
    document.body.classList.add("stale");
    return;
  }
  status.classList.remove("wrong");
  document.body.classList.remove("stale");
}

/** Note that the page has finished an answer; tests and measurements wait for it. */
export function counted(): void {
  document.body.dataset.updates = String(Number(document.body.dataset.updates ?? 0) + 1);
}

/** Compute a page anew: say so, run, and say that it is done or what went wrong. */
export async function renewed(run: () => Promise<void>): Promise<void> {
  const status = at("status");
  await shown(status, async () => {
    status.textContent = t("loading");
    await run();
    status.textContent = t("ready");
  });
  counted();
}
