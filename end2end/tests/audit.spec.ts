import { readFileSync } from "node:fs";
import { administrator, environment, expect, expectAccessible, expectAccessibleOnPhone, fanfare, open, test } from "../fixtures";

test("an API key is made, shown once, used and revoked", async ({ cockpit: page }) => {
  await open(page, "/settings/api-keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByLabel("Name", { exact: true }).fill("Website");
  await dialog.getByLabel("Networks").fill("127.0.0.0/99");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(dialog.getByText("Networks or addresses, for example")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await dialog.getByLabel("Networks").fill("127.0.0.0/8 ::1");
  await dialog.getByLabel("Last day").fill("2199-12-31");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(dialog.getByText("it is shown only this once")).toBeVisible();
  const key = (await dialog.getByLabel("API key", { exact: true }).textContent())?.trim() ?? "";
  expect(key).toMatch(/^fk_[\w-]{43}$/);
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  const call = () => page.request.get(`${environment.baseUrl}/api/v1/identities`, { headers: { "x-api-key": key } });
  expect((await call()).status()).toBe(200);
  await page.reload();
  const row = page.getByRole("row", { name: /Website/ });
  await expect(row.getByText("Active")).toBeVisible();
  await expect(row.getByText("1 of 10 000")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await row.getByRole("button", { name: "Revoke Website" }).click();
  await page.locator("dialog[open]").getByRole("button", { name: "Revoke 1 key" }).click();
  await expect(row.getByText("Revoked")).toBeVisible();
  expect((await call()).status()).toBe(401);
});

test("the audit log tells who did what, can be filtered, verified and exported", async ({ cockpit: page }) => {
  const identity = JSON.parse(fanfare(["identity", "create", "--organisation", administrator.organisation]));
  await open(page, `/i/${identity.uid}/lists`);
  await page.getByRole("button", { name: "New list" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("Medien");
  await page.getByRole("button", { name: "Make the list" }).click();
  await expect(page.getByRole("heading", { name: "Medien", level: 1 })).toBeVisible();

  await open(page, "/settings/audit-log");
  const created = page.getByRole("row", { name: /List created Medien/ }).first();
  await expect(created).toContainText(administrator.name);
  await expect(page.getByRole("row", { name: /Broadcast ID added/ }).first()).toContainText("Operator");
  await created.locator("summary").click();
  await expect(created.getByText("All entries about this")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);

  // the filter lives in the address
  await page.getByLabel("Who", { exact: true }).selectOption({ label: "Operator" });
  await expect(page).toHaveURL(/who=operator/);
  await expect(page.getByRole("row", { name: /List created/ })).toHaveCount(0);
  await page.getByRole("link", { name: "Clear the filter" }).click();
  await page.getByRole("searchbox", { name: "Search the log" }).fill("medien");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/q=medien/);
  await expect(page.getByRole("row", { name: /List created Medien/ }).first()).toBeVisible();
  await expect(page.getByRole("row", { name: /Broadcast ID added/ })).toHaveCount(0);

  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText(/entries, unbroken$/).first()).toBeVisible();
  await expectAccessible(page);
  expect(fanfare(["audit", "verify"])).toContain("The audit log is unbroken.");

  for (const [button, file, first] of [
    ["Export CSV", "audit-log.csv", /^\uFEFFentry,time,kind/],
    ["Export JSON lines", "audit-log.jsonl", /^\{.*"action":"list.create"/],
  ] as const) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    const done = await download;
    expect(done.suggestedFilename()).toBe(file);
    const text = readFileSync(await done.path(), "utf8");
    expect(text).toMatch(first);
    expect(text).toContain("Medien");
    expect(text).not.toContain("identity.create");
  }
});
