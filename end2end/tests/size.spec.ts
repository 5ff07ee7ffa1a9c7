import { administrator, expect, hydrated, test } from "../fixtures";
import { transferred } from "../fixtures/transfer";

// 350 KB: what is still quick where the network is slow.
const limit = 350_000; // bytes

test("the sign-in page and the overview stay within their transfer size", async ({ browser, cockpit }) => {
  await cockpit.close(); // somebody has set the organisation up
  const context = await browser.newContext();
  const page = await context.newPage();
  const count = await transferred(page);

  await page.goto("/login");
  await hydrated(page);
  const first = await count();

  await page.locator('input[name="email"]').fill(administrator.email);
  await page.locator('input[name="password"]').fill(administrator.password);
  await page.locator('main form button[type="submit"]').click();
  await expect(page).not.toHaveURL(/\/login/);
  await hydrated(page);
  const both = await count();

  console.log(both.rows.join("\n"));
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`sign-in page ${kilobytes(first.bytes)}, with the overview ${kilobytes(both.bytes)}, limit ${kilobytes(limit)}`);
  expect(both.bytes).toBeLessThanOrEqual(limit);
  await context.close();
});
