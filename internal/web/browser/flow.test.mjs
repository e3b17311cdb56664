// The whole flow in a real browser: by mouse, by touch, by keyboard alone and without
// script; what must be hidden, kept and wiped; and that nothing complains.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answerNo, axe, openPage, readBack, sideways, startBrowser, startKnead, stroke } from "./harness.mjs";

let knead;
let browser;

before(async () => {
  knead = await startKnead();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** Opens the first screen. */
async function start(options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(knead.address);
  return opened;
}

/** Two places at the right of neck and shoulder blade, seen from the back. */
async function paintBack(page) {
  await page.locator('[data-view="back"]').click();
  await page.waitForFunction(() => document.querySelector(".picture image")?.getAttribute("href")?.includes("/back/"));
  await stroke(page, [[0.555, 0.14], [0.58, 0.165], [0.65, 0.185]]);
  await readBack(page, 1);
  await stroke(page, [[0.585, 0.235], [0.59, 0.28]]);
  await readBack(page, 2);
}

/** The client's part in hand-over mode: paint, and no to every question. */
async function clientAnswersNo(page) {
  await page.locator(".menu summary").click();
  await page.locator('button[name="mode"][value="client"]').click();
  await page.waitForSelector(".for-client");
  await paintBack(page);
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await answerNo(page);
}

async function toAssess(page) {
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await answerNo(page);
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".assess .cand");
}

test("by mouse: paint, answer, check, plan, print", async () => {
  const { page, complaints } = await start();
  await paintBack(page);
  assert.match(await page.locator("#marks").innerText(), /right/i, "the marks are read back with their side");
  assert.doesNotMatch(await page.locator("#marks").innerText(), /jaw|cheek|chin/i, "a brush on the neck does not paint the jaw that shows beside it");
  await page.locator("#level").fill("8");
  await page.locator('[name=now-quality][value="aching"]').check({ force: true });
  await page.waitForFunction(() => /aching/.test(document.querySelector("#marks")?.textContent ?? ""));
  await toAssess(page);
  assert.equal(new URL(page.url()).search, "", "nothing of the visit is in the address");
  const first = await page.locator(".cand .nm b").first().innerText();
  assert.ok(first.length > 3);

  // pointing at another candidate lights its zones
  await page.locator(".cand").nth(2).hover();
  assert.equal(await page.locator(".cand").nth(2).evaluate((e) => e.classList.contains("lit")), true);
  assert.equal(await page.locator('.zones.lit[data-zone="c2"]').count() > 0, true, "its zones are drawn");

  // "no" re-ranks at once, and can be taken back
  await page.locator(".cand[open] button", { hasText: "No" }).last().click();
  await page.waitForFunction(() => document.querySelector(".found, .checked"));
  const after = await page.locator(".cand .nm b").first().innerText();
  const state = JSON.parse(await page.locator("input[name=visit]").inputValue());
  assert.equal(state.findings.length, 1);
  assert.equal(state.findings[0].familiar, false);
  assert.ok(after.length > 3);

  // fewer minutes plan again
  const before = await page.locator("[data-row]").count();
  assert.ok(before > 4, "there is a plan");
  await page.locator("#minutes").fill("30");
  await page.locator("#minutes").blur();
  await page.waitForFunction(() => JSON.parse(document.querySelector("input[name=visit]").value).minutes === 30);
  const sum = await page.locator("[data-row] .mc").allInnerTexts();
  const unused = await page.locator(".land .unused .m").allInnerTexts();
  assert.equal([...sum, ...unused].reduce((n, t) => n + Number.parseInt(t, 10), 0), 30, "worked and unused minutes are those asked");

  await page.locator('button[formaction="/print"]').click();
  await page.waitForSelector(".page-print");
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.toString("latin1").match(/\/Type \/Page[^s]/g).length, 1, "the session is on one A4 page");
  const letter = await page.pdf({ format: "Letter" });
  assert.equal(letter.toString("latin1").match(/\/Type \/Page[^s]/g).length, 1, "and on one Letter page");
  assert.deepEqual(complaints, []);
});

test("the plan: pin, change, move, leave out; only the rest is planned again", async () => {
  const { page, complaints } = await start();
  await paintBack(page);
  await toAssess(page);
  const work = page.locator("[data-order]");
  const id = await work.nth(1).getAttribute("data-row");
  await page.locator(`[data-row="${id}"] summary`).click();
  await page.locator(`#pm-${id.replace(/([^\w-])/g, "\\$1")}`).fill("5");
  await page.locator(`[data-row="${id}"] button[value="set ${id}"]`).click();
  await page.waitForFunction((step) => (JSON.parse(document.querySelector("input[name=visit]").value).pins ?? []).some((p) => p.step === step), id);
  assert.match(await page.locator(`[data-row="${id}"] .mc`).innerText(), /^5 /);
  await page.locator(`[data-row="${id}"] summary`).click();
  await page.locator(`[data-row="${id}"] button[value="up ${id}"]`).click();
  await page.waitForFunction((step) => document.querySelector(`[data-row="${step}"]`)?.dataset.order === "1", id);
  await page.locator(`[data-row="${id}"] summary`).click();
  await page.locator(`[data-row="${id}"] button[value="drop ${id}"]`).click();
  await page.waitForFunction((step) => !document.querySelector(`[data-row="${step}"]`), id);
  assert.deepEqual(complaints, []);
});

