/** What a visitor does in the portal on the way to a visit, in the words of the pages. */
import { expect, type Locator, type Page } from '@playwright/test';
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

/** Documents other than the usual pictures, by their kinds. */
export type Papers = Partial<Record<string, { name: string; mimeType: string; buffer: Buffer }>>;

/** Is called on every page that somebody comes to on the way. */
export type Look = (page: Page) => Promise<void>;
const goBy: Look = () => Promise.resolve();

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

/** From the front page to an account, its letter opened and confirmed. */
export async function register(
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

/** Books the first visit that does not begin this minute, or the last one that there is, with these people. */
export async function book(
  page: Page,
  service: Service,
  companions: readonly Visitor[],
  look = goBy,
  which: 'first' | 'last' = 'first',
): Promise<void> {
  await page.goto(service.doors.desk.portal_url);
  await look(page);
  await follow(page, '預約接見');
  await expect(page).toHaveURL(/\/party$/);
  for (const { name } of companions) await page.getByRole('checkbox', { name }).check();
  await look(page);
  await goOn(page);
  const slots = page.getByRole('radio', { name: /第 \d+ 梯/ });
  await expect(slots.first()).toBeAttached();
  await look(page);
  const times = await slots.evaluateAll((all) =>
    all.map((each) => Number((each as HTMLInputElement).value)),
  );
  const soon = times.findIndex((startsAtMs) => startsAtMs > Date.now() + 60_000);
  const chosen = which === 'first' ? soon : times.length - 1;
  await slots.nth(chosen).check({ force: true });
  await goOn(page, '保留這個時段');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('請確認這次接見');
  await look(page);
  await goOn(page, '確認預約');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('預約完成');
  await look(page);
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
  await to('/companions');
  await to('/phone-test');
}
