// Facts: every claim with its value, source, grade and the claims that contradict it; searched, and as CSV or Parquet.

import { type Answer, ask, counted, shown, type Source } from "./api";
import { cite, sourceItem } from "./cite";
import { at, later, make, options } from "./dom";
import { keep, query } from "./links";
import { type Both, amount, lang, name, number, range, t } from "./words";

interface Fact {
  id: string; subject: string; quantity: string; value: number | null; low: number | null; high: number | null; unit: string;
  as_of: string; basis: string; grade: string; source: Source; locator: string; note: string; conflict: string[];
  subject_name: Both | null; quantity_name: Both;
}
interface Facts extends Answer { total: number; facts: Fact[] }
interface Quantities extends Answer { quantities: { id: string; name: Both; claims: number }[]; subjects: { id: string; name: Both }[] }

const PAGE = 50, FIELDS = ["q", "subject", "quantity", "grade"];
let offset = 0;

const field = (id: string): string => at<HTMLInputElement>(id).value.trim();

function value(one: Fact): string {
  const main = one.value === null ? "" : amount(one.value, one.unit, 4);
  if (one.value === null && (one.low === null) !== (one.high === null)) {
    return t(one.low === null ? "facts.most" : "facts.least", { n: amount(one.low ?? one.high, one.unit, 4) });
  }
  const around = one.low !== null && one.high !== null ? range(one.low, one.high, one.unit) : "";
  return main && around ? `${main} (${around})` : main || around || t("unknown");
}

function row(one: Fact): HTMLTableRowElement {
  const who = one.subject_name?.[lang] ?? one.subject;
  const more = make("details", {}, make("summary", {}, t("facts.details")),
    make("p", { class: "note" }, `${one.id}; ${name("claim_bases", one.basis)}; ${one.locator}`));
  if (one.note) more.append(make("p", { class: "note" }, one.note));
  if (one.conflict.length) {
    const links = make("p", {}, `${t("facts.conflicts")}: `);
    one.conflict.forEach((id) => links.append(make("a", { href: `?id=${encodeURIComponent(id)}` }, id), " "));
    more.append(links);
  }
  const source = sourceItem(one.source);
  return make("tr", { id: one.id },
    make("th", { scope: "row" }, `${who}: ${one.quantity_name[lang]}`, ...(one.conflict.length ? [" ", make("span", { class: "flag" }, t("facts.conflict"))] : [])),
    make("td", { class: "n" }, value(one)), make("td", {}, one.as_of), make("td", {}, name("grades", one.grade)),
    make("td", {}, make("ul", { class: "plain" }, source), more));
}

function drawRows(found: Facts): void {
  const heads = ["what", "value", "as_of", "grade", "source"].map((key) => make("th", { scope: "col" }, t(`facts.${key}`)));
  at("facts").replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...found.facts.map(row))));
  const last = Math.min(offset + PAGE, found.total);
  at("status").textContent = found.total
    ? t("facts.shown", { first: number(offset + 1, 8), last: number(last, 8), total: number(found.total, 8) }) : t("facts.none");
  at<HTMLButtonElement>("before").disabled = offset === 0;
  at<HTMLButtonElement>("after").disabled = last >= found.total;
}

async function update(): Promise<void> {
  const id = query().get("id") ?? "";
  const state = keep({ ...Object.fromEntries(FIELDS.map((one) => [one, field(one)])), id, offset: offset ? String(offset) : "" });
  const asked = new URLSearchParams([...state].filter(([key]) => FIELDS.includes(key)));
  for (const ending of ["csv", "parquet"]) at<HTMLAnchorElement>(ending).href = `/api/v1/facts.${ending}?${asked}`;
  asked.set("offset", String(offset));
  asked.set("limit", String(PAGE));
  await shown(at("status"), async () => {
    at("facts").setAttribute("aria-busy", "true");
    let found: Facts;
    if (id) {
      const one = await ask<{ fact: Fact }>(`facts/${encodeURIComponent(id)}`);
      const others = await Promise.all(one.fact.conflict.map((other) => ask<{ fact: Fact }>(`facts/${encodeURIComponent(other)}`)));
      found = { ...one, total: 1 + others.length, facts: [one.fact, ...others.map((row) => row.fact)] };
    } else found = await ask<Facts>(`facts?${asked}`);
    drawRows(found);
    cite(found, t("facts.cited"));
  });
  at("facts").removeAttribute("aria-busy");
  at("one").hidden = !id;
  counted();
}

function turn(pages: number): void {
  offset = Math.max(0, offset + pages * PAGE);
  void update();
}

export async function begin(): Promise<void> {
  const known = await ask<Quantities>("quantities"), told = query();
  at("quantity").append(...options(known.quantities.map((one): [string, string] => [one.id, `${one.name[lang]} (${one.claims})`]).sort((a, b) => a[1].localeCompare(b[1], lang))));
  at("subjects").replaceChildren(...known.subjects.map((one) => make("option", { value: one.id }, one.name[lang])));
  for (const id of FIELDS) at<HTMLInputElement>(id).value = told.get(id) ?? "";
  offset = Math.max(0, Number(told.get("offset")) || 0);
  const again = (): void => {
    offset = 0;
    const state = query();
    state.delete("id");
    history.replaceState(null, "", `${location.pathname}?${state}`);
    void update();
  };
  at("q").addEventListener("input", later(250, again));
  for (const id of ["subject", "quantity", "grade"]) at(id).addEventListener("change", again);
  at("search").addEventListener("submit", (event) => { event.preventDefault(); again(); });
  at("all").addEventListener("click", again);
  at("before").addEventListener("click", () => turn(-1));
  at("after").addEventListener("click", () => turn(1));
  await update();
}
