import type { Browser, Page } from "@playwright/test";
import { administrator, environment, expect, expectAccessible, expectAccessibleOnPhone, fanfare, open, test } from "../fixtures";

const PASSWORD = "a-sentence-that-nobody-guesses";

/** Calls a server function as the signed-in page would. */
async function call<T>(page: Page, name: string, data: unknown): Promise<T> {
  const origin = new URL(environment.baseUrl).origin;
  const answer = await page.request.post(`/rpc/${name}`, { data, headers: { origin } });
  expect(answer.ok(), `${name}: ${await answer.text()}`).toBeTruthy();
  return answer.json();
}

/** Invites somebody with a preset in one identity, and accepts in a browser of its own. */
async function invited(cockpit: Page, browser: Browser, email: string, name: string, preset: string, identity: string): Promise<Page> {
  await open(cockpit, "/settings/administrators");
  await cockpit.getByRole("link", { name: "Invite" }).click();
  await cockpit.locator('input[name="email"]').fill(email);
  await cockpit.getByLabel(`Preset for ${identity}`).selectOption(preset);
  await cockpit.getByRole("button", { name: "Make the link" }).click();
  const link = (await cockpit.getByTestId("invitation-link").textContent())?.trim() ?? "";
  expect(link).toMatch(/\/invitation\?token=[0-9a-f]{64}$/);
  const context = await browser.newContext();
  const page = await context.newPage();
  const path = new URL(link);
  await open(page, path.pathname + path.search);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(administrator.organisation);
  await expectAccessible(page);
  await page.locator('input[name="name"]').fill(name);
  await page.locator('input[name="password"]').fill(PASSWORD);
  await page.getByRole("button", { name: "Accept and sign in" }).click();
  await expect(page).not.toHaveURL(/invitation/);
  // the link works once
  const again = await context.newPage();
  await open(again, path.pathname + path.search);
  await expect(again.getByText("This invitation is not valid (any more)")).toBeVisible();
  await again.close();
  return page;
}