test("a step can be dragged to another place", async () => {
  const { page, complaints } = await start();
  await paintBack(page);
  await toAssess(page);
  const ids = await page.locator("[data-order]").evaluateAll((rows) => rows.map((r) => r.dataset.row));
  await page.locator(`[data-row="${ids[2]}"]`).scrollIntoViewIfNeeded();
  await page.locator(`[data-row="${ids[2]}"] summary`).dragTo(page.locator(`[data-row="${ids[0]}"]`));
  await page.waitForFunction((step) => (JSON.parse(document.querySelector("input[name=visit]").value).pins ?? []).some((p) => p.step === step && p.order === 1), ids[2]);
  assert.equal(await page.locator(`[data-row="${ids[2]}"]`).getAttribute("data-order"), "1");
  assert.deepEqual(complaints, []);
});

test("brush, tap, list and words write the same drawing; undo, redo and clear; another figure keeps it", async () => {
  const { page, complaints } = await start();
  await page.locator("#filter").fill("kneecap");
  const row = page.locator(".regions li:visible").first();
  await row.locator('input[value$=":right"]').check({ force: true });
  await readBack(page, 1);
  assert.match(await page.locator("#marks").innerText(), /right/i);
  const paint = () => page.locator("input[name=paint]").inputValue();
  const painted = await paint();
  // a tap on the painted region takes it away, and the box in the list follows
  await page.locator('[data-view="front"]').click();
  await page.locator('[data-tool="tap"]').click();
  await page.locator(".rub").first().click({ force: true });
  await readBack(page, 0);
  await page.waitForFunction(() => !document.querySelector('.regions input[value$=":right"]:checked'));
  await page.locator('[data-act="undo"]').click();
  await readBack(page, 1);
  assert.equal(await paint(), painted, "undo brings back the same cells");
  await page.locator('[data-act="redo"]').click();
  await readBack(page, 0);
  await page.locator('[data-act="undo"]').click();
  await page.locator("#say").fill("back of the neck");
  await page.locator("[data-say]").click();
  await readBack(page, 2);
  await page.locator('button[name="figure"][value="masculine"]').click();
  await page.waitForFunction(() => document.querySelector("input[name=figure]").value === "masculine");
  await readBack(page, 2);
  assert.match(await page.locator(".picture image").getAttribute("href"), /masculine/);
  await page.locator('[data-act="landmarks"]').click();
  assert.equal(await page.locator(".landmarks").isVisible(), false);
  await page.locator('[data-act="clear"]').click();
  await readBack(page, 0);
  assert.deepEqual(complaints, []);
});

test("by touch on a phone: one finger paints, a tap fills a region", async () => {
  const { page, context, complaints } = await start({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  const cdp = await context.newCDPSession(page);
  await page.locator('[data-view="back"]').tap();
  await page.waitForFunction(() => document.querySelector(".picture image")?.getAttribute("href")?.includes("/back/"));
  const box = await page.locator("[data-figure] .picture").boundingBox();
  const at = (x, y) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
  const touch = (type, ...points) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points.map((p, id) => ({ ...p, id })) });
  await touch("touchStart", at(0.56, 0.2));
  for (let i = 1; i <= 8; i++) await touch("touchMove", at(0.56 + i * 0.008, 0.2 + i * 0.005));
  await touch("touchEnd");
  await readBack(page, 1);
  // two fingers zoom and do not paint
  await touch("touchStart", at(0.45, 0.5), at(0.55, 0.5));
  await touch("touchMove", at(0.3, 0.4), at(0.7, 0.6));
  await touch("touchEnd");
  assert.match(await page.locator(".zoom").evaluate((e) => e.style.transform), /scale/, "two fingers zoom");
  assert.equal(await page.locator("#marks li").count(), 1, "and do not paint");
  await page.locator('[data-act="out"]').tap();
  await page.locator('[data-act="out"]').tap();
  await page.locator('[data-act="out"]').tap();
  await page.locator('[data-tool="tap"]').tap();
  const low = at(0.42, 0.31);
  await page.touchscreen.tap(low.x, low.y);
  await readBack(page, 2);
  await page.locator('[data-act="undo"]').tap();
  await readBack(page, 1);
  await page.locator(".panel .go .btn.main").tap();
  await page.waitForSelector(".questions");
  await page.locator('#urgent input[value="no"]').first().tap({ force: true });
  await page.waitForFunction(() => /^Question 2/.test(document.querySelector("[data-count]")?.textContent ?? ""));
  await answerNo(page);
  await page.locator("#others .go .btn.main").tap();
  await page.waitForSelector(".assess .cand");
  await page.locator(".cand > summary").nth(1).tap();
  assert.equal(await page.locator('.zones.lit[data-zone="c1"]').count() > 0, true, "a tap lights the zones");
  assert.equal(await sideways(page), 0);
  assert.deepEqual(complaints, []);
});

