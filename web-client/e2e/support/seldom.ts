/**
 * What people meet now and then on a way that is otherwise smooth: many who sign in at once, a day that is about
 * to open, a time that somebody else was quicker to take, and what a visit leaves. Where it would take long to
 * come about, the service's answer is changed on its way.
 */
import { expect, type Page } from '@playwright/test';
import type { Answer } from '../../src/lib/api/schemas';
import { change, refuse } from './answers';
import { desk, phone } from './devices';
import { applied } from './prepared';
import type { Service } from './service';
import { administrator, approve } from './staff';
import type { PersonOptions } from './test';
import { enterWithMany, runConsole } from './seldom-staff';
import { PASSWORD, book, goBy, mother, signIn } from './visitors';

type Visit = Answer<'Visit'>;
type Slots = Answer<'Slots'>;

/** Is called on every page and dialog, with a name for it. */
export type Glance = (page: Page, name: string) => Promise<void>;

const MINUTE_MS = 60_000;

/** Walks it: a visitor on her phone, and an administrator at a desk. */
export async function meetTheSeldom(
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
  glance: Glance,
): Promise<void> {
  const { portal_url } = service.doors.desk;
  const hers = await person(phone);
  await signInWithMany(hers, service, glance);
  const application = await applied(hers, service, mother);
  const staff = await administrator(service, person);
  await approve(staff, [mother], goBy);

  const own = `${portal_url}/applications/${application}`;
  await weighTheApplication(hers, own, glance);
  await hers.goto(`${portal_url}/book/${application}/party`);
  await expect(hers.getByText('目前沒有可以一起預約的人')).toBeVisible();
  await glance(hers, 'portal-party-nobody');
  const times = `${portal_url}/book/${application}/time`;
  await chooseATime(hers, times, glance);
  const session = await hers.context().storageState();
  await awaitADay(await person({ ...phone, storageState: session }), times, glance);

  await book(hers, service, [], goBy, 'last');
  await holdATime(hers, service, glance);
  await comeAlong(hers, service, glance);
  await lookBack(hers, service, glance);
  await tryThePhone(hers, service, glance);
  await changeThePassword(hers, service, glance);
  await enterWithMany(await person(desk), service, glance);
  await runConsole(staff, service, mother, glance);
  await hers.goto(own);
  await expect(hers.getByText('已終止', { exact: true })).toBeVisible();
  await glance(hers, 'portal-application-revoked');
  await loseTheWay(hers, service, glance);
}

/** More sign in than can be answered; then everything that is not a sign-in. */
async function signInWithMany(hers: Page, service: Service, glance: Glance): Promise<void> {
  const door = '**/api/visitor/session';
  let end = await refuse(hers, door, { status: 503, code: 'many_at_once', again: 100 });
  await signIn(hers, service, mother);
  await expect(hers.getByTestId('turn')).toBeVisible();
  await expect(hers.getByRole('timer')).toContainText('秒後自動再試');
  await glance(hers, 'portal-sign-in-many');
  await hers.getByRole('button', { name: '不等了' }).click();
  await expect(hers.getByTestId('turn')).toHaveCount(0);
  await end();

  end = await refuse(hers, door, { status: 403, code: 'email_not_verified' });
  await signIn(hers, service, mother);
  await expect(hers.getByText('電子郵件還沒有驗證')).toBeVisible();
  await glance(hers, 'portal-sign-in-unverified');
  await end();

  await signIn(hers, service, mother);
  await expect(hers.getByRole('alert')).toContainText('電子郵件或密碼不正確');
  await glance(hers, 'portal-sign-in-wrong');
}

/** An application that could be taken back, or thrown away before it was sent. */
async function weighTheApplication(hers: Page, own: string, glance: Glance): Promise<void> {
  await hers.goto(own);
  await expect(hers.getByRole('link', { name: '預約接見' })).toBeVisible();
  await glance(hers, 'portal-application-approved');
  const dialog = hers.getByRole('dialog');
  await hers.getByRole('button', { name: '撤回這份申請' }).click();
  await expect(dialog).toBeVisible();
  await glance(hers, 'portal-application-withdraw');
  const end = await change<Answer<'Application'>>(
    hers,
    '**/api/visitor/applications/*',
    (sent) => ({ ...sent, state: 'draft', submitted_at_ms: null, decided_at_ms: null }),
  );
  await hers.goto(own);
  await hers.getByRole('button', { name: '刪除這份申請' }).click();
  await expect(dialog).toBeVisible();
  await glance(hers, 'portal-application-discard');
  await addAPaper(hers, `${own}/documents`, glance);
  await end();
}

