/** What a visitor does in the portal on the way to a visit, in the words of the pages. */
import { expect, type Locator, type Page } from '@playwright/test';
import { tabTo } from './access';
import { desk } from './devices';
import type { Service } from './service';

/** Somebody made up: how they are called, and what they answer. */
export interface Visitor {
  name: string;
  nationalId: string;
  email: string;
  phone: string;
  relationship: string;
}

export const mother: Visitor = {
  name: '王美玉',
  nationalId: 'A123456789',
  email: 'meiyu@example.com',
  phone: '0912345678',
  relationship: '父母',
};
export const sister: Visitor = {
  name: '陳雅惠',
  nationalId: 'F223344558',
  email: 'yahui@example.com',
  phone: '0922345678',
  relationship: '兄弟姊妹',
};
export const son: Visitor = {
  name: '陳冠宇',
  nationalId: 'H121212124',
  email: 'kuanyu@example.com',
  phone: '0932345678',
  relationship: '子女',
};

/** Everybody's. */
export const PASSWORD = '天氣很好的星期二下午';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Documents other than the usual pictures, by their kinds. */
export type Papers = Partial<Record<string, { name: string; mimeType: string; buffer: Buffer }>>;

/** Is called on every page that somebody comes to on the way. */
export type Look = (page: Page) => Promise<void>;
export const goBy: Look = () => Promise.resolve();

/** Goes on to the next question, and has come there. */
async function goOn(page: Page, name: string | RegExp = '下一步'): Promise<void> {
  const before = page.url();
  await page.getByRole('button', { name }).click();
  await expect(page).not.toHaveURL(before);
}

/** Follows a link whose text is on the page. */
async function follow(page: Page, name: string | RegExp): Promise<void> {
  const before = page.url();
  await page.getByRole('link', { name }).first().click();
  await expect(page).not.toHaveURL(before);
}

/** From the front page to a letter that is on its way. */
export async function askForAccount(
  page: Page,
  service: Service,
  visitor: Visitor,
  look = goBy,
): Promise<void> {
  await page.goto(service.doors.desk.portal_url);
  await look(page);
  await follow(page, '註冊新帳號');
  await look(page);
  await page.getByRole('checkbox').check();
  await goOn(page, '同意，下一步');
  await look(page);
  await page.getByLabel('姓名').fill(visitor.name);
  await page.getByLabel(/身分證/).fill(visitor.nationalId);
  await goOn(page);
  await look(page);
  await page.getByLabel('年', { exact: true }).fill('42');
  await page.getByLabel('月', { exact: true }).fill('3');
  await page.getByLabel('日', { exact: true }).fill('9');
  await goOn(page);
  await look(page);
  await page.getByLabel('電子郵件').fill(visitor.email);
  await goOn(page);
  await look(page);
  await page.getByLabel('手機號碼').fill(visitor.phone);
  await goOn(page);
  await look(page);
  await page.getByLabel('密碼', { exact: true }).fill(PASSWORD);
  await goOn(page);
  await look(page);
  await goOn(page, '送出註冊');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('請到信箱收信');
  await look(page);
}

/** From the front page to an account, its letter opened and confirmed. */
export async function register(
  page: Page,
  service: Service,
  visitor: Visitor,
  look = goBy,
): Promise<void> {
  await askForAccount(page, service, visitor, look);
  await page.goto(await service.sentLink(visitor.email));
  await look(page);
  await goOn(page, '完成驗證');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(visitor.name);
  await look(page);
}

