// The intake by link in a real browser: how many taps it takes, on a small phone; that it
// goes on where it was on another device; by keyboard alone; accessible on every page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;
let staff; // the owner's page

before(async () => {
  [knead, browser] = await Promise.all([startRecord(), startBrowser()]);
  staff = (await openPage(browser)).page;
  staff.setDefaultTimeout(20_000);
  await staff.goto(`${knead.address}/`);
  await staff.fill("[name=practice]", "Clay");
  await staff.fill("[name=zone]", "Europe/Berlin");
  await staff.fill("[name=name]", "Noor Haddad");
  await staff.fill("[name=email]", "noor@example.org");
  await staff.fill("[name=password]", "seven warm stones in a row");
  await staff.locator("[data-main-without-passkey]").click();
  await staff.waitForURL((url) => url.pathname !== "/setup");
});

after(async () => {
  await browser?.close();
  await knead?.stop();
});

let people = 0;

/** A new client with a visit at an hour of tomorrow; gives the visit's address and a link. */
async function invite(client = "", day = 1) {
  if (!client) {
    people += 1;
    await staff.goto(`${knead.address}/clients/new`);
    await staff.fill("[name=name]", `Client ${people}`);
    await staff.fill("[name=born]", "1984-03-09");
    await staff.locator("main button", { hasText: "Save" }).first().click();
    await staff.waitForURL(/clients\/[0-9a-f-]{36}$/);
    client = staff.url();
  }
  await staff.goto(client);
  const at = new Date(Date.now() + day * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await staff.fill("#at", `${at}T10:30`);
  await staff.locator(".new-visit button").click();
  await staff.waitForURL(/visits/);
  const visit = staff.url();
  await staff.locator("button", { hasText: "Make a link" }).click();
  return { client, visit, link: await staff.inputValue("#address") };
}

/** A phone that counts what a finger does. */
async function phone(options = {}) {
  const opened = await openPage(browser, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, ...options });
  const { page } = opened;
  page.setDefaultTimeout(20_000);
  await page.addInitScript(() => {
    addEventListener("click", (e) => (window.lastHit = e.target.outerHTML.slice(0, 200)), true);
  });
  let taps = 0;
  const tap = async (locator) => {
    taps += 1;
    await locator.scrollIntoViewIfNeeded();
    await locator.tap();
  };
  const tapBody = async (x, y, marks) => {
    taps += 1;
    await page.evaluate(() => document.querySelector("[data-figure]").scrollIntoView({ block: "center" }));
    const box = await page.locator("[data-figure] .picture").boundingBox();
    await page.touchscreen.tap(box.x + x * box.width, box.y + y * box.height);
    await page.waitForFunction((n) => document.querySelectorAll("#marks li").length === n && document.querySelector("#marks b")?.textContent, marks);
  };
  return { ...opened, tap, tapBody, taps: () => taps };
}

/** Waits for the next page; where it does not come, says what is there instead and what was hit. */
async function arrive(p, step) {
  await p.page.waitForURL(`**/${step}`).catch(async () => {
    const there = await p.page.evaluate(() => `${document.querySelector("#problem, .err:not([hidden])")?.textContent ?? "no error"}; last hit: ${window.lastHit ?? "nothing"}`);
    assert.fail(`${step} does not come: ${p.page.url()} has ${there}; ${p.complaints.join("; ")}`);
  });
}

async function fine(page, what) {
  assert.deepEqual(await axe(page), [], `${what}: axe`);
  assert.equal(await sideways(page), 0, `${what} scrolls sideways`);
}

/** Waits until the figure can be painted on: its map has come. */
async function paintable(page, step) {
  await page.waitForURL(`**/${step}`);
  await page.waitForFunction(() => document.documentElement.classList.contains("script"));
  await page.waitForLoadState("networkidle");
}

/** Says no to each urgent question that is on the page. */
async function sayNo(p) {
  const urgent = p.page.locator("#urgent li");
  for (let i = 0, n = await urgent.count(); i < n; i++) await p.tap(urgent.nth(i).locator("label", { hasText: /^No$/ }).first());
  for (const none of await p.page.locator(".pick.none").all()) await p.tap(none);
}

