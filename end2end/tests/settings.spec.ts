import { expect, expectAccessible, expectAccessibleOnPhone, environment, fanfare, open, test } from "../fixtures";
import { signedIn } from "../fixtures/administrator";
import type { Browser, Page } from "@playwright/test";

test.describe.configure({ mode: "serial" });

/** Somebody of an organisation of their own, so that other tests keep their session. */
const lea = { email: "lea.brunner@bergdorf.example", password: "nine-lamps-above-the-bridge" };
const next = "seven bells under the snow";
const last = "eleven boats behind the mill";

async function signIn(browser: Browser, password: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await open(page, "/login");
  await page.locator('input[name="email"]').fill(lea.email);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('main form button[type="submit"]').click();
  await expect(page).not.toHaveURL(/\/login/);
  return page;
}

/** A page whose session has ended goes to the sign-in by itself, and no other page opens any more. */
async function expectSignedOut(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/login/);
  await open(page, "/settings");
  await expect(page).toHaveURL(/\/login/);
}

test.beforeAll(async ({ browser }) => {
  // the set-up link ends with the first administrator
  await (await signedIn(browser)).close();
  fanfare(
    ["admin", "create", "--organisation", "Bergdorf", "--email", lea.email, "--name", "Lea Brunner"],
    lea.password,
  );
});

test("a new password ends the session of the other browser", async ({ browser }) => {
  const here = await signIn(browser, lea.password);
  const there = await signIn(browser, lea.password);
  await open(here, "/settings");
  await here.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Password and passkeys" }).click();
  await here.getByRole("button", { name: "Change password" }).click();
  const dialog = here.getByRole("dialog");
  await dialog.locator('input[name="current"]').fill(lea.password);
  await dialog.locator('input[name="new"]').fill("Password2026!");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(dialog.getByText("known from data leaks")).toBeVisible();
  await expectAccessible(here);
  await dialog.locator('input[name="new"]').fill(next);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(here.getByText("All other sessions have ended.")).toBeVisible();
  await expectAccessible(here);
  await expectAccessibleOnPhone(here);
  await expectSignedOut(there);
  await here.context().close();
  await there.context().close();
});

test("sessions are listed, and others can be ended", async ({ browser }) => {
  const here = await signIn(browser, next);
  const there = await signIn(browser, next);
  await open(here, "/settings/sessions");
  // with that of the browser that was closed without signing out
  await expect(here.getByRole("row")).toHaveCount(4);
  await expect(here.getByRole("row", { name: /This one/ })).toHaveCount(1);
  await expectAccessible(here);
  await expectAccessibleOnPhone(here);
  await here.getByRole("button", { name: "End 2 other sessions" }).click();
  await expect(here.getByRole("row")).toHaveCount(2);
  await expectSignedOut(there);
  await here.context().close();
  await there.context().close();
});

test("rules are changed, and hold for the next password", async ({ browser }) => {
  const page = await signIn(browser, next);
  await open(page, "/settings/rules");
  await page.locator('input[name="password_min_length"]').fill("9");
  await page.getByRole("button", { name: "Save rules" }).click();
  await expect(page.getByText("From 10 to 128.")).toBeVisible();
  await expectAccessible(page);
  await page.locator('input[name="password_min_length"]').fill("20");
  await page.getByRole("button", { name: "Save rules" }).click();
  await expect(page.getByText("Rules saved")).toBeVisible();
  await page.reload();
  await expect(page.locator('input[name="password_min_length"]')).toHaveValue("20");
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await open(page, "/settings/security");
  await expect(page.getByText("At least 20 characters")).toBeVisible();
  await page.context().close();
});

test("a link gives a new password, once", async ({ browser }) => {
  const inside = await signIn(browser, next);
  const link = fanfare(["admin", "reset-link", "--email", lea.email]);
  const context = await browser.newContext();
  const page = await context.newPage();
  await open(page, link.replace(environment.baseUrl, ""));
  await page.locator('input[name="password"]').fill("too short");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("At least 20 characters.", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await page.locator('input[name="password"]').fill(last);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/login/);
  await expectSignedOut(inside);
  await open(page, link.replace(environment.baseUrl, ""));
  await expect(page.getByText("This link does not work (any more)")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Ask for a new one" }).click();
  await expect(page.getByText("This server sends no mail.")).toBeVisible();
  await expectAccessible(page);
  await inside.context().close();
  await context.close();
  await (await signIn(browser, last)).context().close();
});

test("no page asks another host for anything, or breaks its policy", async ({ browser, cockpit }) => {
  const foreign: string[] = [];
  const own = new URL(environment.baseUrl).host;
  const watch = (page: Page) =>
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && url.host !== own) foreign.push(request.url());
    });
  const stranger = await (await browser.newContext()).newPage();
  watch(stranger);
  watch(cockpit);
  const broken: string[] = [];
  for (const page of [stranger, cockpit]) {
    await page.exposeFunction("policyBroken", (what: string) => broken.push(what));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        (window as unknown as { policyBroken: (what: string) => void }).policyBroken(
          `${location.pathname}: ${event.violatedDirective} ${event.blockedURI}`,
        );
      });
    });
  }
  for (const path of ["/login", "/reset", "/reset?token=x", "/phone"]) await open(stranger, path);
  await open(cockpit, "/");
  const ways = await cockpit.locator("nav a[href^='/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const paths = new Set([
    ...ways.filter((href) => href !== null && href !== "/phone"),
    "/settings",
    "/settings/security",
    "/settings/sessions",
    "/settings/rules",
    "/identities/new",
    "/no/such/page",
  ]);
  for (const path of paths) await open(cockpit, path as string);
  expect(paths.size).toBeGreaterThan(6);
  expect(foreign).toEqual([]);
  expect(broken).toEqual([]);
  await stranger.context().close();
});
