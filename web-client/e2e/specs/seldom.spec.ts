import type { Page } from '@playwright/test';
import {
  expectFits,
  expectNothingSerious,
  expectTappable,
  narrow,
  zoomed,
} from '../support/access';
import { meetTheSeldom } from '../support/seldom';
import { test } from '../support/test';

const QUESTION = 'dialog[open]';

/** Everybody can read it, also in a small window and at twice the size, and tap what is to be tapped. */
async function glance(page: Page): Promise<void> {
  const usual = page.viewportSize();
  // What lies below a question is out of reach, and looked at elsewhere.
  const asks = (await page.locator(QUESTION).count()) > 0;
  await expectNothingSerious(page, asks ? QUESTION : undefined);
  await expectFits(page, zoomed, narrow);
  await expectTappable(page);
  if (usual) await page.setViewportSize(usual);
}

test('what is met now and then is plain to those who meet it', async ({ open, person }) => {
  test.slow();
  await meetTheSeldom(await open(), person, glance);
});
