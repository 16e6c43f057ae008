// What every page ends with: how to cite the view, and the publications behind it.

import type { Answer, Mark, Source } from "./api";
import { at, make } from "./dom";
import { lang, t } from "./words";

/** Return a publication as an item of a list; addresses of others are links only if they are on the web. */
export function sourceItem(one: Source): HTMLLIElement {
  const text = `${one.publisher}: ${one.title}${one.date ? ` (${one.date})` : ""}`;
  const web = /^https?:\/\//.test(one.url);
  return make("li", { id: `source-${one.id}` }, web ? make("a", { href: one.url, rel: "noopener noreferrer" }, text) : text);
}

/** Say of a headline number to which day its data reach, and whether they stand in weak sources alone. */
function mark(one: Mark): HTMLLIElement {
  return make("li", {}, `${one.name[lang]}: ${t("data_to", { date: one.data_to })}${one.weak ? ` ${t("weak")}` : ""}`);
}

/** Say how to cite this view: `what` names it. */
export function cite(answer: Answer, what: string, sources: Source[] = answer.sources): void {
  const day = new Date().toISOString().slice(0, 10);
  at("cite").textContent =
    `Rechenmacht ${answer.version}, ${t("data")} ${answer.data_checksum.slice(0, 12)}, ${what}. ${location.href} (${day})`;
  at("known").replaceChildren(...(answer.headlines ?? []).map(mark));
  at("sources").replaceChildren(...sources.map(sourceItem));
  at("sources-count").textContent = String(sources.length);
}

/** Join the publications of several answers, each once. */
export function joined(...answers: (Answer | null)[]): Source[] {
  const found = new Map(answers.flatMap((one) => one?.sources ?? []).map((one) => [one.id, one]));
  return [...found.values()].sort((a, b) => a.id.localeCompare(b.id));
}

/** Return a link to claims on the page of facts. */
export function claimLinks(claims: string[]): HTMLSpanElement {
  const home = lang === "de" ? "/de/facts" : "/facts";
  const made = make("span");
  claims.forEach((id, k) => made.append(k ? ", " : "", make("a", { href: `${home}?id=${encodeURIComponent(id)}` }, id)));
  return made;
}
