import type { Page } from '@playwright/test';
import { expectFits, expectNothingSerious, narrow, zoomed } from '../support/access';
import { expectConnected, expectTerminal, join } from '../support/pages';
import { expectSignedIn } from '../support/staff';
import { expect, test } from '../support/test';
import { agree, apply, book, invite, mother, register, sister, son } from '../support/visitors';

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const desk = { viewport: { width: 1280, height: 800 } };

/** Every page on the way can be read by everybody, also in a small window and at twice the size. */
async function look(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const usual = page.viewportSize();
  await expectNothingSerious(page);
  await expectFits(page, narrow, zoomed);
  if (usual) await page.setViewportSize(usual);
}

/** The reviewer takes one application after the other, looks at the documents, and approves. */
async function approveAll(reviewer: Page, names: string[]): Promise<void> {
  await reviewer.getByRole('link', { name: '申請審核' }).click();
  for (const name of names) {
    const entry = reviewer.getByTestId('application').filter({ hasText: name });
    await expect(entry.first()).toBeVisible();
    await look(reviewer);
    await entry.first().click();
    await reviewer.getByTestId('take').click();
    await expect(reviewer.getByTestId('document')).toHaveCount(3);
    await expect(reviewer.getByRole('img', { name: /身分/ })).toBeVisible();
    await look(reviewer);
    await reviewer.getByTestId('approve').click();
    await expect(reviewer.getByText(new RegExp(`${name}.*已核准`))).toBeVisible();
    await reviewer.goto(reviewer.url().replace(/\/applications\/.*/, '/applications'));
  }
}

test('three people who have nothing but their phones come to a visit', async ({ open, person }) => {
  test.slow();
  const service = await open();
  const { desk: doors } = service.doors;
  const family = [mother, sister, son];

  const [hers, sisters, sons] = [await person(phone), await person(phone), await person(phone)];
  const phones: [Page, Page, Page] = [hers, sisters, sons];
  for (const [index, page] of phones.entries()) {
    const visitor = family[index];
    if (!visitor) continue;
    await register(page, service, visitor, index === 0 ? look : undefined);
    await apply(page, service, visitor, index === 0 ? look : undefined);
  }

  const staff = await person(desk);
  await staff.goto(doors.administrator_url);
  await expectSignedIn(staff);
  await approveAll(
    staff,
    family.map(({ name }) => name),
  );

  for (const { email } of [sister, son]) await invite(hers, service, email, look);
  await agree(sisters, service, look);
  await agree(sons, service);
  await book(hers, service, [sister, son], look);

  const terminal = await person({ viewport: { width: 1920, height: 1080 } });
  await terminal.goto(doors.terminal_url);
  const officer = await person(desk);
  await officer.goto(service.doors.officer_url);
  await expect(officer.getByTestId('officer-visit').filter({ hasText: mother.name })).toBeVisible();
  await look(officer);

  for (const [index, page] of phones.entries()) {
    const number = family[index]?.phone ?? '';
    await join(page, await service.sentLink(number));
  }
  await expectTerminal(terminal, 'call');
  await expectConnected(hers, 0, 2, 3);
  await expectConnected(terminal, 1, 2, 3);
});
