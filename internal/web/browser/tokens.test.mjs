// The colours of tokens.css keep their contrast, and the steps of pain stay apart for
// every eye. Formulas: OKLab (Ottosson 2020); colour blindness at full strength
// (Machado, Oliveira, Fernandes 2009); contrast as in WCAG 2.2.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../ui/css/tokens.css", import.meta.url), "utf8");
const triple = (s) => s.match(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/).slice(1).map(Number);
const colours = { light: {}, dark: {} };
for (const [, name, value] of css.matchAll(/--([\w-]+): ([^;]*oklch[^;]*);/g)) {
  const pair = value.match(/^light-dark\((oklch\([^)/]*\)), (oklch\([^)/]*\))\)$/);
  if (pair) [colours.light[name], colours.dark[name]] = [triple(pair[1]), triple(pair[2])];
  else if (/^oklch\([^)/]*\)$/.test(value)) colours.light[name] = colours.dark[name] = triple(value);
}

function linear([L, C, h]) {
  const [a, b] = [C * Math.cos((h * Math.PI) / 180), C * Math.sin((h * Math.PI) / 180)];
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s].map((x) => Math.min(1, Math.max(0, x)));
}

function lab([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

const brightness = (c) => {
  const [r, g, b] = linear(c);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [low, high] = [brightness(a), brightness(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

for (const theme of ["light", "dark"]) {
  test(`text and controls keep their contrast, ${theme}`, () => {
    const c = colours[theme];
    const short = [];
    const need = (front, back, least) => {
      const ratio = contrast(c[front], c[back]);
      if (ratio < least) short.push(`${front} on ${back}: ${ratio.toFixed(2)}, want ${least}`);
    };
    for (const ground of ["paper", "sheet", "well"]) {
      for (const text of ["ink", "ink-2"]) need(text, ground, 7);
      for (const text of ["accent", "stop-ink"]) need(text, ground, 4.5);
      need("edge", ground, 3);
    }
    for (const [front, back, least] of [
      ["ink", "accent-soft", 7], ["accent", "accent-soft", 4.5], ["ink-2", "accent-soft", 4.5],
      ["on-accent", "accent", 4.5], ["on-accent", "accent-press", 4.5], ["on-stop", "stop", 7], ["on-today", "today", 7],
      ["stop-ink", "stop-soft", 4.5], ["zone", "clay", 4.5], ["zone", "clay-dim", 3], ["zone-halo", "p7", 4.5], ["p10", "clay-dim", 3],
    ]) need(front, back, least);
    assert.deepEqual(short, []);
  });
}

const eyes = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

for (const [name, eye] of Object.entries(eyes)) {
  test(`ten steps of pain can be told apart, ${name}`, () => {
    const seen = (c) => lab(eye.map((row) => Math.min(1, Math.max(0, row.reduce((sum, k, i) => sum + k * linear(c)[i], 0)))));
    const apart = (a, b) => Math.hypot(...seen(colours.light[a]).map((x, i) => x - seen(colours.light[b])[i]));
    for (let i = 1; i <= 10; i++) {
      if (i < 10) assert.ok(apart(`p${i}`, `p${i + 1}`) > 0.03, `p${i} and p${i + 1}`);
      for (const other of ["clay", "clay-dim", "stop", "today"]) assert.ok(apart(`p${i}`, other) > 0.05, `p${i} and ${other}`);
    }
  });
}