test("by keyboard alone: words, level, questions, arrows through the list, an answer", async () => {
  const { page, complaints } = await start();
  const tabTo = async (selector, most = 120) => {
    for (let i = 0; i < most; i++) {
      if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${selector} was not reached in ${most} tabs`);
  };
  await tabTo('a[href="#list"]');
  await page.keyboard.press("Enter");
  await tabTo("#say");
  await page.keyboard.type("inside edge of the left shoulder blade");
  await page.keyboard.press("Enter");
  await readBack(page, 1);
  assert.match(await page.locator("#marks").innerText(), /left/i);
  await page.keyboard.type("shoulder");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#say-err"));
  await page.evaluate(() => document.querySelector("#level").focus()); // back up the page, as Shift+Tab would
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("#marks .dot")?.textContent === "6");
  await page.evaluate(() => {
    document.querySelector("#say").value = "";
    document.querySelector(".panel .go .btn.main").focus();
  });
  await page.keyboard.press("Enter");
  await page.waitForSelector(".questions");
  const urgent = await page.locator("#urgent li").count();
  await tabTo('#urgent input[type="radio"]');
  for (let i = 0; i < urgent; i++) {
    await page.keyboard.press("ArrowRight"); // yes -> no
    const value = await page.evaluate(() => document.activeElement.value);
    if (value !== "no") await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
  }
  await page.waitForFunction(() => !document.querySelector("#others").hidden);
  const groups = await page.locator("[data-none]").count();
  for (let i = 0; i < groups; i++) {
    await tabTo("[data-none]:not(:checked)", 60);
    await page.keyboard.press("Space");
  }
  for (const q of await page.locator("#others fieldset.q[data-alarm=no] input[value=yes]").all()) {
    await q.focus();
    await page.keyboard.press("Space");
  }
  await tabTo("#others .go .btn.main");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".assess .cand");
  await tabTo(".cand > summary");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator(".cand.lit").getAttribute("data-key"), "c1");
  await page.keyboard.press("Enter");
  await tabTo('.cand[open] button[name="finding"]', 10);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".found, .checked");
  await tabTo("#minutes", 200);
  assert.deepEqual(complaints, []);
});

test("without script: the same flow by forms", async () => {
  const { page, complaints } = await start({ javaScriptEnabled: false });
  // the page that the form leads to, whole: a busy machine shows the old one for a while
  const onward = () => Promise.all([page.waitForEvent("load"), page.locator("#others .go .btn.main").click()]);
  await page.locator("#say").fill("right temple");
  await page.locator("#say-level").selectOption("7");
  await page.locator('button[value="say"]').click();
  assert.match(await page.locator("#marks").innerText(), /right/i);
  assert.equal(await page.locator(".rub").count() > 0, true, "the mark is drawn on the body");
  // a wrong word is explained beside the field and nothing is lost
  await page.locator("#say").fill("temple");
  await page.locator('button[value="say"]').click();
  assert.match(await page.locator("#say-err").innerText(), /side/i);
  assert.equal(await page.locator("#say").inputValue(), "temple");
  assert.equal(await page.locator("#marks li").count(), 1);
  await page.locator("#say").fill("");
  await page.locator(".group summary").nth(4).click();
  await page.locator('.group[open] input[value$=":right"]').first().check({ force: true });
  await page.locator('button[value="list"]').click();
  assert.equal(await page.locator("#marks li").count(), 2);
  await page.locator(".panel .go .btn.main").click();
  // an unanswered form comes back with what is missing
  await onward();
  assert.match(await page.locator("#problem").innerText(), /missing/);
  for (const q of await page.locator("#urgent > ol > li > fieldset").all()) await q.locator('input[value="no"]').first().check({ force: true });
  await page.locator("#age").fill("forty");
  for (const none of await page.locator("[data-none]").all()) await none.check({ force: true });
  for (const q of await page.locator("#others fieldset.q[data-alarm=no]").all()) await q.locator('input[value="yes"]').first().check({ force: true });
  await onward();
  assert.match(await page.locator("#age-err").innerText(), /whole years/);
  assert.equal(await page.locator("#age").inputValue(), "forty");
  await page.locator("#age").fill("40");
  await onward();
  for (let i = 0; i < 3 && (await page.locator(".assess").count()) === 0; i++) { // the age may call for one more question
    for (const q of await page.locator("#urgent > ol > li > fieldset").all()) await q.locator('input[value="no"]').first().check({ force: true });
    for (const none of await page.locator("[data-none]").all()) await none.check({ force: true });
    await onward();
  }
  assert.equal(await page.locator(".assess .cand").count() > 0, true);
  await page.locator(".cand[open] button", { hasText: "Yes, that is it" }).first().click();
  assert.equal(await page.locator(".found").count() > 0, true, "the answer is kept");
  await page.locator("#minutes").fill("45");
  await page.locator('.acts button[value="replan"]').click();
  assert.equal(await page.locator("#minutes").inputValue(), "45");
  await page.locator('button[formaction="/print"]').click();
  assert.equal(await page.locator(".page-print").count(), 1);
  assert.equal(new URL(page.url()).search, "");
  assert.deepEqual(complaints, []);
});

test("a danger answer stops everything, and the wrong press can be taken back", async () => {
  const { page, complaints } = await start();
  await paintBack(page);
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await page.locator('#urgent input[value="yes"]').first().click({ force: true });
  await page.waitForSelector(".stop.emergency");
  assert.equal(await page.locator('a[href^="tel:"]').count(), 1);
  assert.equal(await page.locator(".cand").count(), 0, "no ranking on the page");
  assert.deepEqual(await axe(page), []);
  await page.reload();
  await page.waitForSelector(".stop.emergency");
  await page.locator("button", { hasText: "wrong answer" }).click();
  await page.waitForSelector(".questions");
  assert.match(await page.locator("[data-count]").innerText(), /^Question 1 /, "the answer that stopped is asked again");
  assert.deepEqual(complaints, []);
});

test("a same-day answer stops the client, and the therapist may look without a plan", async () => {
  const { page, complaints } = await start();
  await clientAnswersNo(page);
  await page.locator('input[name="q-g6"]').check({ force: true }); // fever
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".stop.same-day");
  assert.deepEqual(await axe(page), []);
  await page.locator('button[name="look"]').click();
  await page.waitForSelector(".assess .limits.today");
  assert.equal(await page.locator(".step-rows").count(), 0, "no plan");
  assert.deepEqual(await axe(page), []);
  await page.reload();
  await page.waitForSelector(".assess .limits.today");
  assert.deepEqual(complaints, []);
});

test("handing the screen over hides the ranking until the therapist is back", async () => {
  const { page, complaints } = await start();
  await clientAnswersNo(page);
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".handback");
  const html = await page.content();
  for (const never of ["class=\"cand", "Check first", "data-zone"]) assert.equal(html.includes(never), false, `${never} is on the client's page`);
  assert.deepEqual(await axe(page), []);
  await page.locator(".handback .btn.main").click();
  await page.waitForSelector(".assess .cand");
  assert.deepEqual(complaints, []);
});

test("the work survives a reload, can be saved and opened, and 'New client' wipes it", async () => {
  const { page, complaints } = await start();
  await paintBack(page);
  await page.reload();
  await readBack(page, 2);
  await toAssess(page);
  await page.reload();
  await page.waitForSelector(".assess .cand");
  await page.goBack();
  await page.waitForSelector(".questions");
  await page.goForward();
  await page.waitForSelector(".assess .cand");
  await page.locator(".menu summary").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator('button[formaction="/save"]').click()]);
  const file = await download.path();
  await page.locator(".menu summary").click();
  await page.locator("[data-new]").click();
  await page.waitForFunction(() => document.querySelectorAll("#marks li").length === 0 && document.querySelector("#painter"));
  assert.equal(await page.evaluate(() => JSON.stringify(sessionStorage)).then((t) => t.includes("drawing")), false, "nothing is left in the tab");
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.locator(".menu summary").click();
  await page.locator('input[name="file"]').setInputFiles(file);
  await readBack(page, 2);
  assert.deepEqual(complaints, []);
});

test("nothing comes from another host, and the log holds nothing of the visit", async () => {
  const { page } = await start();
  const hosts = new Set();
  page.on("request", (r) => hosts.add(new URL(r.url()).host));
  await paintBack(page);
  await toAssess(page);
  assert.deepEqual([...hosts], [new URL(knead.address).host]);
  assert.equal(/shoulder|trapezius|drawing=|visit=/.test(knead.log()), false, "the log names no place and no muscle");
});
