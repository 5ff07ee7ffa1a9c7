import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { administrator, environment, expect, hydrated, open, test } from "../fixtures";

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}

/** A server of this test alone, on SQLite: it can be killed without any other test noticing. */
class Server {
  private running: ChildProcess | undefined;
  private said = "";

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async make(): Promise<Server> {
    const [port, gateway] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), "fanfare-restart-"));
    const url = `http://localhost:${port}`;
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      FANFARE_LISTEN: `127.0.0.1:${port}`,
      FANFARE_PUBLIC_URL: url,
      FANFARE_DATA_DIR: join(folder, "data"),
      FANFARE_LOCAL_GATEWAY_LISTEN: `127.0.0.1:${gateway}`,
      FANFARE_LOCAL_GATEWAY_RETRY_SECONDS: "2",
    };
    delete env.FANFARE_DATABASE_URL;
    return new Server(url, folder, env);
  }

  /** Answers when `/readyz` did, in milliseconds since 1970. */
  async start(): Promise<number> {
    const child = spawn(environment.program, ["serve"], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (this.said += String(part)));
    this.running = child;
    await expect
      .poll(() => fetch(`${this.url}/readyz`).then((a) => a.ok, () => false), {
        intervals: [50],
        timeout: 60_000,
      })
      .toBe(true);
    return Date.now();
  }

  /** Without a chance to end anything: `kill -9`. */
  async kill(): Promise<void> {
    const child = this.running;
    if (!child) return;
    this.running = undefined;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }

  get setupUrl(): string {
    const found = /http\S*\/setup\?token=[\w-]+/.exec(this.said);
    if (!found) throw new Error(`no set-up link in: ${this.said}`);
    return found[0];
  }

  call(args: string[], input = ""): string {
    const { status, stdout, stderr } = spawnSync(environment.program, args, { input, encoding: "utf8", env: this.env });
    if (status !== 0) throw new Error(`fanfare ${args.join(" ")} ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const bubble = (page: Page, text: string) => page.locator(".bubble", { hasText: text });
/** A mark that is gone once a page is loaded anew. */
const mark = (page: Page) => page.evaluate(() => document.body.setAttribute("data-mark", ""));
const isMarked = (page: Page) => page.locator("body[data-mark]").count();
/** When the page shows the words, in milliseconds since 1970: told by the page itself, so that no pause of a test counts. */
const shows = (page: Page, words: string) =>
  page.evaluate(
    (words) =>
      new Promise<number>((done) => {
        const look = () => {
          if (!document.querySelector("main")?.textContent?.includes(words)) return;
          watch.disconnect();
          done(Date.now());
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    words,
  );
/** When the page has a live channel again, in milliseconds since 1970. */
const connects = async (page: Page) => {
  await page.waitForResponse((answer) => new URL(answer.url()).pathname === "/live" && answer.ok(), { timeout: 90_000 });
  return Date.now();
};
/** From the return of the server until all is as before. The sentence to keep is "not beyond a second"; slow machines get more. */
const SOON = 5_000;

test("a server that is killed in the middle loses nothing, and no page is loaded anew", async ({ launchOptions }) => {
  test.setTimeout(240_000);
  const server = await Server.make();
  // pages that lose their server say so in the console: a browser whose console nobody watches
  const browser = await chromium.launch(launchOptions);
  try {
    await server.start();
    const here = { baseURL: server.url, locale: "en-GB" };
    const nora = await (await browser.newContext(here)).newPage();
    await nora.goto(server.setupUrl);
    await hydrated(nora);
    for (const field of ["organisation", "name", "email", "password"] as const) {
      await nora.locator(`input[name="${field}"]`).fill(administrator[field]);
    }
    await nora.locator('main form button[type="submit"]').click();
    await expect(nora).not.toHaveURL(/\/setup/);
    const reto = await (await browser.newContext(here)).newPage();
    const [email, password] = ["reto@aarental.example", "brass-and-ink-5-for-reto"];
    const who = ["--organisation", administrator.organisation, "--email", email, "--name", "Reto Ammann"];
    server.call(["admin", "create", ...who], password);
    await open(reto, "/login");
    await reto.locator('input[name="email"]').fill(email);
    await reto.locator('input[name="password"]').fill(password);
    await reto.locator('main form button[type="submit"]').click();
    await expect(reto).not.toHaveURL(/\/login/);

    const anna = await (await browser.newContext({ ...here, viewport: { width: 390, height: 844 } })).newPage();
    await open(anna, "/phone?as=Anna");
    const own = anna.locator("[data-threema-id]").first();
    await expect(own).toHaveAttribute("data-threema-id", /^[0-9A-Z]{8}$/, { timeout: 20_000 });
    const id = (await own.getAttribute("data-threema-id")) as string;

    const plan = ["--organisation", administrator.organisation, "--plan", "o50"];
    const { uid } = JSON.parse(server.call(["identity", "create", ...plan])) as { uid: string };
    const key = server.call(["api-key", "create", "--email", administrator.email, "--name", "restart"]);
    await open(nora, `/i/${uid}/groups`);
    await nora.getByRole("button", { name: "New group" }).first().click();
    const dialog = nora.locator("dialog[open]");
    await dialog.getByLabel("Name", { exact: true }).fill("Pikett");
    await dialog.getByLabel("Members (Threema IDs)").fill(id);
    await dialog.getByLabel("Save chat history").check();
    await dialog.getByRole("button", { name: "Make the group" }).click();
    await expect(nora.getByRole("heading", { name: "Pikett", level: 1 })).toBeVisible();
    await nora.getByRole("button", { name: "Synchronise now" }).click();
    await anna.locator('[data-chat*="-"]', { hasText: "Pikett" }).click({ timeout: 20_000 });
    await open(reto, new URL(nora.url()).pathname);
    for (const page of [nora, reto, anna]) await mark(page);

    // written, and killed as soon as it is durable
    await nora.locator("#say").fill("Before the fall");
    await nora.locator("#say").press("Enter");
    await expect(bubble(nora, "Before the fall")).toBeVisible();
    await server.kill();
    const channels = Promise.all([nora, reto].map(connects));
    const seen = Promise.all([nora, reto].map((page) => shows(page, "While nobody listened")));
    await reto.locator("#say").fill("A draft that stays");
    const ready = await server.start();

    // written through the REST API at the first moment, before pages are back: they miss it, and show it all the same
    const [group] = new URL(nora.url()).pathname.split("/").slice(-1);
    const written = await fetch(`${server.url}/api/v1/identities/${uid}/groups/${group}/chat`, {
      method: "POST",
      headers: { "x-api-key": key },
      body: JSON.stringify({ type: "text", body: "While nobody listened" }),
    });
    expect(written.status).toBe(201);
    const told = Date.now() - ready;
    const since = (moments: number[]) => moments.map((at) => at - ready);
    const [back, shown] = [since(await channels), since(await seen)];
    console.log(`after /readyz: written ${told} ms, channels ${back.join(" and ")} ms, shown ${shown.join(" and ")} ms`);
    expect(Math.max(...back, ...shown), "milliseconds until pages have noticed nothing").toBeLessThan(SOON);

    for (const page of [nora, reto]) {
      await expect(bubble(page, "Before the fall")).toContainText("1 of 1", { timeout: 20_000 });
    }
    await expect(bubble(anna, "Before the fall")).toHaveCount(1, { timeout: 20_000 });

    // both ways, live again
    await expect(reto.locator("#say")).toHaveValue("A draft that stays");
    await reto.locator("#say").press("Enter");
    await expect(bubble(nora, "A draft that stays")).toBeVisible({ timeout: 20_000 });
    await expect(bubble(anna, "A draft that stays")).toBeVisible({ timeout: 20_000 });
    await anna.locator('textarea[name="text"]').fill("I am here");
    await anna.locator('textarea[name="text"]').press("Enter");
    for (const page of [nora, reto]) await expect(bubble(page, "I am here")).toBeVisible({ timeout: 20_000 });
    await expect(nora.getByText("Reto Ammann is here")).toBeVisible();
    await expect(bubble(anna, "Before the fall")).toHaveCount(1);
    for (const page of [nora, reto, anna]) expect(await isMarked(page), "the page is the same as before").toBe(1);
  } finally {
    await browser.close();
    await server.end();
  }
});
