// The script's own session is held to what the record's Go code says: the same logs give
// the same moment, and the same taps the same events.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";

const here = (name) => new URL(name, import.meta.url);
const { tables, cases } = JSON.parse(readFileSync(here("../testdata/session-vectors.json"), "utf8"));

/** A module of ui/ as this program can load it; its imports are put in front of it. */
function compile(...names) {
  const source = names.map((name) => readFileSync(here(`../ui/${name}.ts`), "utf8").replace(/^import .*$/gm, "")).join("\n");
  return ts.transpileModule(source, { compilerOptions: { target: "ES2022", module: "ESNext" } }).outputText;
}

const { Session, modeOf, tapped } = await import(`data:text/javascript,${encodeURIComponent(compile("sessionfold", "sessiontap"))}`);

test("the same log gives the same moment", () => {
  let compared = 0;
  for (const [i, c] of cases.entries()) {
    const { plan, places } = tables[c.table];
    for (const want of c.moments) {
      const session = new Session(plan, c.log.events, places);
      const m = session.at(want.now);
      const got = { now: want.now, mode: modeOf(m, m.step || m.next), ...m, pressures: session.steps.map((a) => a.pressure), offers: session.offers().flatMap((o) => [o.technique, o.seconds]) };
      assert.deepEqual(got, want, `case ${i} at ${want.now}`);
      compared++;
    }
  }
  assert.ok(compared >= 400, `${compared} moments compared`);
});

test("the same tap gives the same events", () => {
  const seen = new Set();
  for (const [i, c] of cases.entries()) {
    for (const t of c.taps) {
      const { tap, step, value = 0, text, technique, rule, mark = 0 } = t;
      const got = tapped(tables[c.table], c.log.events, t.now, t.device, { tap, step, value, text, technique, rule, mark }, "added-9");
      const short = got.map((d) => Object.fromEntries(Object.entries(d).filter(([, v]) => v)));
      assert.deepEqual(short, t.events, `case ${i}: ${JSON.stringify(t)}`);
      if (got.length > 0) seen.add(tap);
    }
  }
  assert.ok(seen.size >= 18, `taps that did something: ${[...seen]}`);
});
