import type { Page } from '@playwright/test';
import { expectFits, expectNothingSerious, narrow, zoomed } from '../support/access';
import { walk } from '../support/journey';
import { expect, test } from '../support/test';

/** A page on the way can be read by everybody, also in a small window and at twice the size. */
async function look(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const usual = page.viewportSize();
  await expectNothingSerious(page);
  await expectFits(page, narrow, zoomed);
  if (usual) await page.setViewportSize(usual);
}

test('three people who have nothing but their phones come to a visit', async ({ open, person }) => {
  test.slow();
  await walk(await open(), person, look);
});
