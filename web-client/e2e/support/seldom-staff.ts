/**
 * What staff do now and then: a visit that is called off, moved or corrected, an approval that is revoked, a
 * restriction and a closure that are lifted, and what is shown this once.
 */
import { expect, type Page } from '@playwright/test';
import type { Answer } from '../../src/lib/api/schemas';
import { change, refuse } from './answers';
import { desk, phone } from './devices';
import type { Glance } from './seldom';
import type { Service } from './service';
import type { Visitor } from './visitors';

/** With whom the demonstration's own visit is. */
const INMATE = '林明華';
const HOUR_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** Opens them one after the other; at the end `applicant` is not approved any more. */
export async function runConsole(
  staff: Page,
  service: Service,
  applicant: Visitor,
  glance: Glance,
): Promise<void> {
  const console = `${service.doors.base_url}/staff`;
  await changeAVisit(staff, console, service.date, glance);
  await setAVisitRight(staff, console, service.date, glance);
  await lift(staff, console, glance);
  await showOnce(staff, console, glance);
  await keepRecords(staff, console, glance);
  await findTheWay(staff, console, glance);
  await revoke(staff, console, applicant, glance);
}

/** More sign in to the console than can be answered. */
export async function enterWithMany(page: Page, service: Service, glance: Glance): Promise<void> {
  await refuse(page, '**/api/staff/session', { status: 503, code: 'many_at_once', again: 100 });
  await page.goto(`${service.doors.base_url}/staff`);
  await page.locator('#login').fill('chen');
  await page.locator('#password').fill('a quiet river at noon');
  await page.getByTestId('staff-next').click();
  await expect(page.getByTestId('turn')).toBeVisible();
  await glance(page, 'staff-sign-in-many');
}

/** A visit of the day in full. */
async function open(staff: Page, console: string, date: string): Promise<void> {
  await staff.goto(`${console}/visits`);
  await staff.locator('#date').fill(date);
  await staff.getByRole('row').filter({ hasText: INMATE }).getByTestId('visit').click();
}

/** What can be done with a visit that is ahead: each is begun, and left. */
async function changeAVisit(
  staff: Page,
  console: string,
  date: string,
  glance: Glance,
): Promise<void> {
  await open(staff, console, date);
  const question = staff.getByRole('dialog');
  const back = () => question.getByRole('button', { name: '返回' }).click();
  await question.getByTestId('cancel-visit').click();
  await question.getByRole('button', { name: '設備故障，無法進行接見。' }).click();
  await glance(staff, 'staff-visit-cancel');
  await back();
  await question.getByTestId('move-visit').click();
  await expect(question.locator('#terminal_id')).toBeVisible();
  await glance(staff, 'staff-visit-move');
  await back();
  await question.getByTestId('remove-member').first().click();
  await expect(question.locator('#reason')).toBeVisible();
  await glance(staff, 'staff-visit-remove');
  await back();

  const end = await change<Answer<'Terminal'>[]>(
    staff,
    '**/api/staff/facilities/*/terminals',
    (all) => all.map((terminal) => ({ ...terminal, in_service: false })),
  );
  await open(staff, console, date);
  await question.getByTestId('move-visit').click();
  await expect(question).toContainText('沒有空著的設備');
  await glance(staff, 'staff-visit-no-other');
  await end();
}

/** A visit that is over, and what became of it is put right. */
async function setAVisitRight(
  staff: Page,
  console: string,
  date: string,
  glance: Glance,
): Promise<void> {
  const end = await change<Answer<'StaffVisit'>[]>(staff, '**/api/staff/visits?*', (all) =>
    all.map((visit) => ({
      ...visit,
      state: 'no_show',
      starts_at_ms: visit.starts_at_ms - HOUR_MS,
      ends_at_ms: visit.ends_at_ms - HOUR_MS,
      without_visitors_ms: 4 * MINUTE_MS,
      together_ms: 12 * MINUTE_MS,
      given_back_ms: 3 * MINUTE_MS,
    })),
  );
  await open(staff, console, date);
  const question = staff.getByRole('dialog');
  await expect(question).toContainText('雙方在線 12 分鐘');
  await glance(staff, 'staff-visit-over');
  await question.getByTestId('correct-outcome').click();
  await expect(question.locator('#outcome')).toBeVisible();
  await glance(staff, 'staff-visit-correct');
  await end();
}

/** What holds until somebody says that it does not. */
async function lift(staff: Page, console: string, glance: Glance): Promise<void> {
  const question = staff.getByRole('dialog');
  const restricted: Answer<'Restriction'> = {
    id: crypto.randomUUID(),
    facility_id: crypto.randomUUID(),
    person_id: crypto.randomUUID(),
    person_name: '王美玉',
    inmate_id: crypto.randomUUID(),
    inmate_name: '陳志明',
    inmate_number: '2048',
    kind: 'inmate_declines',
    reason: '收容人表示現在不願接見。',
    created_at_ms: Date.now() - 40 * HOUR_MS,
    from_ms: Date.now() - 40 * HOUR_MS,
    until_ms: null,
    lifted_at_ms: null,
    staff_name: '李淑芬',
    deeds: [],
  };
  let end = await change(staff, '**/api/staff/restrictions?*', () => [restricted]);
  await staff.goto(`${console}/restrictions`);
  await staff.getByRole('button', { name: '解除: 王美玉' }).click();
  await expect(question.locator('#reason')).toBeVisible();
  await glance(staff, 'staff-restriction-lift');
  await end();

  const closed: Answer<'Closure'> = {
    id: crypto.randomUUID(),
    everywhere: false,
    from_date: '2026-12-24',
    to_date: '2026-12-25',
    from_minute: 780,
    to_minute: 1020,
    reason: '空調設備更新',
    lifted_at_ms: null,
    deeds: [],
  };
  end = await change(staff, '**/api/staff/facilities/*/closures?*', () => [closed]);
  await staff.goto(`${console}/closures`);
  await staff.getByRole('button', { name: /^取消停止/ }).click();
  await expect(question).toContainText('13:00–17:00');
  await glance(staff, 'staff-closure-lift');
  await end();
}

