// What every browser test needs: Knead built and started once on a free port, and
// Debian's Chromium. A missing browser or a server that does not start is a failure.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Builds and starts Knead without a record; gives its address and a way to stop it. */
export async function startKnead() {
  if (process.env.KNEAD_URL) return { address: process.env.KNEAD_URL, stop: async () => {}, log: () => "" };
  return start(["--no-record", "--addr", "127.0.0.1:0"]);
}

/** Starts Knead with an empty record of its own; with "--demo" one of invented people. */
export function startRecord(...flags) {
  return startRecordAt(mkdtempSync(join(tmpdir(), "knead-record-")), "localhost:0", ...flags);
}

/** Starts Knead with the record in a folder, so that it can be started again. */
export function startRecordAt(data, address, ...flags) {
  return start(["--data", data, "--addr", address, ...flags]);
}

/** Starts Knead with the demo practice as it is at a moment (2026-05-29T07:30, UTC). */
export function startDemoAt(end) {
  const data = mkdtempSync(join(tmpdir(), "knead-demo-"));
  const made = spawnSync(build(), ["demo", "--data", data, "--end", end], { stdio: ["ignore", "ignore", "inherit"] });
  if (made.status !== 0) throw new Error("the demo practice is not made");
  return startRecordAt(data, "localhost:0", "--demo");
}

let binary = "";

function build() {
  if (!binary) {
    const made = join(mkdtempSync(join(tmpdir(), "knead-")), "knead");
    const built = spawnSync("go", ["build", "-o", made, "./cmd/knead"], { cwd: root, stdio: "inherit" });
    if (built.status !== 0) throw new Error("knead does not build");
    binary = made;
  }
  return binary;
}

async function start(flags) {
  const child = spawn(build(), ["serve", ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (d) => {
    log += d;
  });
  const address = await new Promise((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (d) => {
      out += d;
      const found = out.match(/https?:\/\/\S+/);
      if (found) resolve(found[0]);
    });
    child.on("exit", (code) => reject(new Error(`knead stopped with ${code}: ${log}`)));
  });
  const stop = (signal = "SIGTERM") =>
    new Promise((done) => {
      child.removeAllListeners("exit");
      child.on("exit", done);
      child.kill(signal);
    });
  return { address, stop, log: () => log };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A page that fails the test on any console error or broken request. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && complaints.push(m.text()));
  page.on("pageerror", (e) => complaints.push(String(e)));
  page.on("response", (r) => r.status() >= 500 && complaints.push(`${r.status()} ${r.url()}`));
  return { page, context, complaints };
}

/** Runs axe and gives what it finds, short enough to read. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    // eslint-disable-next-line no-undef
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return found.violations.map((v) => `${v.impact} ${v.id}: ${v.nodes.slice(0, 4).map((n) => n.target.join(" ")).join(" | ")}`);
}

/** How far the page can be scrolled sideways; 0 is right. */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Paints a stroke on the figure, in fractions of its box. */
export async function stroke(page, points) {
  await page.evaluate((y) => {
    const box = document.querySelector("[data-figure] .picture").getBoundingClientRect();
    scrollTo(0, Math.max(0, box.top + scrollY + y * box.height - innerHeight / 2));
  }, points[0][1]);
  const box = await page.locator("[data-figure] .picture").boundingBox();
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const p of rest) await page.mouse.move(...p, { steps: 6 });
  await page.mouse.up();
}

/** Waits until the drawing has been read back in words. */
export async function readBack(page, count) {
  await page.waitForFunction((n) => document.querySelectorAll("#marks li").length === n && (n === 0 || document.querySelector("#marks b")?.textContent), count);
}

/** Answers every question that is on the page with no. */
export async function answerNo(page) {
  const urgent = page.locator("#urgent li");
  const n = await urgent.count();
  for (let i = 0; i < n; i++) await urgent.nth(i).locator('input[value="no"]').first().check({ force: true });
  for (const none of await page.locator("[data-none]").all()) await none.check({ force: true });
  for (const q of await page.locator("#others fieldset.q[data-alarm=no]").all()) await q.locator('input[value="yes"]').first().check({ force: true });
}