/** A paper that is on its way, until somebody stops it, and one that is not taken. */
async function addAPaper(hers: Page, papers: string, glance: Glance): Promise<void> {
  const door = '**/api/visitor/applications/*/documents';
  await hers.goto(papers);
  const add = hers.locator('input[type="file"]#identity');
  await expect(add).toBeAttached();
  const file = { name: 'identity.png', mimeType: 'image/png', buffer: await hers.screenshot() };
  await hers.route(door, () => undefined);
  await add.setInputFiles(file);
  await expect(hers.getByRole('progressbar')).toBeVisible();
  await glance(hers, 'portal-documents-under-way');
  await hers.getByRole('button', { name: '停止上傳' }).click();
  await expect(hers.getByRole('progressbar')).toHaveCount(0);
  await hers.unroute(door);
  const detail = '檔案可能已損壞或沒有傳完，請重新拍照或另存後再上傳。';
  const end = await refuse(hers, door, { status: 422, code: 'document_unreadable', detail });
  await add.setInputFiles(file);
  await expect(hers.getByText(detail)).toBeVisible();
  await glance(hers, 'portal-documents-refused');
  await end();
}

/** Minutes before another day opens; then a time that is chosen, and one that somebody else has taken. */
async function chooseATime(hers: Page, times: string, glance: Glance): Promise<void> {
  const end = await change<Slots>(hers, '**/api/visitor/slots?*', (slots) => ({
    ...slots,
    next_day_opens_at_ms: Date.now() + 20 * MINUTE_MS,
  }));
  await hers.goto(times);
  await expect(hers.getByText('您可以在這裡等候')).toBeVisible();
  await glance(hers, 'portal-times-opening');
  await hers.getByRole('radio').nth(2).check();
  await expect(hers.getByText('已選：')).toBeVisible();
  await glance(hers, 'portal-times-chosen');
  const free = await refuse(hers, '**/api/visitor/bookings', { status: 409, code: 'slot_full' });
  await hers.getByRole('button', { name: '保留這個時段' }).click();
  await expect(hers.getByRole('alert')).toContainText('剛剛被預約走了');
  await glance(hers, 'portal-times-taken');
  await free();
  await end();
}

/** The day opens, and shows itself to whoever has waited, as long as there is a time to choose on it. */
async function awaitADay(waiting: Page, times: string, glance: Glance): Promise<void> {
  await waiting.clock.install();
  let last: 'closed' | 'open' | 'full' = 'closed';
  await change<Slots>(waiting, '**/api/visitor/slots?*', (slots) => {
    const days = slots.days.slice(0, -1);
    const soon = Date.now() + 10 * MINUTE_MS;
    if (last === 'closed') return { ...slots, days, next_day_opens_at_ms: soon };
    return last === 'open'
      ? slots
      : { ...slots, days: [...days, ...slots.days.slice(-1).map(filled)] };
  });
  await waiting.goto(times);
  await expect(waiting.getByText('您可以在這裡等候')).toBeVisible();
  const days = waiting.locator('legend');
  const before = await days.count();
  last = 'open';
  await waiting.clock.fastForward(10 * MINUTE_MS + 5_000);
  await expect(days).toHaveCount(before + 1);
  const told = waiting.getByRole('status').filter({ hasText: '的時段已經開放' });
  await glance(waiting, 'portal-times-opened');
  await told.getByRole('button').click();
  await expect(days.last()).toBeFocused();

  last = 'full';
  await refuse(waiting, '**/api/visitor/bookings', { status: 409, code: 'slot_full' });
  await waiting.getByRole('radio').last().check();
  await waiting.getByRole('button', { name: '保留這個時段' }).click();
  await expect(waiting.getByRole('alert')).toContainText('剛剛被預約走了');
  await expect(told).toHaveCount(0);
}

/** A day on which all is taken. */
function filled(day: Slots['days'][number]): Slots['days'][number] {
  const batches = day.batches.map((batch) => ({ ...batch, state: 'full' as const, free: 0 }));
  return { ...day, batches };
}

/** The front page while a time is kept that nobody has confirmed yet. */
async function holdATime(hers: Page, service: Service, glance: Glance): Promise<void> {
  const end = await change<Visit[]>(hers, '**/api/visitor/visits?*', (all) =>
    all.map((visit) => ({ ...visit, state: 'held', can: { ...visit.can, confirm: true } })),
  );
  await hers.goto(service.doors.desk.portal_url);
  await expect(hers.getByText('您有一個保留中的時段')).toBeVisible();
  await glance(hers, 'portal-home-held');
  await end();
}

/** The visit of somebody who comes along, and cannot come after all. */
async function comeAlong(hers: Page, service: Service, glance: Glance): Promise<void> {
  const end = await change<Visit>(hers, '**/api/visitor/visits/*', (visit) => ({
    ...visit,
    applicant: false,
    can: { ...visit.can, cancel: false, change_party: false, leave: true },
  }));
  await hers.goto(`${service.doors.desk.portal_url}/visits`);
  await hers.getByTestId('visit').getByRole('link').click();
  await hers.getByRole('button', { name: '我不能參加了' }).click();
  await expect(hers.getByRole('dialog')).toContainText('其他人仍可照常接見');
  await glance(hers, 'portal-visit-leave');
  await end();
}

