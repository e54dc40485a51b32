/** The console with the keyboard alone. */
import type { Page } from '@playwright/test';
import { phone } from '../support/devices';
import { applied } from '../support/prepared';
import { administrator } from '../support/staff';
import { expect, test } from '../support/test';
import { mother, sister } from '../support/visitors';

test('a reviewer decides one application after the other with single keys', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open();
  for (const visitor of [mother, sister]) {
    await applied(await person(phone), service, visitor);
  }
  const staff = await administrator(service, person);
  await staff.goto(`${service.doors.base_url}/staff/applications`);
  await expect(staff.getByTestId('application')).toHaveCount(2);
  const row = (name: string) => staff.getByRole('row').filter({ hasText: name });
  const press = (...keys: string[]) =>
    keys.reduce((done, key) => done.then(() => staff.keyboard.press(key)), Promise.resolve());
  const heading = staff.getByRole('heading', { level: 1 });

  // Whoever has waited longest is first.
  await press('j');
  await expect(row(mother.name)).toBeFocused();
  await press('j', 'j');
  await expect(row(sister.name)).toBeFocused();
  await press('k', 'Enter');
  await expect(heading).toHaveText(mother.name);
  await press('u');
  await expect(row(mother.name)).toBeFocused();
  await press('Enter');
  await expect(heading).toHaveText(mother.name);

  await documents(staff);

  await press('j');
  await expect(heading).toHaveText(sister.name);
  await press('k');
  await expect(heading).toHaveText(mother.name);
  await expect(staff.getByTestId('take')).toBeVisible();
  await press('a');
  await expect(staff.getByRole('dialog')).toHaveCount(0);
  await press('t');
  await expect(staff.getByTestId('approve')).toBeVisible();
  await press('a');
  const question = staff.getByRole('dialog');
  await expect(question).toContainText(`${mother.name} 會立即收到電子郵件`);
  await press('Escape');
  await expect(question).toHaveCount(0);
  await expect(staff.getByTestId('approve')).toBeVisible();
  await press('a', 'Enter');
  await expect(staff.getByText(`已核准 ${mother.name} 的申請`)).toBeVisible();

  await expect(heading).toHaveText(sister.name);
  await press('t');
  await expect(staff.getByTestId('refuse')).toBeVisible();
  await press('r');
  const reason = question.getByLabel('理由', { exact: true });
  await expect(reason).toHaveValue('');
  await reason.focus();
  await staff.keyboard.type('a jar of kiwi, 收容人表示不同意接見。');
  await expect(reason).toHaveValue('a jar of kiwi, 收容人表示不同意接見。');
  await press('Control+Enter');
  await expect(staff.getByText(`已不予核准 ${sister.name} 的申請`)).toBeVisible();
});

/** Makes a document larger, turns it, and lays another one beside it. */
async function documents(staff: Page): Promise<void> {
  const picture = staff.getByTestId('document-picture');
  await expect(picture).toHaveCount(1);
  const box = async (index = 0) =>
    (await picture.nth(index).boundingBox()) ?? { width: 0, height: 0 };
  const shape = async () => {
    const { width, height } = await box();
    return width > height ? 'lying' : 'standing';
  };
  const drawn = () => picture.evaluate((shown) => (shown as HTMLImageElement).naturalWidth);
  await expect.poll(drawn).toBeGreaterThan(0);
  const [whole, before] = [await box(), await shape()];
  await staff.keyboard.press('+');
  await expect.poll(async () => (await box()).width / whole.width).toBeCloseTo(1.5);
  await staff.keyboard.press('0');
  await expect.poll(async () => (await box()).width / whole.width).toBeCloseTo(1);
  await staff.keyboard.press('o');
  await expect.poll(shape).not.toBe(before);

  await picture.hover();
  await staff.keyboard.down('Control');
  await staff.mouse.wheel(0, -400);
  await staff.keyboard.up('Control');
  const frame = staff.getByRole('region', { name: /身分/ });
  const scrolled = () => frame.evaluate(({ scrollTop, scrollLeft }) => scrollTop + scrollLeft);
  await expect.poll(scrolled).toBeGreaterThan(0);
  const there = await scrolled();
  await staff.mouse.down();
  await staff.mouse.move(500, 100, { steps: 5 });
  await staff.mouse.up();
  await expect.poll(scrolled).not.toBe(there);

  await staff.keyboard.press('b');
  await expect(picture).toHaveCount(2);
  await staff.keyboard.press('d');
  await expect(picture).toHaveCount(2);
  await expect(
    staff.getByTestId('document').and(staff.locator('[aria-pressed="true"]')),
  ).toHaveCount(2);
  await staff.keyboard.press('b');
  await expect(picture).toHaveCount(1);
}

