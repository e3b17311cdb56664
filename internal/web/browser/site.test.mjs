// The static copy of the atlas, opened from the disk: styles and pictures are there, and
// nothing on it needs a server.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openPage, sideways, startBrowser } from "./harness.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let browser;
let dir;

before(async () => {
  dir = join(mkdtempSync(join(tmpdir(), "knead-site-")), "atlas");
  const made = spawnSync("go", ["run", "./cmd/knead", "site", dir], { cwd: root, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
});

test("the static copy opens from the disk with its styles and pictures", async () => {
  for (const viewport of [{ width: 320, height: 640 }, { width: 1280, height: 900 }]) {
    const { page, context } = await openPage(browser, { viewport });
    const failed = [];
    page.on("requestfailed", (r) => failed.push(r.url()));
    page.on("request", (r) => r.url().startsWith("file://") || failed.push(r.url()));
    for (const name of ["index.html", "muscles/levator-scapulae.html", "places/heel-pad.html", "claims/lactic-acid.html", "changes.html"]) {
      await page.goto(pathToFileURL(join(dir, name)).href);
      const look = await page.evaluate(() => ({
        font: getComputedStyle(document.body).fontFamily,
        ground: getComputedStyle(document.documentElement).backgroundColor,
        forms: document.forms.length,
        broken: [...document.querySelectorAll("svg image")].filter((i) => i.getBoundingClientRect().width > 0 && !i.getAttribute("href")).length,
        away: [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")).filter((h) => h.startsWith("/") || h.startsWith("http://localhost")),
      }));
      assert.match(look.font, /Commissioner/, `${name} has its styles`);
      assert.notEqual(look.ground, "rgba(0, 0, 0, 0)", `${name} has its ground`);
      assert.ok(await page.evaluate(async () => (await document.fonts.ready) && [...document.fonts].some((f) => f.status === "loaded")), `${name} has its font`);
      assert.deepEqual([look.forms, look.broken, look.away], [0, 0, []], name);
      assert.equal(await sideways(page), 0, name);
    }
    await page.goto(pathToFileURL(join(dir, "muscles/levator-scapulae.html")).href);
    const picture = await page.locator(".pic svg image").first().getAttribute("href");
    const shown = await page.evaluate(async (href) => {
      const img = new Image();
      img.src = href;
      await img.decode();
      return img.naturalWidth;
    }, picture);
    assert.ok(shown > 200, `the body is ${shown} px wide`);
    await page.locator('.site-nav a[href$="places.html"]').click();
    await page.locator('main a[href$="heel-pad.html"]').click();
    assert.match(page.url(), /places\/heel-pad\.html$/);
    assert.deepEqual(failed, []);
    await context.close();
  }
});
