/** Finding an application in the queue, and looking at papers that are PDFs. */
import type { Page } from '@playwright/test';
import { phone } from '../support/devices';
import { applied } from '../support/prepared';
import { administrator } from '../support/staff';
import { expect, test } from '../support/test';
import { apply, mother, register, sister } from '../support/visitors';

/** A paper as an office prints it: two pages, in Chinese, the second one on its side. */
async function paper(page: Page): Promise<Buffer> {
  await page.setContent(`
    <style>
      @page { size: A4; margin: 2cm; }
      @page side { size: A4 landscape; }
      .side { page: side; break-before: page; }
    </style>
    <h1>戶籍謄本</h1><p>王美玉 民國四十二年三月九日</p>
    <div class="side"><h1>記事欄</h1><p>空白</p></div>`);
  return page.pdf({ preferCSSPageSize: true });
}

/** How much of the picture is ink, from 0 to 1; nothing of one that is not there yet. */
function ink(page: Page): Promise<number> {
  return page.getByTestId('document-picture').evaluate((shown) => {
    const picture = shown as HTMLImageElement;
    if (picture.naturalWidth === 0) return 0;
    const canvas = document.createElement('canvas');
    canvas.width = picture.naturalWidth;
    canvas.height = picture.naturalHeight;
    const context = canvas.getContext('2d')!;
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at]! < 128) dark += 1;
    return dark / (data.length / 4);
  });
}

test('a reviewer finds one of many by name or number, and reads a PDF like a picture', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open();
  const press = await person();
  const pdf = await paper(press);
  const hers = await person(phone);
  await register(hers, service, mother);
  const papers = {
    relationship: { name: '戶籍謄本.pdf', mimeType: 'application/pdf', buffer: pdf },
  };
  await apply(hers, service, mother, undefined, papers);
  await applied(await person(phone), service, sister);
  const staff = await administrator(service, person);
  await staff.goto(`${service.doors.base_url}/staff/applications`);
  const entries = staff.getByTestId('application');
  await expect(entries).toHaveCount(2);
  await expect(staff.getByText('共 2 筆')).toBeVisible();

  await staff.keyboard.press('/');
  const search = staff.getByRole('searchbox');
  await expect(search).toBeFocused();
  await search.fill('雅惠');
  await staff.keyboard.press('Enter');
  await expect(entries).toHaveText([sister.name]);
  await expect(staff.getByRole('row').filter({ hasText: sister.name })).toBeFocused();
  // A name stands in no address.
  expect(new URL(staff.url()).search).toBe('');

  await staff.keyboard.press('/');
  await search.fill('沒有這個人');
  await staff.keyboard.press('Enter');
  await expect(staff.getByRole('heading', { name: '找不到「沒有這個人」' })).toBeVisible();
  await staff.getByTestId('search-all').click();
  await expect(staff).toHaveURL(/state=any/);
  await expect(staff.getByTestId('search-all')).toHaveCount(0);
  await staff.keyboard.press('/');
  await staff.keyboard.press('Escape');
  await expect(search).toHaveValue('');
  for (const { name } of [mother, sister])
    await expect(entries.filter({ hasText: name })).toHaveCount(1);

  await search.fill(service.doors.desk.inmate_number);
  await staff.keyboard.press('Enter');
  await expect(entries.filter({ hasText: sister.name })).toHaveCount(1);
  await entries.filter({ hasText: mother.name }).click();
  const number = staff.locator('dt', { hasText: '申請編號' }).locator('+ dd');
  const text = (await number.textContent()) ?? '';
  expect(text).toMatch(/^[0-9a-f]{8}$/);
  await staff.keyboard.press('u');
  await staff.keyboard.press('/');
  await search.fill(text.toUpperCase());
  await staff.keyboard.press('Enter');
  await expect(entries).toHaveText([mother.name]);
  await entries.click();

  const picture = staff.getByTestId('document-picture');
  await expect(picture).toHaveCount(1);
  await staff.getByTestId('document').filter({ hasText: '關係' }).click();
  await expect(staff.getByText('第 1 頁，共 2 頁')).toBeVisible();
  await expect(staff.getByRole('img', { name: '戶籍謄本.pdf，第 1 頁' })).toBeVisible();
  const lies = () =>
    picture.evaluate((shown) => {
      const { naturalWidth, naturalHeight } = shown as HTMLImageElement;
      return naturalWidth > naturalHeight;
    });
  await expect.poll(() => ink(staff)).toBeGreaterThan(0.0005);
  expect(await lies()).toBe(false);
  await staff.getByTestId('larger').click();
  await expect(staff.getByText('150%')).toBeVisible();
  await staff.keyboard.press('n');
  await expect(staff.getByText('第 2 頁，共 2 頁')).toBeVisible();
  await expect.poll(lies).toBe(true);
  await expect.poll(() => ink(staff)).toBeGreaterThan(0.0002);
  await expect(staff.getByTestId('next-page')).toBeDisabled();
  await staff.getByTestId('beside').click();
  await expect(picture).toHaveCount(2);
});

test('a PDF that cannot be drawn is offered to the browser instead', async ({ open, person }) => {
  test.slow();
  const service = await open();
  const page = await person(phone);
  const pdf = await paper(await person());
  await register(page, service, mother);
  const papers = { identity: { name: 'card.pdf', mimeType: 'application/pdf', buffer: pdf } };
  await apply(page, service, mother, undefined, papers);
  const staff = await administrator(service, person);
  // The file comes damaged.
  await staff.route('**/api/staff/applications/*/documents/*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.body()).subarray(0, 400) });
  });
  await staff.goto(`${service.doors.base_url}/staff/applications`);
  await staff.getByTestId('application').click();
  await expect(staff.getByText('這份 PDF 無法在這裡完整顯示')).toBeVisible();
  await expect(staff.getByRole('link', { name: '在新分頁開啟 PDF' })).toBeVisible();
  await expect(staff.getByRole('link', { name: '下載' })).toHaveAttribute('download', 'card.pdf');
});