/** A register as long as one of a day, with the names that people have. */
function register200(): string {
  const names = [
    '瓦歷斯·諾幹 Walis Nokan',
    'Nguyễn Thị Minh Khai Hoàng Phương',
    'Siti Nurhaliza binti Abdul Rahman Wahyuningsih Kusumawardhani',
    '王大同',
  ];
  const lines = Array.from({ length: 200 }, (_, at) => {
    const name = names[at % names.length] ?? '';
    return `${3000 + at},${name},${name.slice(0, 12)}`;
  });
  return ['number,name,first_name', ...lines].join('\n');
}

test('long lists are gone through with keys, which never act while somebody types', async ({
  open,
  person,
}) => {
  const service = await open();
  const staff = await administrator(service, person);
  await staff.goto(`${service.doors.base_url}/staff/inmates/import`);
  await staff.locator('#csv').setInputFiles({
    name: 'inmates.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(register200()),
  });
  await staff.getByTestId('import').click();
  await expect(staff.getByText('匯入完成')).toBeVisible();
  await staff.goto(`${service.doors.base_url}/staff/inmates`);
  const rows = staff.locator('tbody tr');
  await expect(rows).toHaveCount(50);
  await expect(staff.getByText('已顯示 50 筆，還有更多。')).toBeVisible();
  // Whoever asks for more goes on where the list had ended.
  await staff.keyboard.press('m');
  await expect(rows).toHaveCount(100);
  await expect(rows.nth(50)).toBeFocused();

  for (let step = 0; step < 9; step += 1) await staff.keyboard.press('j');
  await expect(rows.nth(59)).toBeFocused();
  await expect(rows.nth(59)).toBeInViewport({ ratio: 1 });
  // Nothing of it lies below the head of the page on the way up.
  for (let step = 0; step < 20; step += 1) await staff.keyboard.press('k');
  await expect(rows.nth(39)).toBeFocused();
  const top = (await rows.nth(39).boundingBox())?.y ?? 0;
  const head = (await staff.getByRole('banner').boundingBox())?.height ?? 0;
  expect(top).toBeGreaterThanOrEqual(head);

  await staff.keyboard.press('/');
  const search = staff.getByRole('searchbox');
  await expect(search).toBeFocused();
  await staff.keyboard.type('jk/?');
  await expect(search).toHaveValue('jk/?');
  await search.fill('');
  // 注音 for 王, before it is chosen.
  const input = await staff.context().newCDPSession(staff);
  await input.send('Input.imeSetComposition', { text: 'ㄨㄤ', selectionStart: 2, selectionEnd: 2 });
  await staff.keyboard.press('j');
  await expect(staff.getByRole('dialog')).toHaveCount(0);
  await expect(search).toBeFocused();
  await input.send('Input.insertText', { text: '王' });
  await search.clear();
  await search.pressSequentially('瓦歷斯');
  await staff.keyboard.press('Enter');
  await expect(rows.first()).toContainText('Walis Nokan');
  await expect(rows.first()).toBeFocused();
  await expect(staff.getByText('共 50 筆')).toBeVisible();
  await staff.keyboard.press('/');
  await staff.keyboard.press('Escape');
  await expect(search).toHaveValue('');
  await expect(staff.getByText('已顯示 50 筆，還有更多。')).toBeVisible();
  for (let shown = 50; shown <= 200; shown += 50) {
    await expect(rows).toHaveCount(shown);
    if (shown === 50) await staff.keyboard.press('Escape');
    await staff.keyboard.press('m');
  }
  await expect(rows).toHaveCount(202);
  await expect(staff.getByText('共 202 筆')).toBeVisible();
});

test('the console lists its keys, and whoever wants none turns them off', async ({
  open,
  person,
}) => {
  const service = await open();
  const staff = await administrator(service, person);
  await staff.goto(`${service.doors.base_url}/staff/terminals`);
  const rows = staff.locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  const heading = staff.getByRole('heading', { level: 1 });
  await expect(heading).toBeFocused();
  await staff.keyboard.press('?');
  const list = staff.getByRole('dialog');
  await expect(list.getByRole('term')).toContainText(['?', 'j', 'k', 'Ctrl + Enter']);
  // With a dialog open, the page behind it stays as it is.
  await staff.keyboard.press('j');
  await list.getByRole('checkbox').uncheck();
  await staff.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await staff.keyboard.press('j');
  await expect(rows.first()).not.toBeFocused();

  await staff.reload();
  await expect(rows.first()).toBeVisible();
  await expect(heading).toBeFocused();
  await staff.keyboard.press('j');
  await expect(heading).toBeFocused();
  await staff.getByRole('button', { name: '快速鍵' }).click();
  await list.getByRole('checkbox').check();
  await staff.keyboard.press('Escape');
  await staff.keyboard.press('j');
  await expect(rows.first()).toBeFocused();
});
