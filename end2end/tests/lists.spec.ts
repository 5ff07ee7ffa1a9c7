import { administrator, expect, expectAccessible, expectAccessibleOnPhone, fanfare, open, test } from "../fixtures";

/** An identity of its own, so that other tests do not matter. */
function identity(plan: string): { uid: string; threemaId: string } {
  return JSON.parse(fanfare(["identity", "create", "--organisation", administrator.organisation, "--plan", plan]));
}

test("a list is made, filled by pasting, by a table and by picking, and emptied again", async ({ cockpit: page, gateway }) => {
  test.setTimeout(120_000);
  const known = await gateway.createRecipients(12, "lists");
  const { uid } = identity("o15");
  await open(page, `/i/${uid}/lists`);
  await expectAccessible(page);

  await page.getByRole("button", { name: "New list" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("  Medien ");
  await page.getByRole("button", { name: "Make the list" }).click();
  await expect(page.getByRole("heading", { name: "Medien", level: 1 })).toBeVisible();

  // pasting: every line shows what becomes of it before anything is written
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByLabel("Pasted").fill(
    [known[0], known[1].toLowerCase(), `3mid:${known[2]}`, `https://threema.id/${known[3]}`, known[0], "ZC8V1F3"].join("\n"),
  );
  await expect(dialog.getByText(`New, read as ${known[1]}`)).toBeVisible();
  await expect(dialog.getByText("Same as line 1")).toBeVisible();
  await expect(dialog.getByText("7 characters, an ID has 8")).toBeVisible();
  await expect(dialog.getByText("1 line stays out until fixed")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await dialog.getByRole("button", { name: "Add 4 recipients" }).click();
  await expect(page.getByRole("row", { name: new RegExp(known[3]) })).toBeVisible();
  await expect(page.locator(".lede")).toHaveText("4 recipients");
  // the keys come by themselves
  await expect(page.getByRole("row", { name: new RegExp(known[0]) }).getByText("Reachable")).toBeVisible({ timeout: 20_000 });

  // a table in Windows-1252, with a row that cannot be taken
  const table = `Vorname;Nachname;ID;Sprache\r\nJürg;Stähli;${known[0]};de\r\nZoë;Groß;${known[4]};fr\r\nOhne;Kennung;;de\r\n`;
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  await dialog.getByRole("button", { name: "Table (CSV)" }).click();
  await dialog.getByLabel("Table", { exact: true }).setInputFiles({
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(table, "latin1"),
  });
  await expect(dialog.getByText("Read as Windows-1252")).toBeVisible();
  await expect(dialog.getByText("No ID here")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download the rows to fix" }).click();
  expect((await download).suggestedFilename()).toBe("rows-to-fix.csv");
  await dialog.getByRole("button", { name: "Add 1 recipient" }).click();
  await expect(page.getByRole("row", { name: /Jürg Stähli/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Zoë Groß/ })).toBeVisible();

  // search, edit, choose, remove, undo
  await page.getByRole("searchbox", { name: "Search recipients" }).fill("stahli");
  await expect(page.locator("table.data tbody tr")).toHaveCount(1);
  await page.getByRole("button", { name: "Edit Jürg Stähli" }).click();
  await dialog.getByLabel("Category").fill("Presse");
  await dialog.getByRole("button", { name: "Save" }).click();
  // only the category has changed: the name is still there, although the row had been loaded again before
  await expect(page.getByRole("row", { name: /Presse/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Jürg Stähli/ })).toBeVisible();
  await page.getByRole("checkbox", { name: "Choose Jürg Stähli" }).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove 1 recipient" }).click();
  await expect(page.locator(".lede")).toHaveText("4 recipients");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".lede")).toHaveText("5 recipients");
  await page.getByRole("searchbox", { name: "Search recipients" }).fill("");
  await expectAccessibleOnPhone(page);

  // over the limit of 15 nothing is added
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  // the dialog opens with the way that was used last
  await dialog.getByRole("button", { name: "Paste IDs" }).click();
  await dialog.getByLabel("Pasted").fill(Array.from({ length: 11 }, (_, i) => `X${String(i).padStart(7, "0")}`).join(" "));
  await expect(dialog.getByText(/The plan allows 15 recipients; with these it would be 16/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Add 11/ })).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  // a second list by picking
  await open(page, `/i/${uid}/lists`);
  await page.getByRole("button", { name: "New list" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("Kader");
  await page.getByRole("button", { name: "Make the list" }).click();
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  await dialog.getByRole("button", { name: "Pick" }).click();
  await dialog.getByRole("searchbox").fill("gross");
  await expect(dialog.getByRole("checkbox")).toHaveCount(1);
  await dialog.getByRole("checkbox").check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add 1 recipient" }).click();
  await expect(page.getByRole("row", { name: /Zoë Groß/ })).toBeVisible();

  // deleted, it stays as deleted and comes back
  await page.getByRole("button", { name: "Delete Kader" }).click();
  await dialog.getByRole("button", { name: "Delete 1 list with 1 recipient" }).click();
  await expect(page.getByText("This list is deleted.")).toBeVisible();
  await open(page, `/i/${uid}/lists?filter=deleted`);
  await expect(page.getByRole("link", { name: "Kader" })).toBeVisible();
  await page.getByRole("button", { name: "Restore Kader" }).click();
  await expect(page.getByRole("link", { name: "Kader" })).toHaveCount(0);
  await open(page, `/i/${uid}/lists`);
  await expect(page.getByRole("row", { name: /Kader/ })).toContainText("1");
});

test("a paste or a table that cannot be looked at says why at its field", async ({ cockpit: page }) => {
  test.setTimeout(120_000);
  const { uid } = identity("o15");
  await open(page, `/i/${uid}/lists`);
  await page.getByRole("button", { name: "New list" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("Zu viel");
  await page.getByRole("button", { name: "Make the list" }).click();
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  const dialog = page.locator("dialog[open]");

  await dialog.getByRole("button", { name: "Table (CSV)" }).click();
  const table = dialog.getByLabel("Table", { exact: true });
  await table.setInputFiles({ name: "many.csv", mimeType: "text/csv", buffer: Buffer.from("ECHOECHO\n".repeat(200_001)) });
  await expect(dialog.getByText(/^At most 200.000 at once\.$/)).toBeVisible({ timeout: 30_000 });
  await expect(table).toHaveAttribute("aria-invalid", "true");
  await expect(table).toHaveAccessibleDescription(/At most 200.000 at once\./);
  await expect(dialog.getByText("Please check the marked fields.")).toHaveCount(0);
  await expectAccessible(page);
  await table.setInputFiles({ name: "one.csv", mimeType: "text/csv", buffer: Buffer.from("ECHOECHO\n") });
  await expect(dialog.getByText("Read as UTF-8")).toBeVisible();
  await expect(table).not.toHaveAttribute("aria-invalid");

  await dialog.getByRole("button", { name: "Paste IDs" }).click();
  const pasted = dialog.getByLabel("Pasted");
  // three bytes each: more than 4 MiB
  await pasted.fill("€".repeat(1_400_000));
  await expect(dialog.getByText(/^At most 4.194.304 bytes; this is 4.200.000\.$/)).toBeVisible({ timeout: 30_000 });
  await expect(pasted).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText("Please check the marked fields.")).toHaveCount(0);
  await pasted.fill("ECHOECHO");
  await expect(dialog.getByRole("button", { name: "Add 1 recipient" })).toBeVisible();
  await expect(pasted).not.toHaveAttribute("aria-invalid");
});

test("all recipients of an identity are shown with count and limit", async ({ cockpit: page, gateway }) => {
  const { uid } = identity("o15");
  await open(page, `/i/${uid}/recipients`);
  await expect(page.getByText("Nobody yet")).toBeVisible();
  await expectAccessible(page);
  const [known] = await gateway.createRecipients(1, "recipients");
  await open(page, `/i/${uid}/lists`);
  await page.getByRole("button", { name: "New list" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("Alle");
  await page.getByRole("button", { name: "Make the list" }).click();
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByLabel("Pasted").fill(`${known} X0000000`);
  await dialog.getByRole("button", { name: "Add 2 recipients" }).click();
  await expect(page.getByText("Nothing reaches 1 recipient")).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
  await open(page, `/i/${uid}/recipients?filter=unknown`);
  await expect(page.locator("table.data tbody tr")).toHaveCount(1);
  await expect(page.getByText("2 of 15 recipients")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
});
