// Takes the pictures in docs/img: npm run pictures (or make pictures). Those of the guide
// are of the demo practice on one fixed morning, those of the README of a visit without a
// record. Small WebP files; docs_test.go holds that each is shown somewhere.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { answerNo, openPage, readBack, startBrowser, startDemoAt, startKnead, startRecord, stroke } from "./harness.mjs";

const out = fileURLToPath(new URL("../../../docs/img/", import.meta.url));
const most = 60 * 1024;
const morning = "2026-05-29T06:10"; // in the demo's zone ten past eight: the first client is about to come
const day = morning.slice(0, 10);

for (const lang of ["ko", "th"]) {
  if (!spawnSync("fc-list", [`:lang=${lang}`]).stdout?.length) {
    throw new Error("the demo has Korean and Thai names: apt-get install fonts-nanum fonts-thai-tlwg-otf");
  }
}
mkdirSync(out, { recursive: true });
for (const old of readdirSync(out)) if (old.endsWith(".webp")) rmSync(out + old); // others make pictures, too

const browser = await startBrowser();

/** Keeps what the window shows, as good as the size allows. */
async function take(page, name) {
  await page.waitForTimeout(300);
  const cdp = await page.context().newCDPSession(page);
  for (let quality = 88; ; quality -= 6) {
    const { data } = await cdp.send("Page.captureScreenshot", { format: "webp", quality });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > most && quality > 30) continue;
    writeFileSync(`${out}${name}.webp`, bytes);
    console.log(`${name}.webp ${(bytes.length / 1024).toFixed(0)} KB`);
    break;
  }
  await cdp.detach();
}

const desk = { viewport: { width: 1100, height: 720 }, colorScheme: "light" };
const phone = { viewport: { width: 390, height: 720 }, hasTouch: true, deviceScaleFactor: 1.5, colorScheme: "light" };
const atTop = (page, selector) => page.locator(selector).first().evaluate((e) => scrollTo(0, e.getBoundingClientRect().top + scrollY - 16));

await withoutRecord();
await firstStart();
await guide();
await browser.close();

async function withoutRecord() {
  const knead = await startKnead();
  const { page, context } = await openPage(browser, { viewport: { width: 1160, height: 780 }, colorScheme: "light" });
  await page.goto(`${knead.address}/atlas/muscles/levator-scapulae`);
  await take(page, "atlas-light");
  await page.goto(knead.address);
  await page.locator('[data-view="back"]').click();
  await page.waitForFunction(() => document.querySelector(".picture image")?.getAttribute("href")?.includes("/back/"));
  await stroke(page, [[0.555, 0.14], [0.575, 0.165], [0.64, 0.178], [0.6, 0.178], [0.565, 0.16]]);
  await readBack(page, 1);
  await page.locator("#level").fill("6");
  await stroke(page, [[0.572, 0.24], [0.578, 0.285], [0.585, 0.245]]);
  await readBack(page, 2);
  await page.locator("#level").fill("4");
  await page.locator('[name=now-quality][value="tight"]').check({ force: true });
  await page.waitForFunction(() => /tight/.test(document.querySelector("#marks")?.textContent ?? ""));
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await answerNo(page);
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".assess .cand");
  await take(page, "assess-light");
  await context.close();
  await knead.stop();
}

async function firstStart() {
  const knead = await startRecord();
  const { page, context } = await openPage(browser, { viewport: { width: 700, height: 820 }, colorScheme: "light" });
  await page.goto(knead.address);
  await page.fill("[name=practice]", "Riverside Massage");
  await page.fill("[name=name]", "Ines Okafor");
  await page.fill("[name=email]", "ines@example.org");
  await page.evaluate(() => document.activeElement.blur());
  await take(page, "guide-first-start");
  await context.close();
  await knead.stop();
}

async function guide() {
  const knead = await startDemoAt(morning);
  const { page, context } = await openPage(browser, desk);
  await page.goto(`${knead.address}/signin`);
  await page.locator("button[name=demo]", { hasText: "Ines" }).click();
  await page.waitForURL("**/today");
  await page.addInitScript(() => document.addEventListener("DOMContentLoaded", () => document.activeElement?.blur()));

  await page.goto(`${knead.address}/today?day=${day}`);
  await take(page, "guide-today");
  const rows = await page.locator(".day-row").evaluateAll((all) => all.map((row) => ({ text: row.textContent, visit: row.querySelector("a").href })));
  const ready = rows.find((r) => /What to check/.test(r.text)).visit;
  const toCome = rows.find((r) => /Ask the client/.test(r.text)).visit;

  await page.goto(toCome);
  await page.locator("button", { hasText: "Make a link" }).click();
  const link = await page.inputValue("#address");
  await take(page, "guide-link");
  await intake(link);

  await page.goto(`${ready}/assess`);
  await take(page, "guide-assess");
  await atTop(page, ".plan, #plan");
  await take(page, "guide-plan");
  await page.locator('button[formaction$="/begin"]').click();
  await page.waitForURL("**/session");
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.waitForFunction(() => document.documentElement.dataset.offline === "ready");
  for (let i = 0; i < 12 && !(await page.locator(".stones:visible").count()); i++) {
    await page.waitForTimeout(500);
    await page.locator(".act:not([hidden]) [data-main]:not([hidden])").first().click();
  }
  await take(page, "guide-session");
  await page.setViewportSize(desk.viewport);

  await page.goto(`${knead.address}/clients?q=hanna`);
  await page.locator(".people a").first().click();
  await page.waitForURL(/clients\/[0-9a-f-]{36}$/);
  const client = page.url();
  await take(page, "guide-client");
  const signed = await page.locator(".day-row", { hasText: "signed" }).first().locator("a").getAttribute("href");
  await page.goto(`${knead.address}${signed}/note`);
  await take(page, "guide-note");
  await page.goto(`${client}/outcomes`);
  await atTop(page, "#compare-view, .pair");
  await take(page, "guide-compare");
  await atTop(page, ".trend-card");
  await take(page, "guide-outcomes");
  await page.goto(`${knead.address}${signed}`);
  await page.locator("button", { hasText: "check-in link" }).click();
  await checkin(await page.inputValue("#address"));
  await context.close();
  await knead.stop();
}

/** The client's part, on their phone. */
async function intake(link) {
  const { page, context } = await openPage(browser, phone);
  await page.goto(link);
  await page.locator("main .btn.main").first().click();
  await page.waitForURL("**/paint");
  await page.fill("#say", "inside edge of the right shoulder blade");
  await page.click("[data-say]");
  await page.waitForFunction(() => document.querySelector("#marks li b")?.textContent);
  await page.locator('[data-view="back"]').click();
  await page.waitForFunction(() => document.querySelector(".picture image")?.getAttribute("href")?.includes("/back/"));
  await page.evaluate(() => scrollTo(0, 0));
  await take(page, "guide-paint-phone");
  await page.locator(".panel .go .btn.main").click();
  await page.waitForURL("**/questions");
  await take(page, "guide-questions-phone");
  await context.close();
}

async function checkin(link) {
  const { page, context } = await openPage(browser, phone);
  await page.goto(link);
  await atTop(page, "[name=soreness]");
  await page.evaluate(() => scrollBy(0, -100));
  await take(page, "guide-checkin-phone");
  await context.close();
}
