// The session at the table in a real browser: by touch on a tablet, by keyboard, without
// script; without a line, after a killed tab, on two devices; and what signing out leaves.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answerNo, axe, openPage, sideways, startBrowser, startRecordAt } from "./harness.mjs";

const data = mkdtempSync(join(tmpdir(), "knead-table-"));
const tablet = { viewport: { width: 820, height: 1180 }, hasTouch: true };
let knead;
let browser;

before(async () => {
  [knead, browser] = await Promise.all([startRecordAt(data, "localhost:0", "--demo"), startBrowser()]);
}, { timeout: 120_000 });

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** Starts the server again on the same data and address. */
async function restart() {
  knead = await startRecordAt(data, new URL(knead.address).host.replace("127.0.0.1", "localhost"), "--demo");
}

async function signIn(options) {
  const opened = await openPage(browser, options);
  opened.page.setDefaultTimeout(15_000);
  await opened.page.goto(`${knead.address}/signin`);
  await opened.page.locator("button[name=demo]").first().click();
  await opened.page.waitForURL("**/today");
  return opened;
}

/** Opens a visit of an invented client, answers everything with no, and begins. */
async function beginSession(page, client) {
  await page.goto(`${knead.address}/clients`);
  await page.locator(".people a", { hasText: client }).click();
  await page.locator(".new-visit button").click();
  await page.waitForURL("**/visits/*");
  const at = page.url();
  await page.goto(`${at}/paint`);
  await page.fill("#say", "inside edge of the right shoulder blade");
  await page.click("[data-say]");
  await page.waitForFunction(() => document.querySelectorAll("#marks li b").length === 1);
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await answerNo(page);
  const changed = page.locator('[name=changed][value="no"]'); // a client who was here before
  if (await changed.count()) await changed.check({ force: true });
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".assess .cand");
  await page.locator('button[formaction$="/begin"]').click();
  await page.waitForURL("**/session");
  await ready(page);
  return at;
}

/** Waits until the page would start without a line. */
function ready(page) {
  return page.waitForFunction(() => document.documentElement.dataset.offline === "ready");
}

const mode = (page) => page.locator("#taps").getAttribute("data-mode");

/** Presses a key with a finger, as fast as a person would. */
async function tap(page, selector) {
  await page.waitForTimeout(480);
  const key = page.locator(selector).first();
  if (page.viewportSize().width > 900) await key.click();
  else await key.tap();
}

const big = ".act:not([hidden]) [data-main]:not([hidden])";

/** The log as the server has it. */
function log(page) {
  return page.evaluate(async () => {
    const answer = await fetch(`${location.pathname}/events?have=-1`, { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"events":[]}' });
    return (await answer.json()).log.events;
  });
}

/** Everything that the browser keeps for this address, as text. */
function kept(page) {
  return page.evaluate(async () => {
    const rows = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
      for (const store of db.objectStoreNames) {
        const all = await new Promise((resolve) => {
          db.transaction(store).objectStore(store).getAll().onsuccess = (e) => resolve(e.target.result);
        });
        for (const row of all) {
          const text = (v) => (v instanceof CryptoKey ? `key extractable=${v.extractable}` : v instanceof ArrayBuffer || ArrayBuffer.isView(v) ? new TextDecoder("latin1").decode(v) : JSON.stringify(v));
          rows.push(`${store}: ${Object.entries(row).map(([k, v]) => `${k}=${text(v)}`).join(" ")}`);
        }
      }
      db.close();
    }
    return { rows, caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length };
  });
}

