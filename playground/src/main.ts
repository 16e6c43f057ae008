// The entry of all pages: what they share, then the module of the page that is shown.

import "./style.css";
import { tell } from "./api";
import { at } from "./dom";
import { query } from "./links";
import { begin as beginTheme } from "./theme";
import { given, t } from "./words";

const PAGES: Record<string, () => Promise<{ begin: () => Promise<void> }>> = {
  swarm: () => import("./swarm"),
  rules: () => import("./rules"),
  capital: () => import("./capital"),
  check: () => import("./check"),
  facts: () => import("./facts"),
  saved: () => import("./saved"),
};

async function begin(): Promise<void> {
  if (query().get("embed")) document.body.classList.add("embed");
  beginTheme();
  at("link").addEventListener("click", () => void copy());
  await (await PAGES[given.page]!()).begin();
}

async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    at("link-status").textContent = t("copied");
  } catch {
    at("link-status").textContent = location.href; // no clipboard without TLS: show it to be copied by hand
  }
}

begin().catch((error: unknown) => {
  tell(at("status"), error);
});
