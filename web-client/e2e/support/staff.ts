/** Members of staff, and how they sign in. */
import { createHmac } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import { desk } from './devices';
import type { Service } from './service';
import type { PersonOptions } from './test';
import { goBy, type Look, type Visitor } from './visitors';

const STEP_S = 30;
const LOGIN = 'chen';
const PASSWORD = 'a quiet river at noon';

/** Somebody who can sign in: what is typed, the secret of the second factor, and the code that was used. */
export interface Member {
  login: string;
  password: string;
  secret: string;
  used: string;
}

/** The code that an authenticator shows (RFC 6238), now or so many steps later. */
export function code(secret: string, later = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_S) + later));
  const hash = createHmac('sha1', base32(secret)).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 0xf;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** RFC 4648 section 6, without padding. */
function base32(text: string): Buffer {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text]
    .map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}

/** The roles at a facility, by what the console calls them. */
export const ROLES = {
  reviewer: '申請審核',
  scheduler: '接見排程',
  facility_administrator: '機關管理者',
  auditor: '稽核',
} as const;

/** A new administrator signs in for the first time: a second factor, then a password of their own. */
export async function firstSignIn(page: Page, service: Service): Promise<Member> {
  return begin(page, service, LOGIN, await service.administrator(LOGIN, '陳佳玲'));
}

/** Somebody signs in for the first time, with the temporary password that they were given. */
async function begin(
  page: Page,
  service: Service,
  login: string,
  temporary: string,
  look = goBy,
): Promise<Member> {
  await typePassword(page, service, login, temporary, look);
  await page.locator('summary').click();
  const secret = (await page.locator('code').textContent()) ?? '';
  await look(page);
  const used = code(secret);
  await enter(page, used);
  await expect(page.locator('#again')).toBeVisible();
  await look(page);
  await page.locator('#current').fill(temporary);
  await page.locator('#new').fill(PASSWORD);
  await page.locator('#again').fill(PASSWORD);
  await page.getByTestId('change-password').click();
  await expectSignedIn(page);
  return { login, password: PASSWORD, secret, used };
}

/** The first of the two steps of a sign-in. */
async function typePassword(
  page: Page,
  service: Service,
  login: string,
  password: string,
  look = goBy,
): Promise<void> {
  await page.goto(`${service.doors.base_url}/staff`);
  await expect(page.locator('#login')).toBeVisible();
  await look(page);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.getByTestId('staff-next').click();
  await expect(page.locator('#code')).toBeVisible();
}

/** Signs out, and back in with the next code. */
export async function signInAgain(
  page: Page,
  service: Service,
  { login, password, secret }: Member,
  look: Look,
): Promise<void> {
  await page.getByRole('button', { name: '登出' }).click();
  await expect(page.locator('#login')).toBeVisible();
  await typePassword(page, service, login, password);
  await look(page);
  await enter(page, code(secret, 1));
  await expectSignedIn(page);
}

/** Somebody whom `staff` gives one role, and who signs in at a desk of their own for the first time. */
export async function colleague(
  staff: Page,
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
  role: keyof typeof ROLES,
  look = goBy,
): Promise<{ page: Page; member: Member }> {
  await staff.getByRole('link', { name: '人員與職務' }).click();
  await staff.getByTestId('add-member').click();
  const dialog = staff.getByRole('dialog');
  await dialog.getByLabel('姓名').fill('吳建宏');
  await dialog.getByLabel('帳號').fill(role);
  await dialog.getByRole('checkbox', { name: new RegExp(`^${ROLES[role]}`) }).check();
  await dialog.getByRole('button', { name: '新增人員' }).click();
  const temporary = (await dialog.locator('code').textContent()) ?? '';
  await dialog.getByRole('button', { name: '關閉' }).click();
  const page = await person(desk);
  const member = await begin(page, service, role, temporary, look);
  return { page, member };
}

/** The console offers these sections, in this order, and no other one. */
export async function expectSections(page: Page, ...names: string[]): Promise<void> {
  await expect(page.locator('#navigation a')).toHaveText(names);
}

/** The administrator at a desk, signed in to the console with the demonstration's link. */
export async function administrator(
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
): Promise<Page> {
  const page = await person(desk);
  await page.goto(service.doors.desk.administrator_url);
  await expectSignedIn(page);
  return page;
}

/** Enters a code, and goes on. */
export async function enter(page: Page, digits: string): Promise<void> {
  await page.locator('#code').fill(digits);
  await page.getByTestId('staff-enter').click();
}

export async function expectSignedIn(page: Page): Promise<void> {
  await expect(page.locator('#navigation')).toBeAttached();
}

/** Takes the application of each, looks at the documents, and approves. */
export async function approve(page: Page, visitors: readonly Visitor[], look: Look): Promise<void> {
  for (const [index, { name }] of visitors.entries()) {
    await page.getByRole('link', { name: '申請審核' }).click();
    const entry = page.getByTestId('application').filter({ hasText: name });
    await expect(entry).toBeVisible();
    if (index === 0) await look(page);
    await entry.click();
    await page.getByTestId('take').click();
    await expect(page.getByTestId('document')).toHaveCount(3);
    await expect(page.getByRole('img', { name: /身分/ })).toBeVisible();
    if (index === 0) await look(page);
    await page.getByTestId('approve').click();
    const question = page.getByRole('dialog');
    await expect(question).toContainText(name);
    if (index === 0) await look(page);
    await question.getByTestId('confirm').click();
    await expect(page.getByText(name).and(page.getByText(/已核准/))).toBeVisible();
  }
}

/** Opens every part of the console, one after the other, and each kind of dialog that a tap there opens. */
export async function sections(page: Page, look: Look): Promise<void> {
  const links = page.locator('#navigation a');
  for (const link of await links.all()) {
    await link.click();
    await expect(page.getByText('讀取中…')).toHaveCount(0);
    await look(page);
    await dialogs(page, look);
  }
}

/** The newest steps of the audit trail are there in words, and who booked what with their names. */
export async function readAudit(page: Page, visitor: Visitor): Promise<void> {
  await page.getByRole('link', { name: '稽核紀錄' }).click();
  await page.reload();
  const steps = page.getByTestId('audit-step');
  await expect(steps.filter({ hasText: '進入接見' }).first()).toBeVisible();
  await expect(steps.filter({ hasText: /[a-z]_?[a-z]/ })).toHaveCount(0);
  const held = steps.filter({ hasText: '保留時段' });
  const row = page.getByRole('row').filter({ has: held }).first();
  await expect(row).toContainText(visitor.name);
  await expect(row.getByTestId('audit-detail').last()).toContainText('接見室');
}

/** Opens the dialogs of a page, the same question about several things once, and leaves them as they are. */
async function dialogs(page: Page, look: Look): Promise<void> {
  const seen = new Set<string>();
  for (const opener of await page.locator('main [aria-haspopup="dialog"]:enabled').all()) {
    const question = await opener.innerText();
    if (seen.has(question)) continue;
    seen.add(question);
    await opener.click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await look(page);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
}

/** Finds an account by its address, and asks for something to be done with it. */
export async function askAbout(page: Page, visitor: Visitor, action: string): Promise<void> {
  await page.getByRole('link', { name: '接見人帳號' }).click();
  await page.getByRole('searchbox').fill(visitor.email);
  await page.getByRole('button', { name: '搜尋' }).click();
  await page.getByRole('button', { name: `${action}: ${visitor.name}` }).click();
}