test("a whole session by touch: every kind of key, big enough, in dark and light", { timeout: 240_000 }, async () => {
  const { page, complaints } = await signIn(tablet);
  await beginSession(page, "Jonas");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark", "it opens dark");
  const looked = new Set();
  for (let i = 0; i < 80 && (await mode(page)) !== "finish"; i++) {
    const now = await mode(page);
    if (!looked.has(now)) {
      looked.add(now);
      assert.deepEqual(await axe(page), [], `${now}: axe`);
      assert.equal(await sideways(page), 0, `${now} scrolls sideways`);
      const heights = await page.locator(".act:not([hidden]) .key3:visible").evaluateAll((keys) => keys.map((k) => k.getBoundingClientRect().height));
      assert.ok(heights.every((h) => h >= 76), `${now}: keys of ${heights}`);
      const end = await page.locator(".land").evaluate((e) => e.getBoundingClientRect().bottom);
      assert.ok(end <= 1180, `${now}: keys and landscape end at ${end}, below the screen`);
    }
    await tap(page, big);
    if (i === 3) {
      await tap(page, '[value="lighter"]');
      await tap(page, '[value="firmer"]');
      await tap(page, '[value="pause"]');
      assert.equal(await mode(page), "paused");
      const at = await page.locator("[data-t]").innerText();
      await page.waitForTimeout(1300);
      assert.equal(await page.locator("[data-t]").innerText(), at, "the clock stands still");
      await tap(page, big);
      await page.locator(".extra > summary").tap();
      assert.deepEqual(await axe(page), [], "more: axe");
      await page.selectOption("#add-place", "infraspinous");
      await page.selectOption("#add-side", "left");
      await page.selectOption("#add-minutes", "2");
      await page.locator("[data-add] button").tap();
      assert.match(await page.locator("[data-next]").innerText(), /left shoulder blade, 2 min/);
      await page.locator(".extra > summary").tap();
      await page.fill("#note-text", "likes the slow strokes");
      await page.locator("[data-note] button").tap();
      await page.locator(".halt > summary").tap();
      assert.deepEqual(await axe(page), [], "stop: axe");
      await page.locator('[value="stop dizzy"]').tap();
      assert.equal(await mode(page), "stopped");
      assert.match(await page.locator(".stopped:visible").innerText(), /Let the client lie still/);
      assert.deepEqual(await axe(page), [], "stopped: axe");
      await tap(page, '[value="unstop"]');
    }
  }
  assert.deepEqual([...looked].sort(), ["ask", "begin", "run"]);
  assert.equal(await mode(page), "finish");
  await page.locator(".extra > summary").tap();
  await page.locator("[data-theme-switch]").tap();
  await page.locator(".extra > summary").tap();
  assert.deepEqual(await axe(page), [], "light: axe");
  await tap(page, '[value="pain-after 0 2"]');
  assert.equal(await page.locator('[value="pain-after 0 2"]').getAttribute("aria-pressed"), "true");
  await tap(page, big);
  assert.equal(await mode(page), "ended");
  assert.deepEqual(await axe(page), [], "ended: axe");
  const events = await log(page);
  for (const kind of ["step-begin", "step-done", "comfort", "pressure-less", "pressure-more", "pause", "resume", "add", "remark", "stop", "undo", "pain-after", "end"]) {
    assert.ok(events.some((e) => e.kind === kind), `${kind} is in the log`);
  }
  await page.waitForFunction(async () => {
    const db = await new Promise((resolve) => (indexedDB.open("knead-session").onsuccess = (e) => resolve(e.target.result)));
    const count = (store) => new Promise((resolve) => (db.transaction(store).objectStore(store).count().onsuccess = (e) => resolve(e.target.result)));
    const left = (await count("events")) + (await count("pages"));
    db.close();
    return left === 0;
  });
  await page.reload();
  assert.equal(await mode(page), "ended", "the record says the same");
  assert.deepEqual(complaints, []);
});