/** A temporary password, and the address at which a terminal opens. */
async function showOnce(staff: Page, console: string, glance: Glance): Promise<void> {
  const question = staff.getByRole('dialog');
  await staff.goto(`${console}/members`);
  await staff
    .getByRole('button', { name: /^重設登入/ })
    .first()
    .click();
  await question.getByTestId('confirm').click();
  await expect(question.locator('code')).toBeVisible();
  await glance(staff, 'staff-temporary-password');

  await staff.goto(`${console}/terminals`);
  await staff.getByRole('button', { name: '重新配對: 第二接見室' }).click();
  await question.getByTestId('confirm').click();
  await expect(question.getByRole('img', { name: /QR/ })).toBeVisible();
  await glance(staff, 'staff-terminal-paired');
}

/** Figures that can be taken back, a letter that did not arrive, and a trail that is whole. */
async function keepRecords(staff: Page, console: string, glance: Glance): Promise<void> {
  await staff.goto(`${console}/settings`);
  await staff.getByLabel('接見窗口電話').fill('02-5550-0199');
  await staff.getByRole('button', { name: '儲存' }).click();
  await expect(staff.getByTestId('undo')).toBeVisible();
  await glance(staff, 'staff-settings-saved');

  let end = await change<{ messages: Answer<'StaffMessage'>[] }>(
    staff,
    '**/api/staff/messages?*',
    ({ messages }) => ({
      messages: messages.map((sent) => ({ ...sent, state: 'failed', delivered_at_ms: null })),
    }),
  );
  await staff.goto(`${console}/messages`);
  await expect(staff.getByRole('button', { name: /^再寄一次/ }).first()).toBeVisible();
  await glance(staff, 'staff-messages-failed');
  await end();

  // Hundreds of steps are alike.
  end = await change<Answer<'StaffAuditEvents'>>(staff, '**/api/staff/audit?*', (told) => ({
    ...told,
    events: told.events.slice(0, 6),
  }));
  await staff.goto(`${console}/audit`);
  await staff.getByTestId('verify').click();
  await expect(staff.getByTestId('verified')).toBeVisible();
  await glance(staff, 'staff-audit-verified');
  await end();
}

/** The keys, the menu of a phone, a search without a hit, and an address that leads nowhere. */
async function findTheWay(staff: Page, console: string, glance: Glance): Promise<void> {
  await staff.goto(`${console}/applications`);
  await expect(staff.getByRole('searchbox')).toBeVisible();
  await staff.keyboard.press('?');
  await expect(staff.getByRole('dialog')).toBeVisible();
  await glance(staff, 'staff-keys');
  await staff.keyboard.press('Escape');
  await staff.getByRole('searchbox').fill('沒有這個人');
  await staff.keyboard.press('Enter');
  await expect(staff.getByTestId('search-all')).toBeVisible();
  await glance(staff, 'staff-no-hit');

  const lists = '**/api/staff/facilities/*/terminals';
  await staff.route(lists, (route) => route.abort());
  await staff.goto(`${console}/terminals`);
  await expect(staff.getByText('現在讀不到資料')).toBeVisible();
  await glance(staff, 'staff-list-failed');
  await staff.unroute(lists);
  await staff.getByRole('button', { name: '再試一次' }).click();
  await expect(staff.getByRole('row').first()).toBeVisible();

  await staff.setViewportSize(phone.viewport);
  await staff.getByRole('button', { name: '選單' }).click();
  await expect(staff.locator('#navigation')).toBeVisible();
  await glance(staff, 'staff-menu');
  await staff.setViewportSize(desk.viewport);
  await staff.goto(`${console}/nowhere`);
  await expect(staff.getByText('沒有這個頁面')).toBeVisible();
  await glance(staff, 'staff-not-found');
}

/** An approval that does not hold any longer. */
async function revoke(
  staff: Page,
  console: string,
  { name }: Visitor,
  glance: Glance,
): Promise<void> {
  await staff.goto(`${console}/applications?state=approved`);
  await staff.getByTestId('application').filter({ hasText: name }).click();
  await expect(staff.getByTestId('revoke')).toBeVisible();
  await glance(staff, 'staff-application-approved');
  await staff.getByTestId('revoke').click();
  const question = staff.getByRole('dialog');
  await question.getByRole('button', { name: '收容人表示不再同意接見。' }).click();
  await glance(staff, 'staff-revoke');
  await question.getByTestId('confirm').click();
  await expect(staff.getByText(`已廢止 ${name} 的核准`)).toBeVisible();
}