/** Draws in the signature's field, and again where no line has come of it, as people do. */
async function sign(p) {
  await p.page.waitForFunction(() => document.documentElement.classList.contains("script"));
  const pad = p.page.locator("[data-sign] svg");
  const line = p.page.locator("[data-sign] input[name=signature]");
  const cdp = await p.context.newCDPSession(p.page);
  for (let tries = 0; tries < 5 && !(await line.inputValue()); tries++) {
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    const touch = (type, x, y) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: box.x + x, y: box.y + y }] });
    await touch("touchStart", 20, 50);
    for (let i = 1; i < 10; i++) await touch("touchMove", 20 + i * 14, 50 - 20 * Math.sin(i));
    await p.page.waitForTimeout(150); // the finger rests before it leaves: from a throw the browser takes no tap
    await touch("touchEnd");
  }
  assert.notEqual(await line.inputValue(), "", "a line was drawn");
}

for (const colorScheme of ["light", "dark"]) {
  test(`a healthy client with two painful places needs at most 30 taps, ${colorScheme}`, { timeout: 180_000 }, async () => {
    const { visit, link } = await invite();
    const p = await phone({ colorScheme });
    const { page } = p;
    await page.goto(link);
    assert.match(await page.textContent("main"), /10:30 \(Berlin time, CES?T\)/, "the day and the time with its zone");
    assert.doesNotMatch(await page.textContent("main"), /Client \d/, "no name");
    await fine(page, "welcome");
    await p.tap(page.locator("main .btn.main"));
    await paintable(page, "paint");
    await p.tapBody(0.53, 0.165, 1);
    await p.tapBody(0.55, 0.41, 2);
    await fine(page, "paint");
    await p.tap(page.locator(".panel .go .btn.main"));
    await arrive(p, "questions");
    await fine(page, "questions");
    await sayNo(p);
    await p.tap(page.locator("#others .go .btn.main"));
    await arrive(p, "about");
    for (const scale of await page.locator(".eleven").all()) if (await scale.isVisible()) await p.tap(scale.locator("label").nth(4));
    await fine(page, "about");
    await p.tap(page.locator(".go .btn.main:visible"));
    await arrive(p, "consent");
    assert.equal(await page.locator('[name="c-marketing"][value="refused"]').isChecked(), true, "what no visit needs is off");
    assert.equal(await page.locator('[name="c-treatment"]:checked').count(), 0, "nothing is agreed to beforehand");
    for (const kind of ["treatment", "data"]) await p.tap(page.locator("label", { has: page.locator(`[name="c-${kind}"][value="given"]`) }));
    for (const kind of ["treatment", "data"]) assert.ok(await page.locator(`[name="c-${kind}"][value="given"]`).isChecked(), `${kind} is agreed to`);
    await sign(p);
    await fine(page, "consent");
    await p.tap(page.locator(".go .btn.main"));
    await arrive(p, "done");
    await fine(page, "done");
    const all = p.taps() + 1; // the signature
    assert.ok(all <= 30, `${all} taps`);
    assert.match(await page.textContent("main h1"), /Thank you/);
    assert.deepEqual(p.complaints, []);
    assert.equal(/nape|drawing=|conditions=/.test(knead.log()), false, "the log holds nothing of it");

    await page.goto(`${link}/touch`);
    await page.waitForLoadState("networkidle");
    await fine(page, "touch map");
    await page.goto(`${link}/consent`);
    await page.locator("summary", { hasText: "The words" }).first().tap();
    await fine(page, "what was agreed to");
    assert.match(await page.textContent("main"), /You can say stop at any time/, "the words are kept");
    assert.equal(await page.locator(".consent-words .pad-ink").first().getAttribute("d").then((d) => /^M\d+ \d+L/.test(d)), true, "the signature is kept");

    await staff.emulateMedia({ colorScheme });
    for (const path of ["", "/assess", "/about", "/consent"]) {
      await staff.goto(visit + path);
      assert.deepEqual(await axe(staff), [], `the therapist's ${path || "visit"}: axe`);
    }
    await p.context.close();
  });
}

