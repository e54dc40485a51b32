/**
 * What people think better of: a companion who says no, leaves or closes the account, another telephone number,
 * a letter that did not come, and what they take with them, a calendar's entry and a copy of their data. Each time
 * it is also seen by whom else it concerns, and what was sent before leads nowhere.
 */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { entryOf } from './calendar';
import { dateOf } from './days';
import { phone } from './devices';
import { expectJoinState, join, tapJoin } from './pages';
import { applied } from './prepared';
import type { Service } from './service';
import { administrator, approve } from './staff';
import type { PersonOptions } from './test';
import {
  agree,
  askForAccount,
  askForLink,
  book,
  goBy,
  invite,
  mother,
  PASSWORD,
  signIn,
  sister,
  son,
  type Look,
  type Visitor,
} from './visitors';

/** The mother's from the middle of the way on. */
const NEW_PHONE = '0987654321';
const VISIT_MS = 25 * 60_000;

/** Walks it. `look` is called on every page that nobody comes to who stays with what they said. */
export async function thinkAgain(
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
  look: Look,
): Promise<void> {
  // Another letter can be asked for after a minute. The others are busy meanwhile.
  const his = await person(phone);
  await askForAccount(his, service, son);
  const [hers, theirs] = [await person(phone), await person(phone)];
  const application = await applied(hers, service, mother);
  await applied(theirs, service, sister);
  const staff = await administrator(service, person);
  await approve(staff, [mother, sister], goBy);

  await sayNo(theirs, hers, service, look);
  await invite(hers, service, son.email);
  await invite(hers, service, sister.email);
  await agree(theirs, service);
  const startsAtMs = await book(hers, service, [sister]);
  const visit = hers.url().replace(/\/booked$/, '');
  await goForGood(theirs, service, visit, look);
  await goOnWithout(hers, service, visit);
  await keepInCalendar(hers, staff, service, visit, startsAtMs);
  const link = await changeNumber(hers, service, visit, look);
  await takeCopy(hers, service, application, visit);
  await tryPhone(hers, visit);
  await join(hers, link);
  await proveByNewestLetter(his, service, look);
  await knowNoMore(his, service);
}

/** The file that a link of the page gives. */
async function downloaded(page: Page, link: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: link }).click();
  return readFile(await (await download).path(), 'utf8');
}

/** A companion says no; whoever asked sees it, and takes it off the list. */
async function sayNo(theirs: Page, hers: Page, service: Service, look: Look): Promise<void> {
  const { portal_url } = service.doors.desk;
  await invite(hers, service, sister.email);
  await theirs.goto(`${portal_url}/companions`);
  await theirs.getByRole('button', { name: '不同意' }).click();
  await expect(theirs.getByText('已婉拒。')).toBeVisible();
  await look(theirs);
  await hers.goto(`${portal_url}/companions`);
  await expect(hers.getByText('對方婉拒了')).toBeVisible();
  await look(hers);
  await hers.getByRole('button', { name: `移除${sister.email}` }).click();
  const question = hers.getByRole('dialog');
  await look(hers);
  await question.getByRole('button', { name: '移除' }).click();
  await expect(hers.getByText('已儲存。')).toBeVisible();
  await expect(hers.getByText(sister.email)).toHaveCount(0);
}

/** Somebody of the party leaves the visit, without which the account cannot be closed, and then closes it. */
async function goForGood(theirs: Page, service: Service, visit: string, look: Look): Promise<void> {
  const link = await service.sentLink(sister.phone, '/j#');
  await close(theirs, service);
  await expect(theirs.getByRole('alert')).toContainText('取消或退出');
  await look(theirs);
  await theirs.goto(visit);
  await theirs.getByRole('button', { name: '我不能參加了' }).click();
  const question = theirs.getByRole('dialog');
  await look(theirs);
  await question.getByRole('button', { name: '確定退出' }).click();
  const heading = theirs.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('您已退出這次接見。');
  await look(theirs);
  await tapJoin(theirs, link);
  await expectJoinState(theirs, 'without-visit');
  await look(theirs);
  await theirs.getByRole('link', { name: '查看我的接見' }).click();
  await expect(heading).toHaveText('我的接見');
  await close(theirs, service);
  await expect(heading).toHaveText('帳號已關閉');
  await look(theirs);
  await signIn(theirs, service, sister);
  await expect(theirs.getByRole('alert')).toContainText('電子郵件或密碼不正確');
}

