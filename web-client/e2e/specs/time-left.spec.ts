/** How much time is left: a ring, then words. */
import type { Locator, Page } from '@playwright/test';
import { join, seatInmate } from '../support/pages';
import { expect, test } from '../support/test';

const HIDDEN = 'inset(50%)';

/** The words beside the ring. Whoever hears the page has them at any time. */
const words = (page: Page): Locator => page.getByTestId('time-left').locator('span');

test('the time left is a ring, in words to whoever asks and to whoever hears the page', async ({
  open,
  person,
}) => {
  const service = await open();
  const [mother, inmate] = [await person({ locale: 'en' }), await person()];
  await join(mother, service.link(1));
  await expect(words(mother)).toHaveCSS('clip-path', HIDDEN);
  const ring = mother.getByRole('button', { name: /\d+ minutes left/ });
  await ring.click();
  await expect(words(mother)).toHaveCSS('clip-path', 'none');
  await expect(words(mother)).toHaveCSS('clip-path', HIDDEN);
  await mother.getByTestId('mute-button').focus();
  await ring.focus();
  await expect(words(mother)).toHaveCSS('clip-path', 'none');
  // Nobody can ask at a terminal, behind glass and without a watch.
  await seatInmate(inmate, service);
  await expect(words(inmate)).toHaveCSS('clip-path', 'none');
});

test('the last five minutes are in words', async ({ open, person }) => {
  const service = await open({ minutes: 5 });
  const mother = await person();
  await join(mother, service.link(1));
  await expect(words(mother)).toHaveCSS('clip-path', 'none');
});
