// The list of all outcomes: searchable, in groups.

import { at, button, el } from "./dom";
import { model, t } from "./words";
import { showing } from "./state";
import type { App } from "./app";
import type { Outcome } from "./types";

const plainly = (text: string): string => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

export class Picker {
  private readonly dialog = at<HTMLDialogElement>("picker");
  private readonly find = at<HTMLInputElement>("find");

  constructor(private readonly app: App) {
    at("pick").addEventListener("click", () => this.open());
    at("picker-close").addEventListener("click", () => this.dialog.close());
    this.find.addEventListener("input", () => this.list());
    this.find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // else it would press the button that the focus returns to
      at("found").querySelector("button")?.click();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
  }

  private open(): void {
    this.find.value = "";
    this.list();
    this.dialog.showModal();
    this.find.focus();
  }

  private matches(outcome: Outcome): boolean {
    const text = plainly([outcome.name, outcome.id, t(`group.${outcome.group}`), ...Object.keys(outcome.lines).map((key) => model.lines[key]![0])].join(" "));
    return plainly(this.find.value).split(/\s+/).every((word) => text.includes(word));
  }

  private list(): void {
    const { app, dialog } = this;
    const found = model.outcomes.filter((one) => this.matches(one));
    const groups = [...new Set(found.map((one) => one.group))];
    const choose = (outcome: Outcome): void => {
      dialog.close();
      app.commit(showing(app.state, outcome));
    };
    at("found").replaceChildren(
      ...groups.map((group) => el("section", {}, el("h3", {}, t(`group.${group}`)),
        ...found.filter((one) => one.group === group).map((one) => button(one.name, () => choose(one), { "aria-current": one.id === app.state.outcome ? "true" : null, "data-id": one.id })))),
      ...(found.length ? [] : [el("p", { class: "note" }, t("none_of"))]),
    );
  }
}