test("the server is killed: tapping goes on, also in a fresh tab, and every tap arrives once", { timeout: 180_000 }, async () => {
  const { page, context, complaints } = await signIn(tablet);
  const at = await beginSession(page, "Tomasz");
  await tap(page, big);
  while ((await log(page)).length < 1) await page.waitForTimeout(50); // the first tap has arrived
  await knead.stop("SIGKILL");
  await tap(page, big); // arrive is done; the next area asks
  await tap(page, big); // comfortable
  await tap(page, '[value="lighter"]');
  await page.waitForFunction(() => /Offline: \d taps wait/.test(document.querySelector("[data-line]").textContent));
  assert.equal(await mode(page), "run");
  const step = await page.locator(".one-step:not([hidden]) h1").innerText();
  const pressure = await page.locator("[data-pressure]").innerText();
  const { rows } = await kept(page);
  assert.ok(rows.some((r) => r.startsWith("events:")) && rows.some((r) => r.startsWith("pages:")), "the vault holds taps and the page");
  for (const row of rows) {
    assert.doesNotMatch(row, /comfort|pressure|step-|shoulder|<html|extractable=true/, "what is kept cannot be read");
  }
  await page.close();

  const fresh = await context.newPage();
  fresh.setDefaultTimeout(15_000);
  await fresh.goto(`${at}/session`);
  await fresh.waitForFunction(() => /Offline/.test(document.querySelector("[data-line]")?.textContent ?? ""));
  assert.equal(await mode(fresh), "run", "a tab that starts without a line is where the other was");
  assert.equal(await fresh.locator(".one-step:not([hidden]) h1").innerText(), step);
  assert.equal(await fresh.locator("[data-pressure]").innerText(), pressure);
  assert.ok(await fresh.locator(".one-step:not([hidden]) svg image, .clay-of image").first().evaluate((i) => i.getBBox().width > 0), "with its picture");
  await assert.rejects(fresh.evaluate(() => fetch("/today").then((r) => r.text())), "no other page is kept");
  await tap(fresh, '[value="firmer"]');
  await tap(fresh, "[data-undo]");

  await restart();
  await fresh.waitForFunction(() => document.querySelector("[data-line]").hidden, null, { timeout: 40_000 });
  const events = await log(fresh);
  // begin; done; comfort and begin; lighter; firmer; undo
  assert.equal(events.length, 7, `the log has ${events.map((e) => e.kind)}`);
  assert.equal(new Set(events.map((e) => e.id)).size, events.length, "each once");
  assert.equal(await fresh.locator("[data-pressure]").innerText(), pressure);
  assert.deepEqual(complaints.filter((c) => !/net::ERR_|Failed to fetch/.test(c)), []);
  await context.close();
});

test("a declined technique is done otherwise, also without a line", { timeout: 120_000 }, async () => {
  const { page, context, complaints } = await signIn(tablet);
  await beginSession(page, "Tomasz");
  await tap(page, big);
  await context.setOffline(true);
  await tap(page, big); // arrive is done; the first area is asked
  await tap(page, big);
  const place = await page.locator(".one-step:not([hidden]) h1").innerText();
  const steps = await page.locator(".land li").count();
  await page.locator(".extra > summary").tap();
  await tap(page, '.extra [value="not-technique"]');
  assert.match(await page.locator("[data-offers]").innerText(), /What comes instead\?[\s\S]*\d+ min, same places/);
  assert.notEqual(await mode(page), "run", "nobody is worked on while the client is asked");
  const touched = await page.locator("[data-offer]:visible").first().evaluate((k) => k.getBoundingClientRect().height);
  assert.ok(touched >= 76, `a key of ${touched}`);
  await tap(page, "[data-offer]:visible");
  await page.waitForSelector("[data-offers]", { state: "hidden" });
  assert.ok((await page.locator(".land li").count()) > steps, "the steps that are done otherwise stand in the session");
  assert.equal(await page.locator(".one-step:not([hidden]) h1").innerText(), place);
  assert.match(await page.locator(".one-step:not([hidden]) .eyebrow").innerText(), /instead/);
  assert.equal(await page.locator(".one-step:not([hidden]) svg").count(), 1, "with the picture of its place");
  assert.equal(await sideways(page), 0);
  await context.setOffline(false);
  await page.waitForFunction(() => document.querySelector("[data-line]").hidden, null, { timeout: 40_000 });
  const now = [await mode(page), await page.locator(".one-step:not([hidden])").getAttribute("data-step")];
  const said = (await log(page)).filter((e) => e.kind.startsWith("technique")).sort((a, b) => a.seq - b.seq); // a log has no order of its own
  assert.deepEqual(said.map((e) => e.kind), ["technique-declined", "technique-instead"]);
  await page.reload();
  await ready(page);
  assert.deepEqual([await mode(page), await page.locator(".one-step:not([hidden])").getAttribute("data-step")], now, "the record says the same");
  assert.match(await page.locator(".one-step:not([hidden]) .eyebrow").innerText(), /instead/);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints.filter((c) => !/net::ERR_|Failed to fetch/.test(c)), []);
  await context.close();
});