test("what was begun on one device goes on on another, with what was typed", { timeout: 120_000 }, async () => {
  const { link } = await invite();
  const one = await phone();
  await one.page.goto(link);
  await one.tap(one.page.locator("main .btn.main"));
  await paintable(one.page, "paint");
  await one.tapBody(0.55, 0.41, 1);
  await one.tap(one.page.locator(".panel .go .btn.main"));
  await one.page.waitForURL("**/questions");
  const urgent = one.page.locator("#urgent li");
  const kept = one.page.waitForResponse((r) => r.url().endsWith("/keep") && r.request().postData()?.includes("q-g3"));
  for (let i = 0; i < 3; i++) await one.tap(urgent.nth(i).locator("label", { hasText: /^No$/ }).first());
  assert.equal((await kept).status(), 204, "answers are kept without being sent");

  const two = await phone({ viewport: { width: 1280, height: 900 }, isMobile: false });
  await two.page.goto(link);
  assert.match(await two.page.textContent("main .btn.main"), /Go on where you were/);
  await two.page.locator("main .btn.main").click();
  await two.page.waitForURL("**/questions");
  assert.match(await two.page.textContent("[data-count]"), /Question 4 /, "the fourth question comes next");
  await sayNo({ page: two.page, tap: async (l) => { if (await l.isVisible()) await l.click(); } });
  await two.page.locator("#others .go .btn.main").click();
  await two.page.waitForURL("**/about");
  const typed = two.page.waitForResponse((r) => r.url().endsWith("/keep"));
  await two.page.fill("#medicines", "ibuprofen");
  assert.equal((await typed).status(), 204);

  await one.page.goto(link);
  await one.tap(one.page.locator("main .btn.main"));
  await one.page.waitForURL("**/about");
  assert.equal(await one.page.inputValue("#medicines"), "ibuprofen");
  assert.deepEqual([...one.complaints, ...two.complaints], []);
  await one.context.close();
  await two.context.close();
});

test("a returning client is asked again only what may be new; a change opens the whole set", { timeout: 120_000 }, async () => {
  const first = await invite();
  const p = await phone({ viewport: { width: 1280, height: 900 }, isMobile: false });
  const { page } = p;
  const click = { page, tap: async (l) => { if (await l.isVisible()) await l.click(); } };
  await page.goto(`${first.link}/paint`);
  await page.fill("#say", "left side of the nape");
  await page.locator("[data-say]").click();
  await page.waitForSelector("#marks li");
  await page.waitForLoadState("networkidle");
  await page.locator(".panel .go .btn.main").click();
  await page.waitForURL("**/questions");
  const whole = await page.locator(".q-text").count();
  await sayNo(click);
  await page.locator("#others .go .btn.main").click();
  await page.waitForURL("**/about");

  const second = await invite(first.client, 8);
  await page.goto(second.link);
  assert.match(await page.textContent("main h1"), /next massage/);
  await page.locator("main .btn.main").click();
  await page.locator("button", { hasText: "Like last time" }).click();
  await page.waitForSelector("#marks li");
  await page.locator(".panel .go .btn.main").click();
  await page.waitForURL("**/questions");
  assert.ok((await page.locator(".q-text").count()) < whole / 2, "less than half is asked");
  await sayNo(click);
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector("#again-err");
  await fine(page, "whether anything changed is not said");
  await page.locator("label", { hasText: "Yes, something has changed" }).click();
  await page.locator("#others .go .btn.main").click();
  await page.waitForFunction((n) => document.querySelectorAll(".q-text").length >= n - 2 && !document.querySelector(".again"), whole);
  assert.match(await page.textContent("#problem"), /all questions once/);
  await staff.goto(second.visit);
  assert.match(await staff.textContent("main"), /has begun/, "not ready before all is answered");
  await sayNo(click);
  await page.locator("#others .go .btn.main").click();
  await page.waitForURL("**/about");
  await staff.goto(second.visit);
  assert.match(await staff.textContent("main"), /ready/);
  assert.deepEqual(p.complaints, []);
  await p.context.close();
});

