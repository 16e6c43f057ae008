// Check: an article pasted or uploaded, every number marked by its verdict, the evidence beside it. What is pasted goes
// to this server only; a link to the view holds a short text behind the #, which browsers do not send.

import { type Answer, ask, counted, shown } from "./api";
import { cite, claimLinks } from "./cite";
import { at, later, make } from "./dom";
import { keep, query, remember } from "./links";
import { type Both, amount, lang, name, t } from "./words";

type Verdict = "supported" | "imprecise" | "outdated" | "other" | "contradicted" | "unverifiable";
interface Claim {
  text: string; verdict: Verdict; explanation: Both; claims: string[];
  read_as: { low: number | string | null; high: number | string | null; unit: string; time: string | null };
}
interface Checked extends Answer {
  lang: string; date: string | null; counts: Record<Verdict, number>; claims: Claim[]; parts: { text: string; claim: number | null }[];
}

const SIGNS: Record<Verdict, string> = { supported: "✓", imprecise: "≈", outdated: "↶", other: "≠", contradicted: "✗", unverifiable: "?" };
const ORDER: Verdict[] = ["contradicted", "other", "outdated", "imprecise", "supported", "unverifiable"];
const MOST_IN_LINK = 6000;

const field = (id: string): string => at<HTMLInputElement>(id).value;

function reading(one: Claim): string {
  const { low, high, unit } = one.read_as;
  if (typeof low === "string" || typeof high === "string") return String(low ?? high);
  if (low === null || high === null) return t(low === null ? "check.most" : "check.least", { n: amount(low ?? high, unit) });
  return low === high ? amount(low, unit) : `${amount(low, unit)} – ${amount(high, unit)}`;
}

function card(one: Claim, k: number): HTMLElement {
  const made = make("div", { class: `card ${one.verdict}`, id: `e-${k}`, tabindex: "-1" },
    make("p", {}, make("b", {}, `${SIGNS[one.verdict]} ${name("verdicts", one.verdict)}`), ": ",
      make("a", { href: `#t-${k}` }, one.text), ` (${t("check.read_as")} ${reading(one)})`),
    make("p", {}, one.explanation[lang]));
  if (one.claims.length) made.append(make("p", { class: "note" }, `${t("claims")}: `, claimLinks(one.claims)));
  return made;
}

function draw(found: Checked): void {
  at("counts").replaceChildren(...ORDER.map((one) => make("li", { class: one }, `${SIGNS[one]} ${name("verdicts", one)}: ${found.counts[one]}`)));
  const text = make("div", { class: "article", lang: found.lang });
  for (const part of found.parts) {
    const claim = part.claim === null ? undefined : found.claims[part.claim];
    if (!claim) {
      text.append(part.text);
      continue;
    }
    text.append(make("mark", { class: claim.verdict, id: `t-${part.claim}` },
      make("a", { href: `#e-${part.claim}`, "aria-label": `${part.text}: ${name("verdicts", claim.verdict)}` }, part.text),
      make("sup", { "aria-hidden": "true" }, SIGNS[claim.verdict])));
  }
  at("text-marked").replaceChildren(text);
  const ranked = found.claims.map((one, k): [Claim, number] => [one, k]);
  at("evidence").replaceChildren(
    ...ORDER.slice(0, -1).flatMap((verdict) => ranked.filter(([one]) => one.verdict === verdict).map(([one, k]) => card(one, k))),
    make("details", {}, make("summary", {}, `${name("verdicts", "unverifiable")}: ${found.counts.unverifiable}`),
      ...ranked.filter(([one]) => one.verdict === "unverifiable").map(([one, k]) => card(one, k))));
  at("result").hidden = false;
  cite(found, t("check.cited", { n: found.claims.length }));
  at("status").textContent = found.claims.length ? t("check.done", { n: found.claims.length }) : t("check.none");
}

/** Keep the language and date in the address, and a short text behind the #. */
function state(): void {
  const text = field("text");
  const hash = text && text.length <= MOST_IN_LINK ? `#text=${encodeURIComponent(text)}` : "";
  history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
  keep({ lang: field("language"), date: field("date") });
  at<HTMLAnchorElement>("other").hash = hash;
}

async function check(): Promise<void> {
  const file = at<HTMLInputElement>("file").files?.[0];
  at<HTMLButtonElement>("check").disabled = true;
  await shown(at("status"), async () => {
    at("status").textContent = t("loading");
    let body: unknown = { text: field("text"), lang: field("language"), date: field("date") };
    if (file) {
      const form = new FormData();
      form.set("file", file);
      form.set("lang", field("language"));
      form.set("date", field("date"));
      body = form;
    } else if (!field("text").trim()) throw new Error(t("check.empty"));
    draw(await ask<Checked>("check", body));
  });
  at<HTMLButtonElement>("check").disabled = false;
  counted();
}

/** Show a card or a place in the text, also within a closed list; the address keeps the text. */
function follow(id: string): void {
  const found = document.getElementById(id);
  found?.closest("details")?.setAttribute("open", "");
  found?.focus();
  found?.scrollIntoView({ block: "nearest" });
}

/** Read a text out of an address; what is no escape stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export async function begin(): Promise<void> {
  const told = query(), given = /^#text=(.*)$/.exec(location.hash);
  at<HTMLSelectElement>("language").value = told.get("lang") ?? "";
  at<HTMLInputElement>("date").value = told.get("date") ?? "";
  remember(told);
  if (given?.[1]) at<HTMLTextAreaElement>("text").value = decoded(given[1]);
  at("text").addEventListener("input", later(400, state));
  at("text").addEventListener("input", () => { at<HTMLInputElement>("file").value = ""; });
  at("result").addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    follow(link.hash.slice(1));
  });
  for (const id of ["language", "date"]) at(id).addEventListener("change", state);
  at("form").addEventListener("submit", (event) => { event.preventDefault(); void check(); });
  at("example").addEventListener("click", () => {
    at<HTMLTextAreaElement>("text").value = t("check.example_text");
    at<HTMLInputElement>("file").value = "";
    state();
    void check();
  });
  addEventListener("hashchange", () => follow(location.hash.slice(1)));
  at("status").textContent = "";
  if (given?.[1]) await check();
}