test("a killed tab comes back at the second it was", { timeout: 120_000 }, async () => {
  const { page, context } = await signIn(tablet);
  const at = await beginSession(page, "Aylin");
  await tap(page, big);
  await page.waitForTimeout(2000);
  const seconds = (text) => text.split(":").reduce((sum, n) => 60 * sum + Number(n), 0);
  const left = seconds(await page.locator("[data-t]").innerText());
  const then = Date.now();
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto(`${at}/session`);
  const now = seconds(await again.locator("[data-t]").innerText());
  const passed = (Date.now() - then) / 1000;
  assert.ok(Math.abs(left - now - passed) < 2.5, `${left} s were left, now ${now}, after ${passed} s`);
  await context.close();
});

test("two devices on one session see each other and lose nothing", { timeout: 120_000 }, async () => {
  const one = await signIn(tablet);
  const at = await beginSession(one.page, "Jonas");
  const two = await signIn({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await two.page.goto(`${at}/session`);
  await ready(two.page);
  await tap(one.page, big);
  await two.page.waitForFunction(() => document.querySelector("#taps").dataset.mode === "run", null, { timeout: 8000 });
  const before = (await log(one.page)).length;

  await one.context.setOffline(true);
  await two.context.setOffline(true);
  for (const page of [one.page, two.page]) {
    await page.locator(".extra > summary").tap();
    await page.fill("#note-text", page === one.page ? "from the tablet" : "from the phone");
    await page.locator("[data-note] button").tap();
  }
  await tap(one.page, '[value="firmer"]');
  await tap(two.page, '[value="pause"]');
  await one.page.waitForFunction(() => /2 taps wait/.test(document.querySelector("[data-line]").textContent));
  await one.context.setOffline(false);
  await two.context.setOffline(false);
  for (const page of [one.page, two.page]) {
    await page.waitForFunction(() => document.querySelector("[data-line]").hidden && document.querySelector("#taps").dataset.mode === "paused", null, { timeout: 40_000 });
  }
  assert.equal((await log(one.page)).length - before, 4, "all four taps are in the record");
  assert.equal(await one.page.locator("[data-pressure]").innerText(), await two.page.locator("[data-pressure]").innerText());
  await one.context.close();
  await two.context.close();
});

test("signing out takes everything away, and so does a sign-in that the server has ended", { timeout: 120_000 }, async () => {
  const { page, context } = await signIn(tablet);
  const at = await beginSession(page, "Mei-Ling");
  await tap(page, big);
  assert.notEqual((await kept(page)).rows.length, 0);
  await page.goto(`${knead.address}/today`);
  await page.locator("details.menu summary").click();
  await page.locator('form[action="/signout"] button').click();
  await page.waitForURL("**/signin");
  await page.waitForFunction(async () => (await indexedDB.databases()).length === 0 && (await caches.keys()).length === 0 && (await navigator.serviceWorker.getRegistrations()).length === 0);

  await page.locator("button[name=demo]").first().click();
  await page.waitForURL("**/today");
  await page.goto(`${at}/session`);
  await ready(page);
  await context.clearCookies(); // as when the owner ends this device's sign-in
  await tap(page, '[value="pause"]');
  await page.waitForURL("**/signin*");
  await page.waitForFunction(async () => (await indexedDB.databases()).length === 0 && (await caches.keys()).length === 0);
  await context.close();
});

test("a locked screen shows nothing without a line, and keeps what waits", { timeout: 120_000 }, async () => {
  const { page, context } = await signIn(tablet);
  const at = await beginSession(page, "Grace");
  await context.setOffline(true);
  await tap(page, big);
  await page.waitForFunction(() => /1 tap waits/.test(document.querySelector("[data-line]").textContent));
  await page.evaluate(() => navigator.serviceWorker.ready);
  const other = await context.newPage();
  await context.setOffline(false);
  await page.close();
  await other.goto(`${knead.address}/today`);
  await other.locator("details.menu summary").click();
  await other.locator('form[action="/lock"] button').click();
  await other.waitForURL("**/unlock*");
  await other.waitForFunction(async () => {
    const db = await new Promise((resolve) => (indexedDB.open("knead-session").onsuccess = (e) => resolve(e.target.result)));
    const count = (store) => new Promise((resolve) => (db.transaction(store).objectStore(store).count().onsuccess = (e) => resolve(e.target.result)));
    const [events, pages] = [await count("events"), await count("pages")];
    db.close();
    return pages === 0 && events > 0;
  });
  await context.setOffline(true);
  await assert.rejects(other.goto(`${at}/session`), "no copy is shown");
  await context.setOffline(false);
  await other.goto(`${knead.address}/unlock`);
  await other.locator("button[name=demo], .gate button").first().click();
  await other.waitForURL("**/today");
  await other.goto(`${at}/session`);
  await ready(other);
  assert.equal(await mode(other), "run", "the tap that waited has arrived");
  await context.close();
});

test("left alone it locks, loses no tap, and opens at the second where the session is", { timeout: 120_000 }, async () => {
  const { page, context, complaints } = await signIn(tablet);
  await page.clock.install();
  const at = await beginSession(page, "Hanna");
  const unlock = async () => {
    await page.waitForURL(/\/unlock\?/);
    assert.doesNotMatch(await page.textContent("body"), /Hanna/);
    await page.locator("button[name=demo]").click();
    await page.waitForURL(`${at}/session`);
    await ready(page);
  };
  await page.clock.runFor(600); // a key hears nothing for a moment
  await page.locator(big).first().tap();
  await page.waitForFunction(() => document.querySelector("#taps").dataset.mode === "run");
  let begun; // a tap counts at once, and reaches the record a moment later
  for (let tries = 0; !begun && tries < 100; tries++) {
    begun = (await log(page)).find((e) => e.kind === "step-begin");
    if (!begun) await page.waitForTimeout(100);
  }

  await page.clock.runFor(14 * 60_000);
  assert.equal(await mode(page), "run", "it locks before its time");
  await page.clock.runFor(2 * 60_000);
  const since = () => Date.now() / 1000 - begun.at / 1_000_000; // what truly passed: the browser's clock ran ahead
  const before = since();
  await unlock();
  const shown = await page.locator("[data-t]").innerText();
  const [minutes, seconds] = shown.split(":").map(Number);
  const ran = 120 - 60 * minutes - seconds;
  assert.ok(ran >= before - 1 && ran <= since() + 1, `${shown} left, ${before} to ${since()} s after the step began`);

  // without a line it is covered, and keeps what waits
  await context.setOffline(true);
  await page.locator('[value="pause"]').tap();
  await page.waitForFunction(() => /1 tap waits/.test(document.querySelector("[data-line]").textContent));
  await page.clock.runFor(16 * 60_000);
  await page.waitForSelector(".covered");
  assert.doesNotMatch(await page.content(), /Hanna|shoulder/, "the cover shows what it hides");
  assert.match(await page.textContent(".covered"), /1 tap waits/);
  assert.deepEqual(await axe(page), []);
  await context.setOffline(false);
  await page.clock.runFor(6_000);
  await unlock();
  await page.waitForFunction(() => document.querySelector("#taps").dataset.mode === "paused");
  assert.equal((await log(page)).filter((e) => e.kind === "pause").length, 1);
  assert.deepEqual(complaints.filter((c) => !/ERR_INTERNET_DISCONNECTED/.test(c)), []);
  await context.close();
});

test("by keyboard: space, arrows, escape", { timeout: 120_000 }, async () => {
  const { page, complaints, context } = await signIn();
  await beginSession(page, "Jonas");
  const key = async (name) => {
    await page.waitForTimeout(480);
    await page.keyboard.press(name);
  };
  await page.locator("#main").evaluate((e) => {
    e.tabIndex = -1;
    e.focus();
  });
  await key("Space");
  assert.equal(await mode(page), "run");
  await key("Space");
  assert.equal(await mode(page), "ask");
  await key("Space");
  assert.equal(await mode(page), "run");
  const level = async () => Number.parseInt((await page.locator("[data-pressure]").innerText()).replace(/\D/g, ""), 10);
  const begun = await level();
  await key("ArrowUp");
  assert.equal(await level(), begun + 1);
  await key("ArrowDown");
  assert.equal(await level(), begun);
  await key("ArrowLeft");
  assert.equal(await level(), begun + 1, "the last tap is taken back");
  await page.locator(".halt > summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".halt").evaluate((d) => d.open), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".halt").evaluate((d) => d.open), false);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("cues: the last ten minutes, and the most that the client wants", { timeout: 120_000 }, async () => {
  const { page, context } = await signIn(tablet);
  await beginSession(page, "Grace");
  await page.evaluate(async () => {
    const steps = JSON.parse(document.querySelector("#taps").dataset.session).plan.steps;
    const start = (Date.now() - 55 * 60_000) * 1000;
    const event = (n, at, kind, more) => ({ id: `00000000-0000-4000-8000-${String(Date.now() + n).slice(-12)}`, device: "clock", at, seq: n, kind, ...more });
    const events = [event(0, start, "step-begin", { step: steps[0].id }), event(1, start + 60e6, "step-begin", { step: steps[1].id }), event(2, start + 61e6, "comfort", { value: 7 }), event(3, start + 62e6, "pressure", { value: 5 })];
    await fetch(`${location.pathname}/events`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ events }) });
  });
  for (const cue of ["ten", "ease"]) await page.waitForSelector(`[data-cue="${cue}"]:not([hidden])`);
  assert.match(await page.locator("[data-t]").innerText(), /^\+/, "the clock counts on after the time of the step");
  await context.close();
});