test("by keyboard alone: list, questions, nothing to add, a typed signature", { timeout: 120_000 }, async () => {
  const { link } = await invite();
  const { page, context, complaints } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  const tabTo = async (selector) => {
    for (let i = 0; i < 400; i++) {
      if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`the keyboard does not reach ${selector}`);
  };
  await page.goto(link);
  await tabTo("main .btn.main");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/paint");
  await page.waitForFunction(() => document.documentElement.classList.contains("script"));
  await tabTo("#say");
  await page.keyboard.type("right low back");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#marks li");
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(".panel .go .btn.main");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/questions");
  await page.waitForFunction(() => document.documentElement.classList.contains("script"));
  await tabTo('#urgent li:not([hidden]) input[value="yes"]');
  for (let i = 0, n = await page.locator("#urgent li").count(); i < n; i++) {
    await page.keyboard.press("ArrowRight"); // from yes to no
    await page.keyboard.press("Enter");
  }
  for (let i = 0, n = await page.locator("[data-none]").count(); i < n; i++) {
    await tabTo("[data-none]:not(:checked)");
    await page.keyboard.press("Space");
  }
  await tabTo("#others .go .btn.main");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/about");
  await tabTo(".if-nothing");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/consent");
  await tabTo('[name="c-treatment"]');
  await page.keyboard.press("Space");
  await tabTo('[name="c-data"]');
  await page.keyboard.press("Space");
  await tabTo("#signed");
  await page.keyboard.type("Kim Sun");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/done");
  assert.match(await page.textContent("main h1"), /Thank you/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the touch map: a finger and the list paint kinds, and the therapist sees them before hands go on", { timeout: 120_000 }, async () => {
  const { visit, client, link } = await invite();
  const p = await phone();
  const { page } = p;
  await page.goto(`${link}/touch`);
  await paintable(page, "touch");
  await p.tapBody(0.5, 0.1, 1);
  await p.tap(page.locator("label", { hasText: "Ticklish" }));
  await page.fill("#say", "left sole of the foot");
  await page.locator("[data-say]").tap();
  await page.waitForFunction(() => /Ticklish/.test(document.querySelector("#marks")?.textContent ?? "") && /foot|sole/i.test(document.querySelector("#marks")?.textContent ?? ""));
  assert.match(await page.textContent("#marks"), /Do not touch/);
  assert.deepEqual(await page.locator("#marks .dot").allTextContents(), ["×", "~"], "each kind has a sign");
  await p.tap(page.locator(".go .btn.main"));
  await page.waitForURL("**/about");
  assert.match(await page.textContent(".touch-list"), /Do not touch:.*Ticklish:/s);
  for (const path of [visit, client, `${visit}/assess`]) {
    await staff.goto(path);
    assert.match(await staff.textContent("main"), /Do not touch:/, path);
    assert.deepEqual(await axe(staff), [], path);
  }
  assert.ok((await staff.locator(".touch-line.avoid").count()) > 0, "it is drawn on the body");
  assert.deepEqual(p.complaints, []);
  await p.context.close();
});

test("a consent is refused as easily as given, and taken back at once", { timeout: 120_000 }, async () => {
  const { visit, client, link } = await invite();
  const { page, context, complaints } = await openPage(browser, { viewport: { width: 320, height: 640 } });
  page.setDefaultTimeout(20_000);
  await page.goto(`${link}/consent`);
  for (const kind of ["treatment", "data"]) await page.locator("label", { has: page.locator(`[name="c-${kind}"][value="refused"]`) }).click();
  await page.locator(".go .btn.main").click();
  await page.waitForURL("**/done");
  await page.goto(`${link}/consent`);
  for (const kind of ["treatment", "data"]) await page.locator("label", { has: page.locator(`[name="c-${kind}"][value="given"]`) }).click();
  await page.locator(".go .btn.main").click();
  await page.waitForSelector("#signed-err");
  await fine(page, "a missing signature");
  await page.fill("#signed", "Kim Sun");
  await page.locator(".go .btn.main").click();
  await page.waitForURL("**/done");
  await page.goto(`${link}/consent`);
  await page.locator("button", { hasText: "Take back" }).first().click();
  await page.waitForSelector("form.consent-form");
  await staff.goto(visit);
  assert.match(await staff.textContent("main"), /refused or withdrawn/);
  await staff.goto(client);
  await staff.locator("summary", { hasText: "All acts" }).click();
  const acts = await staff.locator(".consent-acts > li").allInnerTexts();
  assert.equal(acts.filter((t) => /withdrawn/.test(t)).length, 1, acts.join("\n"));
  assert.equal(acts.filter((t) => /refused/.test(t)).length, 4, "both, and what no visit needs");
  assert.deepEqual(complaints, []);
  await context.close();
});
