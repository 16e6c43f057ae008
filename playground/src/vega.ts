// The chart library, loaded after the page's text. Expressions are interpreted, so that no script is made from text
// and the page needs no looser security policy.

import embed, { type Result, type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { lang } from "./words";

const NUMBERS = {
  en: { decimal: ".", thousands: ",", grouping: [3], currency: ["$", ""] as [string, string] },
  de: { decimal: ",", thousands: ".", grouping: [3], currency: ["", "\u00a0€"] as [string, string] },
};

/** Draw a specification into a box as SVG. */
export function draw(box: HTMLElement, spec: VisualizationSpec): Promise<Result> {
  return embed(box, spec, {
    ast: true,
    expr: expressionInterpreter,
    actions: false,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true, theme: "page" },
    renderer: "svg",
    formatLocale: NUMBERS[lang],
  });
}

export type { Result, VisualizationSpec };