test("without script every key is a form", { timeout: 120_000 }, async () => {
  const scripted = await signIn(tablet);
  const at = await beginSession(scripted.page, "Fatou");
  const { page, context } = await signIn({ ...tablet, javaScriptEnabled: false });
  await page.goto(`${at}/session`);
  await page.locator('[value="begin"]').click();
  await page.locator('[value="done"]').click();
  assert.equal(await mode(page), "ask");
  await page.locator('[value="comfort 3"]:visible').first().click();
  assert.equal(await mode(page), "run");
  await page.locator(".extra > summary").click();
  await page.locator("[data-theme-switch]").click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
  await page.locator('[value="pause"]').click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light", "a tap does not turn the light off");
  await context.close();
  await scripted.context.close();
});

test("on a small phone and lying on its side nothing is cut off", { timeout: 120_000 }, async () => {
  const { page, context, complaints } = await signIn({ viewport: { width: 320, height: 640 }, hasTouch: true });
  const at = await beginSession(page, "Jonas");
  await tap(page, big);
  for (const size of [{ width: 320, height: 640 }, { width: 640, height: 360 }, { width: 1180, height: 820 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(size);
    assert.equal(await sideways(page), 0, `${size.width} px scrolls sideways`);
    assert.deepEqual(await axe(page), [], `${size.width} px: axe`);
    const hidden = await page.locator(big).evaluate((key) => {
      key.scrollIntoView({ block: "nearest" });
      const box = key.getBoundingClientRect();
      return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest("button") !== key;
    });
    assert.equal(hidden, false, `${size.width} px: the big key is covered`);
  }
  await page.goto(`${at}/session?theme=light`);
  assert.deepEqual(await axe(page), [], "light: axe");
  assert.deepEqual(complaints, []);
  await context.close();
});
