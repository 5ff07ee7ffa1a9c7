import { defineConfig } from "@playwright/test";

/** What is written to people and by them; about half of the time that all tests take. */
const withPeople = /(bots|conversations|feeds|groups|phone|story)\.spec\.ts$/;
/** What needs a second server on the same database, which end2end/serve.sh starts on PostgreSQL. */
const ofTwoServers = /-two-servers\.spec\.ts$/;

export default defineConfig({
  testDir: "./tests",
  outputDir: "./test-results",
  timeout: 120_000,
  expect: { timeout: 10_000 },
  // One server with one database: the tests of a half run one after the other, the halves side by side (scripts/test.sh),
  // each with a server of its own. The first test of a half does the first-run set-up.
  projects: [
    { name: "people", testMatch: withPeople },
    { name: "administration", testIgnore: [withPeople, ofTwoServers] },
    ...(process.env.SECOND_URL ? [{ name: "two servers", testMatch: ofTwoServers }] : []),
  ],
  workers: 1,
  fullyParallel: false,
  // what passes only the second time is listed as flaky: that is a fault to be found, but no reason to stop everything else
  retries: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: {
    // Chromium treats http://localhost as secure, and a passkey needs a host name.
    baseURL: process.env.BASE_URL ?? "http://localhost:3000",
    locale: "en-GB",
    timezoneId: "Europe/Zurich",
    // a trace costs a third of the time: TRACE=on keeps those of failed tests
    trace: process.env.TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
