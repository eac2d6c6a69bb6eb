import { ConnectScreen } from "../pages/connect";
import { expect, test } from "../test";

test.use({ mustBeClean: false });

test("what the page's policy refuses is noticed, in the page and by its host", async ({ tab, host }) => {
  await new ConnectScreen(tab).open(host.url);
  expect(host.takeReports()).toEqual([]);
  expect(await tab.problems()).toEqual([]);
  await tab.evaluate(() => document.body.setAttribute("style", "display: none"));
  const reports: string[] = [];
  const reported = () => {
    reports.push(...host.takeReports());
    return reports.join();
  };
  await expect.poll(reported).toContain("style-src-attr");
  await expect.poll(async () => (await tab.problems()).join()).toContain("style-src-attr");
  expect(await tab.evaluate(() => getComputedStyle(document.body).display)).not.toBe("none");
});

test("an error that nobody catches is noticed", async ({ tab, host }) => {
  await new ConnectScreen(tab).open(host.url);
  await tab.evaluate(() => {
    setTimeout(() => {
      throw new Error("out of the blue");
    });
  });
  await expect.poll(async () => (await tab.problems()).join()).toContain("out of the blue");
});
