// Why a ranking is as it is: bars, the body lit by what a candidate accounts for, the
// reasons behind each, and the box for why not another one; by mouse, by touch, by
// keyboard, without script and on paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startKnead } from "./harness.mjs";

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

const visit = JSON.stringify({
  marks: [{ where: "inside edge of the left shoulder blade", level: 6 }, { where: "base of the skull", level: 4 }],
  answers: "all-no",
  findings: [{ muscle: "levator scapulae", side: "left", familiar: true }],
});

/** Opens a screen with the visit, as a saved visit is opened. */
async function open(page, path, fields = {}) {
  await page.goto(`${knead.address}/claims`);
  await Promise.all([
    page.waitForEvent("load"),
    page.evaluate(([action, values]) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action });
      for (const [name, value] of Object.entries(values)) form.append(Object.assign(document.createElement("textarea"), { name, value }));
      document.body.append(form);
      form.submit();
    }, [path, { visit, ...fields }]),
  ]);
}

async function assess(options) {
  const opened = await openPage(browser, options);
  await open(opened.page, "/assess");
  await opened.page.waitForSelector(".assess .cand");
  return opened;
}

/** What lights the body: the steps of the places and the widths of the bars at the discs. */
const lights = (page) =>
  page.evaluate(() => ({
    places: [...document.querySelectorAll("[data-place]")].map((p) => [p.dataset.place, p.getAttribute("class")]),
    bars: [...document.querySelectorAll("[data-mark] .is")].map((b) => [b.parentNode.dataset.mark, b.getAttribute("width")]),
  }));

/** What the data of a candidate says that it lights. */
const wanted = (page, key) =>
  page.evaluate((k) => {
    const { places, marks } = document.getElementById(k).dataset;
    return { places: places.split(" "), marks: marks.split(" ") };
  }, key);

async function litBy(page, key) {
  const now = await lights(page);
  const want = await wanted(page, key);
  assert.ok(now.places.length > 0 && now.bars.length > 0);
  for (const [place, name] of now.places) assert.equal(name, `place s${want.places[place]}`);
  for (const [mark, width] of now.bars) assert.equal(width, want.marks[mark]);
}

test("pointing at a candidate lights what it accounts for; its reasons open", async () => {
  const { page, complaints } = await assess();
  const cands = page.locator(".cand");
  for (const cand of (await cands.all()).slice(0, 5)) assert.equal(await cand.locator(".ch .bar").count(), 2, "a bar for every mark");
  await litBy(page, "c0");
  const first = await lights(page);
  assert.ok(first.bars.some(([, width]) => Number(width) > 15), "the familiar pain accounts for something");
  await cands.nth(3).locator("summary").first().hover();
  await litBy(page, "c3");
  assert.notDeepEqual(await lights(page), first);
  // by keyboard
  await cands.nth(0).locator("summary").first().focus();
  await litBy(page, "c0");
  await page.keyboard.press("ArrowDown");
  await litBy(page, "c1");
  await page.keyboard.press("Enter");
  const open = page.locator("#c1");
  assert.equal(await open.getAttribute("open"), "");
  assert.ok((await open.locator(".shares tbody tr").count()) > 0);
  assert.match(await open.locator(".shares").innerText(), /of it/);
  const because = open.locator(".because > summary");
  await because.focus();
  await page.keyboard.press("Enter");
  assert.match(await open.locator(".because").innerText(), /Within the model its weight/);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
});

test("by touch, on a narrow phone", async () => {
  const { page } = await assess({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
  await page.locator("#c2 > summary").tap();
  await page.waitForFunction(() => document.getElementById("c2").classList.contains("lit"));
  await litBy(page, "c2");
  await page.locator("#c2 .because > summary").tap();
  assert.ok(await page.locator("#c2 .because li").first().isVisible());
  assert.equal(await sideways(page), 0);
  assert.deepEqual(await axe(page), []);
});

test("why not another one: an answer, or the names that may have been meant", async () => {
  const { page, complaints } = await assess();
  await page.locator("#whynot").fill("infraspinatis");
  await page.locator("#whynot-side").selectOption("left");
  await page.locator("#ask-whynot").click();
  await page.waitForSelector("#whynot-err");
  assert.equal(await page.locator("#whynot").getAttribute("aria-invalid"), "true");
  assert.deepEqual(await axe(page), []);
  await page.locator('[name="whynot-near"][value="infraspinatus"]').click();
  await page.waitForSelector(".whynot-said");
  assert.match(await page.locator(".whynot-said").innerText(), /infraspinatus \(left\)/);
  assert.equal(await page.locator(".whynot-said p").count(), 1, "the side that was chosen");
  await page.waitForFunction(() => document.querySelector("#live")?.textContent.includes("infraspinatus"));
  // by keyboard, and about one that is not on the list; what was asked stays asked
  await page.locator("#whynot").fill("right soleus");
  await page.locator("#whynot").press("Enter");
  await page.waitForFunction(() => document.querySelector(".whynot-said")?.textContent.includes("soleus"));
  assert.match(await page.locator(".whynot-said").innerText(), /Not on the list.*Nothing is painted/);
  assert.equal(await page.locator("#whynot").inputValue(), "right soleus");
  assert.deepEqual(complaints, []);
});

test("without script there are bars, words and answers", async () => {
  const { page } = await openPage(browser, { javaScriptEnabled: false });
  const onward = (press) => Promise.all([page.waitForEvent("load"), press]);
  await page.goto(knead.address);
  await page.locator("#say").fill("right calf");
  await onward(page.locator('button[value="say"]').click());
  await onward(page.locator(".panel .go .btn.main").click());
  for (const none of await page.locator("[data-none]").all()) await none.check({ force: true });
  for (let i = 0; i < 4 && (await page.locator(".assess").count()) === 0; i++) {
    for (const q of await page.locator("#urgent > ol > li > fieldset").all()) await q.locator('input[value="no"]').first().check({ force: true });
    for (const q of await page.locator("#others fieldset.q[data-alarm=no]").all()) await q.locator('input[value="yes"]').first().check({ force: true });
    for (const none of await page.locator("[data-none]").all()) await none.check({ force: true });
    await onward(page.locator("#others .go .btn.main").click());
  }
  assert.ok(await page.locator(".cand .ch .bar").first().isVisible());
  assert.match(await page.locator(".cand[open] .shares").innerText(), /of it/);
  assert.ok((await page.locator(".place.s1, .place.s2, .place.s3, .place.s4, .place.s5").count()) > 0, "the first is lit on the body");
  await page.locator(".cand[open] .because > summary").click();
  assert.ok(await page.locator(".cand[open] .because li").first().isVisible());
  await page.locator("#whynot").fill("left temporalis");
  await onward(page.locator("#whynot").press("Enter")); // a field asks; it does not hand the screen over
  assert.match(await page.locator(".whynot-said").innerText(), /temporalis \(left\)/);
});

test("on paper the bars are there, in their own ink", async () => {
  const { page } = await openPage(browser, { viewport: { width: 720, height: 1018 } });
  await open(page, "/print");
  await page.emulateMedia({ media: "print" });
  const bars = page.locator(".print-check li:first-child .bar");
  assert.equal(await bars.count(), 2);
  const widths = await bars.evaluateAll((all) => all.map((b) => [b.getBoundingClientRect().width, getComputedStyle(b).printColorAdjust]));
  for (const [width, adjust] of widths) {
    assert.ok(width > 10, `${width} px`);
    assert.equal(adjust, "exact");
  }
});
