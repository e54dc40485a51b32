/** What somebody reads whose browser runs no scripts. */
import { expect, test } from '../support/test';

test('a page without scripts says so in every language, in the look of the service', async ({
  open,
  person,
}) => {
  const service = await open();
  const page = await person({ javaScriptEnabled: false, viewport: { width: 320, height: 568 } });
  for (const address of [service.doors.base_url, service.link(1)]) {
    await page.goto(address);
    for (const language of ['en', 'vi', 'id', 'th']) {
      await expect(page.locator(`noscript [lang="${language}"]`)).toBeInViewport({ ratio: 1 });
    }
    await expect(page.getByText('正在準備…')).toBeHidden();
  }
});

test('whose browser runs them sees none of it', async ({ open, person }) => {
  const service = await open();
  const page = await person();
  await page.goto(service.link(1));
  await expect(page.getByTestId('join-button')).toBeVisible();
  await expect(page.locator('noscript')).toBeHidden();
  expect(await page.evaluate(() => document.styleSheets.length)).toBeGreaterThan(0);
});