async function close(page: Page, service: Service): Promise<void> {
  await page.goto(`${service.doors.desk.portal_url}/account/close`);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: '確定關閉帳號' }).click();
}

/** Whoever stays finds the visit as it was, without the one who left, also where another one could be booked. */
async function goOnWithout(hers: Page, service: Service, visit: string): Promise<void> {
  await hers.goto(visit);
  await expect(hers.getByText('已預約', { exact: true })).toBeVisible();
  await expect(hers.getByText(mother.name).first()).toBeVisible();
  await expect(hers.getByText(sister.name)).toHaveCount(0);
  await hers.goto(`${service.doors.desk.portal_url}/companions`);
  await expect(hers.getByText(son.email)).toBeVisible();
  await expect(hers.getByText(sister.name)).toHaveCount(0);
}

/** The visit goes into a calendar, and once more after it was moved to another terminal: the same entry, anew. */
async function keepInCalendar(
  hers: Page,
  staff: Page,
  service: Service,
  visit: string,
  startsAtMs: number,
): Promise<void> {
  const { base_url, desk } = service.doors;
  await hers.goto(visit);
  const before = entryOf(await downloaded(hers, '加入行事曆'));
  const uid = `${visit.split('/').at(-1)}@openvisit`;
  const endsAtMs = startsAtMs + VISIT_MS;
  expect(before).toMatchObject({ uid, startsAtMs, endsAtMs, summary: '行動接見' });
  // Others look into calendars, too.
  const told = `${before.summary} ${before.description} ${before.location}`;
  for (const secret of [desk.inmate_name, desk.inmate_number, mother.name, '#']) {
    expect(told).not.toContain(secret);
  }

  await staff.goto(`${base_url}/staff/visits`);
  await staff.locator('#date').fill(dateOf(startsAtMs));
  const row = staff.getByRole('row').filter({ hasText: desk.inmate_name });
  await row.getByTestId('visit').click();
  const question = staff.getByRole('dialog');
  await question.getByTestId('move-visit').click();
  await question.locator('#terminal_id').selectOption({ label: '第一接見室' });
  await expect(question).toContainText(desk.inmate_name);
  await question.getByTestId('confirm').click();
  await expect(staff.getByText('已移到其他設備。')).toBeVisible();
  const { sequence, ...after } = entryOf(await downloaded(hers, '加入行事曆'));
  expect(before).toMatchObject(after);
  expect(sequence).toBeGreaterThan(before.sequence);
}

/**
 * A link went to a telephone that is not at hand any more. The number is put right; that is told at the one before,
 * and the next link, at once, goes to the new one alone. Gives it back.
 */
async function changeNumber(
  hers: Page,
  service: Service,
  visit: string,
  look: Look,
): Promise<string> {
  const { base_url, desk } = service.doors;
  const former = await askForLink(hers, service, mother, goBy);
  await hers.goto(`${desk.portal_url}/account`);
  await hers.getByRole('link', { name: '更改手機號碼' }).click();
  await hers.getByLabel('手機號碼').fill('0987');
  await hers.getByRole('button', { name: '儲存' }).click();
  await expect(hers.getByRole('alert')).toContainText('十位數');
  await look(hers);
  await hers.getByLabel('手機號碼').fill(NEW_PHONE);
  await hers.getByRole('button', { name: '儲存' }).click();
  await expect(hers).toHaveURL(/\/account$/);
  await expect(hers.getByText(NEW_PHONE)).toBeVisible();
  expect(await service.sentLink(mother.phone, '/portal')).toBe(`${base_url}/portal`);

  await hers.goto(visit);
  await hers.getByRole('button', { name: '再傳一次連結給我' }).click();
  await expect(hers.getByText('新的連結已用簡訊傳到您登記的手機')).toBeVisible();
  const link = await service.sentLink(NEW_PHONE, '/j#');
  expect(await service.sentLink(mother.phone, '/j#')).toBe(former);
  await tapJoin(hers, former);
  await expectJoinState(hers, 'withdrawn');
  return link;
}