/** Signs in, whatever comes of it. */
export async function signIn(page: Page, service: Service, visitor: Visitor): Promise<void> {
  await page.goto(`${service.doors.desk.portal_url}/sign-in`);
  await page.getByLabel('電子郵件').fill(visitor.email);
  await page.getByLabel('密碼', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登入' }).click();
}

/** From the home page to an application that is handed in. */
export async function apply(
  page: Page,
  service: Service,
  visitor: Visitor,
  look = goBy,
  papers: Papers = {},
): Promise<void> {
  const { facility, inmate_name, inmate_number } = service.doors.desk;
  await follow(page, '申請接見');
  await look(page);
  await page.getByLabel('所在機關').selectOption({ label: facility });
  await page.getByLabel('呼號').fill(inmate_number);
  await page.getByLabel('收容人姓名').fill(inmate_name);
  await goOn(page);
  await look(page);
  await page.getByRole('radio', { name: visitor.relationship, exact: true }).check();
  await goOn(page);
  await look(page);
  await page.getByRole('checkbox', { name: /行動接見/ }).check();
  await goOn(page);
  await look(page);
  await addPapers(page, look, papers);
}

/** From the question for papers to an application that is handed in. */
export async function addPapers(page: Page, look = goBy, papers: Papers = {}): Promise<void> {
  const picture = { mimeType: 'image/png', buffer: await page.screenshot() };
  for (const kind of ['identity', 'relationship', 'photo']) {
    const file = papers[kind] ?? { name: `${kind}.png`, ...picture };
    await page.locator(`input[type="file"]#${kind}`).setInputFiles(file);
    await expect(page.getByText(`${kind}.jpg`).or(page.getByText(file.name)).first()).toBeVisible();
  }
  await expect(page.getByText(/^還缺/)).toHaveCount(0);
  await look(page);
  await follow(page, '下一步');
  await look(page);
  await follow(page, '更改關係');
  await expect(page.getByRole('radio', { checked: true })).toBeVisible();
  await look(page);
  await follow(page, '上一頁');
  await goOn(page, '送出申請');
  await expect(page.getByText('申請已送出')).toBeVisible();
  await look(page);
}

/** Asks somebody with an account to come along. */
export async function invite(
  page: Page,
  service: Service,
  email: string,
  look = goBy,
): Promise<void> {
  await page.goto(`${service.doors.desk.portal_url}/companions`);
  await page.getByLabel('對方註冊的電子郵件').fill(email);
  await page.getByRole('button', { name: '送出邀請' }).click();
  await expect(page.getByText(/^如果這個信箱有帳號/)).toBeVisible();
  await look(page);
}

/** Agrees to come along. */
export async function agree(page: Page, service: Service, look = goBy): Promise<void> {
  await page.goto(service.doors.desk.portal_url);
  await look(page);
  await follow(page, '查看邀請');
  await look(page);
  await page.getByRole('button', { name: '同意', exact: true }).click();
  await expect(page.getByText('已同意。')).toBeVisible();
}

/**
 * Books a visit with these people, all of it by keys: the first one that does not begin this minute in the
 * table of a wide window, or the last one there is in a phone's list. Gives back when it begins, Unix ms.
 */
export async function book(
  page: Page,
  service: Service,
  companions: readonly Visitor[],
  look = goBy,
  which: 'first' | 'last' = 'first',
): Promise<number> {
  await page.goto(service.doors.desk.portal_url);
  await look(page);
  await follow(page, '預約接見');
  await expect(page).toHaveURL(/\/party$/);
  for (const { name } of companions) await page.getByRole('checkbox', { name }).check();
  await look(page);
  await goOn(page);
  await expectQuota(page, Date.now(), 2);
  await expect(page.getByText('開放下一天的時段')).toHaveText(nextDay());
  await look(page);
  await (which === 'first' ? chooseInTable(page) : chooseInList(page));
  const chosen = page.locator('input[name="slot"]:checked');
  const startsAtMs = Number(await chosen.inputValue());
  await expect(page.getByText('已選：')).toContainText(inTaiwan(startsAtMs).time);
  await tabTo(page, page.getByRole('button', { name: '保留這個時段' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('請確認這次接見');
  await look(page);
  await goOn(page, '確認預約');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('預約完成');
  await look(page);
  return startsAtMs;
}

/** The page tells how many visits are left in the month of this moment, out of two. */
async function expectQuota(page: Page, atMs: number, left: number): Promise<void> {
  const { month } = inTaiwan(atMs);
  const told = `${month} 月還可以預約 ${left} 次（每月 2 次）`;
  await expect(page.getByText(told, { exact: true })).toBeVisible();
}

/** Another day can be booked from eight in the morning on: midnight in Greenwich. */
function nextDay(): RegExp {
  const { month, day, weekday } = inTaiwan(Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  return new RegExp(`^${month}月${day}日\\s?${weekday} 08:00 開放下一天的時段。`);
}

async function chooseInList(page: Page): Promise<void> {
  const slots = page.getByRole('radio', { name: /第 \d+ 梯/ });
  await tabTo(page, slots);
  await page.keyboard.press('Space');
  await expect(slots.first()).toBeChecked();
  await page.keyboard.press('ArrowDown');
  await expect(slots.nth(1)).toBeChecked();
  await page.keyboard.press('ArrowUp');
  // The list goes round.
  await page.keyboard.press('ArrowUp');
  await expect(slots.last()).toBeChecked();
}

async function chooseInTable(page: Page): Promise<void> {
  const usual = page.viewportSize();
  await page.setViewportSize(desk.viewport);
  const cells = page.getByRole('gridcell');
  await tabTo(page, cells);
  const places = await cells.evaluateAll((all) =>
    all.map((cell) => ({
      row: Number(cell.dataset['row']),
      column: Number(cell.dataset['column']),
      time: /\d\d:\d\d/.exec(cell.ariaLabel ?? '')?.[0] ?? '',
      isFree: cell.ariaDisabled === 'false',
      isHere: cell.matches(':focus'),
    })),
  );
  const here = places.find(({ isHere }) => isHere);
  // The columns are days, and the first one is today.
  const { date } = inTaiwan(Date.now());
  const startOf = ({ column, time }: { column: number; time: string }) =>
    Date.parse(`${date}T${time}:00+08:00`) + column * DAY_MS;
  const [first] = places
    .filter((place) => place.isFree && startOf(place) > Date.now() + 60_000)
    .sort((one, other) => startOf(one) - startOf(other));
  if (!here || !first) throw new Error('there is no free cell');
  const press = async (key: string, times: number): Promise<void> => {
    for (let step = 0; step < times; step += 1) await page.keyboard.press(key);
  };
  await press('ArrowUp', here.row - first.row);
  await press('ArrowDown', first.row - here.row);
  await press('ArrowLeft', here.column - first.column);
  await press('ArrowRight', first.column - here.column);
  const cell = page.locator(`[data-row="${first.row}"][data-column="${first.column}"]`);
  await expect(cell).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cell).toHaveAttribute('aria-selected', 'true');
  if (usual) await page.setViewportSize(usual);
  const listed = page.getByRole('radio', { checked: true });
  await expect(listed).toHaveValue(String(startOf(first)));
}

/** What calendars and clocks show in Taiwan. */
function inTaiwan(atMs: number) {
  const local = new Date(atMs + 8 * 3_600_000);
  const written = local.toISOString();
  return {
    date: written.slice(0, 10),
    time: written.slice(11, 16),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: `星期${'日一二三四五六'.charAt(local.getUTCDay())}`,
  };
}

/** Asks for times once more, by way of the question whom to visit; of the month of a visit one is left. */
export async function bookAgain(
  page: Page,
  service: Service,
  bookedAtMs: number,
  look: Look,
): Promise<void> {
  const { portal_url, inmate_name } = service.doors.desk;
  const list = '**/api/visitor/applications?*';
  // As if there were somebody else too: with one person there is no question.
  await page.route(list, async (route) => {
    const answer = await route.fetch();
    const [own] = (await answer.json()) as [object];
    const other = { ...own, id: '00000000-0000-7000-8000-000000000001', inmate_name: '林明華' };
    await route.fulfill({ response: answer, json: [own, other] });
  });
  await page.goto(`${portal_url}/book`);
  await expect(page.getByRole('radio')).toHaveCount(2);
  await look(page);
  await page.getByRole('radio', { name: inmate_name }).check();
  await goOn(page);
  await page.unroute(list);
  await goOn(page);
  await expectQuota(page, bookedAtMs, 1);
}

/** Has the link of a visit that is open sent once more, and gives back the new one. */
export async function askForLink(
  page: Page,
  service: Service,
  visitor: Visitor,
  look: Look,
): Promise<string> {
  const newest = () => service.sentLink(visitor.phone, '/j#');
  const before = await newest();
  await page.goto(`${service.doors.desk.portal_url}/visits`);
  await page.getByTestId('visit').getByRole('link').first().click();
  await page.getByRole('button', { name: '再傳一次連結給我' }).click();
  await expect(page.getByText('新的連結已用簡訊傳到您登記的手機')).toBeVisible();
  await look(page);
  await expect.poll(newest).not.toBe(before);
  return newest();
}

/** Thinks better of a visit that is just booked: somebody else comes along too, and then nobody. */
export async function changeAndCancel(page: Page, along: Visitor, look: Look): Promise<void> {
  await page.getByRole('link', { name: '我的接見' }).first().click();
  await page.getByTestId('visit').getByRole('link').click();
  await follow(page, '更改同行的人');
  await look(page);
  await page.getByRole('checkbox', { name: along.name }).check();
  await goOn(page, '儲存');
  await expect(page.getByText(along.name)).toBeVisible();
  await look(page);
  await page.getByRole('button', { name: '取消這次接見' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '確定取消' }).click();
  await expect(page.getByText('這次接見已取消。')).toBeVisible();
  await look(page);
}

/** Begins to try the phone. What comes of the network stands in `data-outcome` of what this gives back. */
export async function beginPhoneTest(page: Page, service: Service): Promise<Locator> {
  await page.goto(`${service.doors.desk.portal_url}/phone-test`);
  await page.getByRole('button', { name: '開始測試' }).click();
  return page.getByTestId('network-test');
}

/** Everything else that somebody with a visit ahead can look at. */
export async function lookAround(page: Page, service: Service, look: Look): Promise<void> {
  const { portal_url } = service.doors.desk;
  const to = async (path: string) => {
    await page.goto(`${portal_url}${path}`);
    await look(page);
  };
  await to('/visits');
  await page.getByTestId('visit').getByRole('link').first().click();
  await look(page);
  await page.getByRole('button', { name: '取消這次接見' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page);
  await page.keyboard.press('Escape');
  await to('/applications');
  for (const path of ['', '/change', '/password', '/close']) await to(`/account${path}`);
  for (const path of ['/companions', '/phone-test', '/phone-test/call']) await to(path);
  await page.goto(`${service.doors.base_url}/t#${'A'.repeat(21)}Q`);
  await look(page);
}