/** A visit that is over, as it should be and as it should not. */
async function lookBack(hers: Page, service: Service, glance: Glance): Promise<void> {
  await hers.goto(`${service.doors.desk.portal_url}/visits`);
  await hers.getByTestId('visit').getByRole('link').click();
  await expect(hers.getByText('已預約', { exact: true })).toBeVisible();
  const address = hers.url();
  const over: [string, Partial<Visit>][] = [
    ['completed', { together_ms: 24 * MINUTE_MS, given_back_ms: 2 * MINUTE_MS }],
    [
      'terminated',
      {
        together_ms: 11 * MINUTE_MS,
        ended_by: 'facility',
        reason: '畫面出現未經核准的人，經勸導仍未改善。',
      },
    ],
  ];
  for (const [state, rest] of over) {
    const end = await change<Visit>(hers, '**/api/visitor/visits/*', (visit) => ({
      ...visit,
      ...rest,
      state,
      can: { ...visit.can, cancel: false, change_party: false, leave: false, link: false },
    }));
    await hers.goto(address);
    await expect(hers.getByText('這次相聚了')).toBeVisible();
    await glance(hers, `portal-visit-${state}`);
    await end();
  }
}

/** Neither is the loudspeaker heard nor does the network carry a call; then everything works. Each time it says so. */
async function tryThePhone(hers: Page, service: Service, glance: Glance): Promise<void> {
  const end = await refuse(hers, '**/api/visitor/phone-test', { status: 503, code: 'unavailable' });
  await hers.goto(`${service.doors.desk.portal_url}/phone-test`);
  await hers.getByRole('button', { name: '開始測試' }).click();
  const yes = hers.getByRole('button', { name: /^有:/ });
  const result = hers.getByTestId('phone-result');
  await yes.first().click();
  await hers.getByRole('button', { name: '播放聲音' }).click();
  await hers.getByRole('button', { name: /^沒有:.*叮/ }).click();
  await expect(hers.getByTestId('network-test')).toContainText('這個網路目前無法視訊');
  await expect(result).toContainText('還有地方需要處理');
  await glance(hers, 'portal-phone-bad');
  await end();

  await hers.getByRole('button', { name: '再測試一次' }).click();
  await yes.first().click();
  await hers.getByRole('button', { name: '播放聲音' }).click();
  await yes.nth(1).click();
  await expect(result).toContainText('您的手機準備好了');
  await glance(hers, 'portal-phone-good');
}

/** Another password: first many want one, then it was tried too often, and the page says until when. */
async function changeThePassword(hers: Page, service: Service, glance: Glance): Promise<void> {
  const door = '**/api/visitor/password';
  let end = await refuse(hers, door, { status: 503, code: 'many_at_once', again: 100 });
  await hers.goto(`${service.doors.desk.portal_url}/account/password`);
  await hers.locator('#current').fill(PASSWORD);
  await hers.locator('#new').fill(`${PASSWORD}二`);
  await hers.getByRole('button', { name: '儲存' }).click();
  await expect(hers.getByTestId('turn')).toBeVisible();
  await glance(hers, 'portal-password-many');
  await hers.getByRole('button', { name: '不等了' }).click();
  await end();
  end = await refuse(hers, door, { status: 429, code: 'too_many_requests', again: 50 });
  await hers.getByRole('button', { name: '儲存' }).click();
  await expect(hers.getByRole('alert')).toContainText('請在大約 1 分鐘後再試一次');
  await glance(hers, 'portal-password-later');
  await end();
}

/** An address that leads nowhere, no service, and no session any more. */
async function loseTheWay(hers: Page, service: Service, glance: Glance): Promise<void> {
  const { portal_url } = service.doors.desk;
  await hers.goto(`${portal_url}/nowhere`);
  await expect(hers.getByRole('heading', { level: 1 })).toHaveText('找不到這個頁面');
  await glance(hers, 'portal-not-found');
  const visits = '**/api/visitor/visits?*';
  await hers.route(visits, (route) => route.abort());
  await hers.goto(`${portal_url}/visits`);
  await expect(hers.getByText('目前連不上網路或服務')).toBeVisible();
  await glance(hers, 'portal-unreachable');
  await hers.unroute(visits);
  await hers.context().clearCookies();
  await hers.getByRole('link', { name: '我的接見' }).click();
  await expect(hers.getByText('閒置一段時間後已自動登出')).toBeVisible();
  await glance(hers, 'portal-signed-out');
}
