import { createHmac } from "node:crypto";
import type { CDPSession, Page } from "@playwright/test";
import { administrator, expect, expectAccessible, expectAccessibleOnPhone, hydrated, open, test } from "../fixtures";

/** A code of an authenticator app with this secret (RFC 6238). */
function totp(secret: string, at = Date.now()): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** A platform authenticator that says yes by itself. */
async function authenticator(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return cdp;
}

async function setRule(page: Page, name: string, on: boolean): Promise<void> {
  await open(page, "/settings/rules");
  await page.locator(`input[name="${name}"]`).setChecked(on);
  if (!on && name === "passkeys_allowed") await expect(page.getByText(administrator.name, { exact: false }).last()).toBeVisible();
  await page.locator('main form button[type="submit"]').click();
  await expect(page.getByText("Rules saved").first()).toBeVisible();
}

async function password(page: Page): Promise<void> {
  await page.locator('input[name="email"]').fill(administrator.email);
  await page.locator('input[name="password"]').fill(administrator.password);
  await page.locator('main form button[type="submit"]').click();
}

/** The browser forgets that it was signed in; the server does not, since other tests use that session. */
const forget = (page: Page) => page.context().clearCookies();

test("passkeys: add, sign in by button and in the fields, confirm, delete, switch off", async ({ cockpit: page }) => {
  test.setTimeout(180_000);
  await authenticator(page);
  // without this mark a passkey would be chosen in the field as soon as the page is there
  await page.addInitScript(() => {
    if (localStorage.getItem("by-button")) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  await setRule(page, "passkeys_allowed", true);

  await test.step("add one, and not twice on the same device", async () => {
    await open(page, "/settings/security");
    await expectAccessible(page);
    for (const again of [false, true]) {
      await page.getByRole("button", { name: "Add a passkey" }).click();
      await page.getByRole("dialog").locator('input[name="name"]').fill("Laptop, office");
      await page.getByRole("dialog").locator('button[type="submit"]').click();
      if (again) await expect(page.getByRole("dialog")).toContainText("There is a passkey on this device already");
      else await expect(page.getByRole("listitem").filter({ hasText: "Laptop, office" })).toContainText("not used yet");
    }
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
  });

  await test.step("sign in by the button", async () => {
    await page.evaluate(() => localStorage.setItem("by-button", "1"));
    await forget(page);
    await open(page, "/login?next=/settings/security");
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    // the address of the sign-in page names it, too
    await expect(page).toHaveURL((url) => url.pathname === "/settings/security");
    await hydrated(page);
    await expect(page.getByRole("listitem").filter({ hasText: "Laptop, office" })).not.toContainText("not used yet");
  });

  await test.step("sign in by choosing it in the field", async () => {
    await page.evaluate(() => localStorage.removeItem("by-button"));
    await forget(page);
    await page.goto("/login?next=/settings/security");
    // the address of the sign-in page names it, too
    await expect(page).toHaveURL((url) => url.pathname === "/settings/security");
    await hydrated(page);
  });

  await test.step("a stale sign-in is confirmed in a dialog, and what was asked for is repeated", async () => {
    await open(page, "/settings/security");
    let refused = 0;
    await page.route("**/rpc/delete_passkey", async (route) => {
      refused += 1;
      if (refused > 1) return route.continue();
      const body = JSON.stringify({ code: { code: "confirm_sign_in" } });
      return route.fulfill({ status: 403, contentType: "application/json", body });
    });
    await page.getByRole("button", { name: "Delete Laptop, office" }).click();
    await page.getByRole("button", { name: "Delete passkey" }).click();
    const dialog = page.getByRole("dialog", { name: "Is it you?" });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Use a passkey" })).toBeVisible();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await dialog.locator('input[name="password"]').fill("not the password");
    await dialog.locator('button[type="submit"]').click();
    await expect(dialog).toContainText("This is not your password");
    await dialog.locator('input[name="password"]').fill(administrator.password);
    await dialog.locator('button[type="submit"]').click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText("Passkey deleted")).toBeVisible();
    await expect(page.getByText("No passkey yet")).toBeVisible();
  });

  await test.step("switched off, nothing is offered", async () => {
    await setRule(page, "passkeys_allowed", false);
    await open(page, "/settings/security");
    await expect(page.getByText("does not allow passkeys")).toBeVisible();
    await forget(page);
    await open(page, "/login");
    await expect(page.getByRole("button", { name: "Log in with a passkey" })).toHaveCount(0);
  });
});

test("an authenticator app: set up, sign in, a backup code, remove", async ({ cockpit: page }) => {
  test.setTimeout(180_000);
  let secret = "";
  let backup: string[] = [];

  await test.step("set up", async () => {
    await open(page, "/settings/security");
    await page.getByRole("button", { name: "Set up" }).click();
    const dialog = page.getByRole("dialog");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Continue" }).click();
    secret = (await dialog.locator("[data-totp-secret]").getAttribute("data-totp-secret")) ?? "";
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    // the code of the step before is taken too, and leaves the present one for the sign-in
    await dialog.locator('input[name="code"]').fill(totp(secret, Date.now() - 30_000));
    await dialog.locator('button[type="submit"]').click();
    await expect(dialog.locator("[data-backup-codes] li")).toHaveCount(10);
    backup = await dialog.locator("[data-backup-codes] li").allTextContents();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await expect(page.getByText("10 of 10 backup codes left")).toBeVisible();
  });

  await test.step("the password asks for a code", async () => {
    await forget(page);
    await open(page, "/login?next=/settings/security");
    await password(page);
    await expect(page).toHaveURL(/\/login\/code/);
    await hydrated(page);
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await page.locator('input[name="code"]').fill("12");
    await page.locator('main form button[type="submit"]').click();
    await expect(page.getByText("This code does not fit")).toBeVisible();
    await page.locator('input[name="code"]').fill(totp(secret));
    await page.locator('main form button[type="submit"]').click();
    // the address of the sign-in page names it, too
    await expect(page).toHaveURL((url) => url.pathname === "/settings/security");
  });

  await test.step("a backup code works too, and the factor can be removed", async () => {
    await forget(page);
    await open(page, "/login?next=/settings/security");
    await password(page);
    await expect(page).toHaveURL(/\/login\/code/);
    await hydrated(page);
    await page.locator('input[name="code"]').fill(backup[3].trim());
    await page.locator('main form button[type="submit"]').click();
    // the address of the sign-in page names it, too
    await expect(page).toHaveURL((url) => url.pathname === "/settings/security");
    await hydrated(page);
    await expect(page.getByText("9 of 10 backup codes left")).toBeVisible();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("No second factor yet")).toBeVisible();
  });
});

test("a code by Threema message arrives on the phone", async ({ cockpit: page, openPhone }) => {
  test.setTimeout(180_000);
  const phone = await openPhone("Nora");
  const id = await phone.id();
  await page.goto("/identities/new");
  await hydrated(page);
  await page.locator('input[name="nickname"]').fill("Codes");
  await page.locator('main form button[type="submit"]').click();
  await expect(page).toHaveURL(/\/i\/[a-z0-9]{10}$/);

  await open(page, "/settings/security");
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Threema message", { exact: true }).click();
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.locator('input[name="threema_id"]').fill(id);
  await dialog.locator('button[type="submit"]').click();
  await expect(dialog).toContainText("A code is on its way");
  await phone.page.locator("[data-chat]").first().click();
  const message = phone.message("is your code for signing in").last();
  await expect(message).toBeVisible({ timeout: 30_000 });
  const code = /\b\d{6}\b/.exec((await message.textContent()) ?? "")?.[0] ?? "";
  await dialog.locator('input[name="code"]').fill(code);
  await dialog.locator('button[type="submit"]').click();
  await expect(dialog.locator("[data-backup-codes] li")).toHaveCount(10);
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No second factor yet")).toBeVisible();
});