/** What is kept of somebody, as `/api/visitor/export` tells it. */
interface Copy {
  account: Record<string, unknown>;
  applications: { id: string }[];
  documents: unknown[];
  visits: { id: string }[];
  companions: { inmate: string; sent: boolean; state: string }[];
  messages: { recipient: string | null }[];
}

/** The copy of one's data from the account's page. Nothing in it opens anything, or is how others are reached. */
async function copyOf(page: Page, service: Service, others: readonly Visitor[]): Promise<Copy> {
  await page.goto(`${service.doors.desk.portal_url}/account`);
  const file = await downloaded(page, '下載我的資料');
  for (const { nationalId, email, phone: number } of others) {
    for (const foreign of [nationalId, email, number]) expect(file).not.toContain(foreign);
  }
  expect(file).not.toMatch(/\/(j|t|verify)#/);
  const { messages, ...kept } = JSON.parse(file) as Copy;
  // Letters that somebody got name those of whom they tell.
  for (const { name } of others) expect(JSON.stringify(kept)).not.toContain(name);
  return { messages, ...kept };
}

async function takeCopy(
  hers: Page,
  service: Service,
  application: string,
  visit: string,
): Promise<void> {
  const copy = await copyOf(hers, service, [sister, son]);
  expect(copy.account).toMatchObject({
    name: mother.name,
    national_id: mother.nationalId,
    email: mother.email,
    phone: NEW_PHONE,
    consent_version: '2026-11',
  });
  expect(copy.applications.map(({ id }) => id)).toEqual([application]);
  expect(copy.documents).toHaveLength(3);
  expect(copy.visits.map(({ id }) => id)).toEqual([visit.split('/').at(-1)]);
  const own: (string | null)[] = [null, mother.email, mother.phone, NEW_PHONE];
  const foreign = copy.messages.filter(({ recipient }) => !own.includes(recipient));
  expect(foreign).toEqual([]);
}

/** The phone is tried on the way from the visit's page. */
async function tryPhone(hers: Page, visit: string): Promise<void> {
  await hers.goto(visit);
  await hers.getByRole('link', { name: '測試我的手機' }).click();
  await hers.getByRole('button', { name: '開始測試' }).click();
  await expect(hers.getByTestId('network-test')).toHaveAttribute('data-outcome', 'good');
}

/** The letter is asked for once more. The one before proves nothing any more; the newest does. */
async function proveByNewestLetter(his: Page, service: Service, look: Look): Promise<void> {
  const newest = () => service.sentLink(son.email, '/verify');
  const former = await newest();
  await his.getByRole('button', { name: '再寄一次' }).click({ timeout: 65_000 });
  await expect(his.getByText('已再寄一次，請使用最新的那封信。')).toBeVisible();
  await look(his);
  await expect.poll(newest).not.toBe(former);
  await his.goto(former);
  await his.getByRole('button', { name: '完成驗證' }).click();
  const heading = his.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('這個連結無法使用');
  await look(his);
  await his.goto(await newest());
  await his.getByRole('button', { name: '完成驗證' }).click();
  await expect(heading).toContainText(son.name);
}

/** An invitation waited for an account. Whoever agrees without an application never reads the inmate's whole name. */
async function knowNoMore(his: Page, service: Service): Promise<void> {
  await agree(his, service);
  await expect(his.getByText('陳○明').first()).toBeVisible();
  const copy = await copyOf(his, service, [mother, sister]);
  expect(copy.companions).toMatchObject([{ inmate: '陳○明', sent: false, state: 'agreed' }]);
}
