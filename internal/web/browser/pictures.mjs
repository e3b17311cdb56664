// Takes the pictures in docs/img: npm run pictures (or make pictures). Small WebP
// files, the same visit on every screen.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { answerNo, openPage, readBack, startBrowser, startKnead, stroke } from "./harness.mjs";

const out = fileURLToPath(new URL("../../../docs/img/", import.meta.url));
const most = 80 * 1024;
mkdirSync(out, { recursive: true });

const knead = await startKnead();
const browser = await startBrowser();

async function take(page, context, name) {
  await page.waitForTimeout(250);
  const cdp = await context.newCDPSession(page);
  for (let quality = 85; ; quality -= 8) {
    const { data } = await cdp.send("Page.captureScreenshot", { format: "webp", quality });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > most && quality > 40) continue;
    writeFileSync(`${out}${name}.webp`, bytes);
    console.log(`${name}.webp ${(bytes.length / 1024).toFixed(0)} KB`);
    break;
  }
  await cdp.detach();
}

async function visit(size, theme, suffix, screens) {
  const { page, context } = await openPage(browser, { viewport: size, colorScheme: theme, deviceScaleFactor: size.width < 500 ? 2 : 1 });
  const shoot = async (screen) => screens.includes(screen) && (await take(page, context, `${screen}-${suffix}`));
  await page.goto(knead.address);
  await page.locator('[data-view="back"]').click();
  await page.waitForFunction(() => document.querySelector(".picture image")?.getAttribute("href")?.includes("/back/"));
  await stroke(page, [[0.555, 0.14], [0.575, 0.165], [0.64, 0.178], [0.6, 0.178], [0.565, 0.16]]);
  await readBack(page, 1);
  await page.locator("#level").fill("6");
  await page.locator('[name=now-quality][value="aching"]').check({ force: true });
  await page.locator('[name=now-depth][value="deep"]').check({ force: true });
  await stroke(page, [[0.572, 0.24], [0.578, 0.285], [0.585, 0.245]]);
  await readBack(page, 2);
  await page.locator("#level").fill("4");
  await page.locator('[name=now-quality][value="tight"]').check({ force: true });
  await page.waitForFunction(() => /tight/.test(document.querySelector("#marks")?.textContent ?? ""));
  await shoot("paint");
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await shoot("questions");
  if (screens.includes("stop")) {
    await page.locator('#urgent input[value="yes"]').first().click({ force: true });
    await page.waitForSelector(".stop");
    await shoot("stop");
  } else {
    await answerNo(page);
    await page.locator("#others .go .btn.main").click();
    await page.waitForSelector(".assess .cand");
    await shoot("assess");
    if (screens.includes("plan")) {
      await page.locator(".step-rows").evaluate((e) => scrollTo(0, e.getBoundingClientRect().top + scrollY - 40));
      await shoot("plan");
    }
    await page.locator('button[formaction="/print"]').click();
    await page.waitForSelector(".page-print");
    await shoot("print");
  }
  await context.close();
}

async function atlas(path, name) {
  const { page, context } = await openPage(browser, { viewport: { width: 1160, height: 780 }, colorScheme: "light" });
  await page.goto(`${knead.address}${path}`);
  await take(page, context, name);
  await context.close();
}

await atlas("/atlas/muscles/levator-scapulae", "atlas-light");
await visit({ width: 1160, height: 780 }, "light", "light", ["paint", "questions", "assess", "plan", "print"]);
await visit({ width: 1160, height: 780 }, "dark", "dark", ["paint", "assess"]);
await visit({ width: 390, height: 800 }, "light", "phone", ["paint", "questions", "assess"]);
await visit({ width: 768, height: 900 }, "light", "light", ["stop"]);
await browser.close();
await knead.stop();
