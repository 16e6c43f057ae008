// What is saved: workspaces with scenarios. A save names the version it has seen and is refused if somebody saved in
// between; every version is kept.

import { type Answer, Refused, ask, counted, shown } from "./api";
import { at, make, options, table } from "./dom";
import { query } from "./links";
import { given, t } from "./words";

interface Me extends Answer { user: string | null; name: string | null; accounts: boolean; by_token: boolean; sign_in: { address: string; label: string } | null }
interface Workspace { id: string; name: string; shared: boolean; owner: string }
interface Saved { id: string; workspace: string; version: number; author: string; saved: string; name: string; note: string; view: string }

const OVER = /^([0-9a-f]{16})\.([0-9a-f]{16})\.(\d{1,9})$/;
let workspaces: Workspace[] = [], chosen = "";

const field = (id: string): string => at<HTMLInputElement>(id).value.trim();

/** Return a view's state as the save needs it: the world it shows, and the address to come back to. */
function world(view: string): { scenario: string; set: Record<string, number | { at: string; value: number }[]>; view: string } {
  const state = new URLSearchParams(view);
  const set: Record<string, number | { at: string; value: number }[]> = {};
  for (const text of state.getAll("set")) {
    const [, lever, value, from] = /^([\w.]+)=([^@]+)(?:@(.+))?$/.exec(text) ?? [];
    if (lever && value) set[lever] = from ? [{ at: from, value: Number(value) }] : Number(value);
  }
  return { scenario: state.get("scenario") ?? "reference", set, view };
}

function openLink(one: Saved): HTMLAnchorElement {
  const state = new URLSearchParams(one.view);
  state.set("saved", `${one.workspace}.${one.id}.${one.version}`);
  return make("a", { href: `${given.home}?${state}` }, one.name);
}

async function remove(one: Saved): Promise<void> {
  if (!confirm(t("saved.sure", { name: one.name }))) return;
  await shown(at("status"), async () => {
    await ask(`workspaces/${one.workspace}/scenarios/${one.id}`, undefined, { method: "DELETE", headers: { "If-Match": `"${one.version}"` } });
    await list();
  });
}

async function history(one: Saved): Promise<void> {
  await shown(at("status"), async () => {
    const found = await ask<{ revisions: Saved[] }>(`workspaces/${one.workspace}/scenarios/${one.id}/revisions`);
    at("history").replaceChildren(make("h3", {}, t("saved.history", { name: one.name })), table(
      [t("saved.version"), t("saved.name_of"), t("saved.author"), t("saved.when")],
      found.revisions.map((row) => [String(row.version), openLink(row), row.author, row.saved])));
  });
}

async function list(): Promise<void> {
  const found = chosen ? await ask<{ scenarios: Saved[] }>(`workspaces/${chosen}/scenarios`) : { scenarios: [] };
  const rows = found.scenarios.map((one) => {
    const old = make("button", { type: "button" }, t("saved.versions")), gone = make("button", { type: "button" }, t("saved.remove"));
    old.addEventListener("click", () => void history(one));
    gone.addEventListener("click", () => void remove(one));
    return [openLink(one), one.note, String(one.version), one.author, one.saved, make("span", { class: "row" }, old, gone)];
  });
  at("list").replaceChildren(rows.length
    ? table([t("saved.name_of"), t("note"), t("saved.version"), t("saved.author"), t("saved.when"), t("saved.actions")], rows) : make("p", {}, t("saved.empty")));
  at("history").replaceChildren();
}

async function workspacesOf(): Promise<void> {
  workspaces = (await ask<{ workspaces: Workspace[] }>("workspaces")).workspaces;
  if (!workspaces.some((one) => one.id === chosen)) chosen = workspaces[0]?.id ?? "";
  at("workspace").replaceChildren(...options(workspaces.map((one): [string, string] => [one.id, one.shared ? `${one.name} (${t("saved.shared")})` : one.name]), chosen));
}

async function save(view: string, over: string): Promise<void> {
  const seen = OVER.exec(over), body = { name: field("name"), note: field("note"), ...world(view) };
  const instead = seen && at<HTMLInputElement>("instead").checked;
  await shown(at("status"), async () => {
    if (!chosen) {
      const made = await ask<{ workspace: Workspace }>("workspaces", { name: t("saved.usual"), shared: false });
      chosen = made.workspace.id;
      await workspacesOf();
    }
    try {
      if (seen && instead) await ask(`workspaces/${seen[1]}/scenarios/${seen[2]}`, body, { method: "PUT", headers: { "If-Match": `"${seen[3]}"` } });
      else await ask(`workspaces/${chosen}/scenarios`, body);
    } catch (error) {
      if (error instanceof Refused && error.status === 412) throw new Error(t("saved.conflict"));
      throw error;
    }
    at("saving").hidden = true;
    at("status").textContent = t("saved.done");
    window.history.replaceState(null, "", location.pathname);
    await list();
  });
  counted();
}

/** Where the reader came from, if that is on this server. */
function back(): string {
  const told = query().get("back") ?? location.pathname + location.search;
  return new URL(told, location.origin).origin === location.origin ? told : location.pathname;
}

function byToken(): HTMLFormElement {
  const token = make("input", { id: "token", type: "password", autocomplete: "current-password", maxlength: "200", required: "" });
  const form = make("form", { class: "row" }, make("label", { for: "token" }, t("saved.token")), token, make("button", { type: "submit" }, t("sign_in")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void shown(at("status"), async () => {
      await ask("login/token", { token: token.value });
      location.assign(back());
    });
  });
  return form;
}

function who(me: Me): boolean {
  const open = me.user !== null;
  at("who").replaceChildren(open ? t(me.accounts ? "saved.signed_in" : "saved.local", { name: me.name ?? me.user ?? "" }) : t("saved.sign_in_first"));
  if (me.sign_in && !open) {
    at("who").append(" ", make("a", { href: `${me.sign_in.address}?back=${encodeURIComponent(back())}` }, me.sign_in.label));
  }
  if (me.by_token && !open) at("who").append(byToken());
  if (me.accounts && open) {
    const out = make("button", { type: "button" }, t("saved.sign_out"));
    out.addEventListener("click", () => void ask("logout", {}).then(() => location.reload()));
    at("who").append(" ", out);
  }
  return open;
}

export async function begin(): Promise<void> {
  const view = query().get("view"), over = query().get("over") ?? "";
  const open = who(await ask<Me>("me"));
  at("status").textContent = "";
  if (!open) return;
  at("inside").hidden = false;
  await shown(at("status"), async () => { await workspacesOf(); await list(); });
  at("workspace").addEventListener("change", () => { chosen = field("workspace"); void shown(at("status"), list); });
  at("new").addEventListener("submit", (event) => {
    event.preventDefault();
    void shown(at("status"), async () => {
      const made = await ask<{ workspace: Workspace }>("workspaces", { name: field("new-name"), shared: at<HTMLInputElement>("new-shared").checked });
      chosen = made.workspace.id;
      at<HTMLInputElement>("new-name").value = "";
      await workspacesOf();
      await list();
    });
  });
  if (view !== null) {
    at("saving").hidden = false;
    at("instead-row").hidden = !OVER.test(over);
    at("saving").addEventListener("submit", (event) => { event.preventDefault(); void save(view, over); });
    at("name").focus();
  }
  counted();
}