test("administrators are invited, see what they may, and lose it at once", async ({ cockpit, browser, gateway }) => {
  test.setTimeout(240_000);
  const recipients = await gateway.createRecipients(6, "administrators");
  const made = fanfare(["identity", "create", "--organisation", administrator.organisation, "--nickname", "Rathaus"]);
  const identity: string = JSON.parse(made).uid;
  const list = await call<{ uid: string }>(cockpit, "make_list", { identity, input: { name: "Stadtnews" } });
  await call(cockpit, "add_pasted_ids", { identity, list: list.uid, text: recipients.join(" ") });

  const viewer = await invited(cockpit, browser, "vera@aarental.example", "Vera", "viewer", "Rathaus");
  await test.step("who only sees finds no button that acts", async () => {
    await open(viewer, `/i/${identity}/messages`);
    await expect(viewer.getByRole("heading", { level: 1, name: "Messages" })).toBeVisible();
    for (const name of ["New message", "Write the first message", "Administrators", "ID configuration"]) {
      await expect(viewer.getByRole("link", { name })).toHaveCount(0);
    }
    await open(viewer, `/i/${identity}/lists/${list.uid}`);
    await expect(viewer.getByRole("heading", { level: 1, name: "Stadtnews" })).toBeVisible();
    await expect(viewer.getByRole("button", { name: "Add recipients" })).toHaveCount(0);
    await expectAccessible(viewer);
    await expectAccessibleOnPhone(viewer);
  });

  await test.step("the overview shows who may what", async () => {
    await open(cockpit, "/settings/administrators");
    await expect(cockpit.getByRole("row", { name: /Vera/ })).toContainText("Active");
    await expectAccessible(cockpit);
    await expectAccessibleOnPhone(cockpit);
  });

  await test.step("rights that are taken away are gone on the open page", async () => {
    await open(viewer, `/i/${identity}/messages`);
    await cockpit.getByRole("link", { name: /Vera/ }).click();
    await cockpit.getByLabel("Preset for Rathaus").selectOption("");
    await expectAccessible(cockpit);
    await expectAccessibleOnPhone(cockpit);
    await cockpit.getByRole("button", { name: "Save rights" }).click();
    await expect(cockpit.getByText("Rights saved")).toBeVisible();
    await expect(viewer.getByRole("heading", { level: 1, name: "Messages" })).toBeVisible();
    await expect(viewer.getByText("You do not have permission for this.").first()).toBeVisible({ timeout: 5_000 });
  });

  await test.step("who is disabled is at the sign-in at once", async () => {
    await cockpit.getByRole("button", { name: "Disable" }).click();
    await cockpit.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await expect(cockpit.getByRole("row", { name: /Vera/ })).toContainText("Disabled");
    await expect(viewer).toHaveURL(/\/login/, { timeout: 5_000 });
  });

  await test.step("the menu of a row gives access back, by keyboard alone", async () => {
    const row = cockpit.getByRole("row", { name: /Vera/ });
    const more = row.getByRole("button", { name: "More for Vera" });
    const item = (name: string) => cockpit.getByRole("menuitem", { name, exact: true });
    await more.focus();
    await cockpit.keyboard.press("Enter");
    await expect(item("Rights")).toBeFocused();
    await expectAccessible(cockpit);
    await cockpit.keyboard.press("End");
    await expect(item("Remove")).toBeFocused();
    await cockpit.keyboard.press("Escape");
    await expect(item("Remove")).toBeHidden();
    await expect(more).toBeFocused();
    await cockpit.keyboard.press("Enter");
    await expect(item("Rights")).toBeFocused();
    await cockpit.keyboard.press("ArrowDown");
    await expect(item("Enable")).toBeFocused();
    await cockpit.keyboard.press("Enter");
    await expect(row).toContainText("Active");
    const without = cockpit.getByRole("button", { name: /^Without second factor \d+$/ });
    await without.click();
    await expect(without).toHaveAttribute("aria-pressed", "true");
    await expect(row).toBeVisible();
    await expectAccessibleOnPhone(cockpit);
  });

  const moderator = await invited(cockpit, browser, "mona@aarental.example", "Mona", "moderator", "Rathaus");
  await test.step("above a number, somebody else must approve", async () => {
    await open(cockpit, `/i/${identity}/configuration`);
    await cockpit.locator('input[name="approval_above"]').fill("5");
    // who leaves the page at once may break the call off
    const saved = cockpit.waitForResponse((answer) => answer.url().includes("/rpc/") && answer.request().method() === "POST");
    await cockpit.getByRole("button", { name: "Save" }).first().click();
    expect((await saved).status()).toBe(200);
    await open(cockpit, `/i/${identity}/messages/new`);
    await cockpit.locator("#to").fill("Stadt");
    await cockpit.getByRole("option", { name: /Stadtnews/ }).click();
    await cockpit.locator("#text").fill("Level 3 tonight");
    await cockpit.getByRole("button", { name: "Check and send" }).click();
    await expect(cockpit.getByRole("button", { name: /^Send to/ })).toHaveCount(0);
    await cockpit.getByRole("dialog").getByRole("button", { name: "Ask for approval" }).click();
    await expect(cockpit.getByRole("heading", { name: /Waits for approval/ })).toBeVisible();
    await expect(cockpit.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
    await expectAccessible(cockpit);

    await open(moderator, `/i/${identity}`);
    await moderator.getByRole("region", { name: "Waiting for approval" }).getByRole("link", { name: "Level 3 tonight" }).click();
    await moderator.getByRole("button", { name: "Send back" }).click();
    await moderator.getByRole("dialog").locator('textarea[name="note"]').fill("Which river?");
    await moderator.getByRole("dialog").getByRole("button", { name: "Send back" }).click();

    // a moderator cannot write on it, and goes on reading it
    await expect(moderator.getByText("Draft", { exact: true }).first()).toBeVisible();
    await expect(moderator.getByText("Level 3 tonight").first()).toBeVisible();
    await expectAccessible(moderator);

    await expect(cockpit).toHaveURL(/messages\/new\?draft=/);
    await expect(cockpit.getByText("Which river?")).toBeVisible();
    await cockpit.locator("#text").fill("Aare: level 3 tonight");
    await cockpit.getByRole("button", { name: "Check and send" }).click();
    await cockpit.getByRole("dialog").getByRole("button", { name: "Ask for approval" }).click();
    await expect(cockpit.getByRole("heading", { name: /Waits for approval/ })).toBeVisible();

    await open(moderator, `/i/${identity}`);
    await moderator.getByRole("link", { name: "Aare: level 3 tonight" }).first().click();
    await expectAccessible(moderator);
    await expectAccessibleOnPhone(moderator);
    await moderator.getByRole("button", { name: "Approve and send to 6 people" }).click();
    await expect(cockpit.getByText(/approved by Mona/)).toBeVisible({ timeout: 30_000 });
  });
});
