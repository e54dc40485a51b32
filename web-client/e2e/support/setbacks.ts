/**
 * What does not go as hoped, and how it goes on: papers that are asked for once more, a refusal, a time that was
 * kept in vain, days that are full, and all that leaves a visit open. Staff do it on one side, and each time it
 * is the visitor's side that shows whether it has come about.
 */
import { expect, type Page } from '@playwright/test';
import { dayFromNow, momentOf } from './days';
import { phone } from './devices';
import { expectJoinState, tapJoin } from './pages';
import { applied } from './prepared';
import { correctApplicant, resetPassword, suspendAndReinstate } from './put-right';
import type { Service } from './service';
import { administrator } from './staff';
import type { PersonOptions } from './test';
import { mother, sister, type Look } from './visitors';

const UNREADABLE = '身分證明文件影像不清楚，請重新拍攝後上傳。';
const NO_PROOF = '所附文件無法證明您與收容人的關係。';
/** When the one batch of a day begins. */
const STARTS = '11:15';

/** Walks it. `look` is called on every page and dialog that nobody comes to whose way is smooth. */
export async function meetSetbacks(
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
  look: Look,
): Promise<void> {
  const { base_url, desk } = service.doors;
  const [hers, theirs] = [await person(phone), await person(phone)];
  const application = await applied(hers, service, mother);
  const refused = await applied(theirs, service, sister);
  const staff = await administrator(service, person);
  const console = `${base_url}/staff`;

  await askForMore(staff, console, look);
  await refuse(staff, console, look);
  await theirs.goto(`${desk.portal_url}/applications/${refused}`);
  await expect(theirs.getByText('未核准', { exact: true })).toBeVisible();
  await expect(theirs.getByText(NO_PROOF)).toBeVisible();
  await expect(theirs.getByRole('button', { name: '用這些資料重新申請' })).toBeVisible();
  await look(theirs);
  await giveMore(hers, `${desk.portal_url}/applications/${application}`, look);
  await approveAtLast(staff, console);
  await correctApplicant(staff, console, mother, look);
  await suspendAndReinstate(staff, console, sister, look);
  await resetPassword(service, person, sister, look);
  await staff.goto(`${console}/account`);
  await look(staff);

  const date = dayFromNow(3);
  const times = `${desk.portal_url}/book/${application}/time`;
  await addGrid(staff, console, date, look);
  const visit = await bookIt(hers, times, date, look);
  await findFull(hers, times, look);
  await seeWhomAClosureTouches(staff, console, date, look);

  await restrict(staff, console, look);
  await hers.goto(visit);
  await expect(hers.getByText('機關確認中', { exact: true })).toBeVisible();
  const calendar = hers.getByRole('link', { name: '加入行事曆' });
  await expect(calendar).toHaveCount(0);
  await look(hers);
  await hers.goto(times);
  const notNow = hers.getByText('現在還不能預約');
  await expect(notNow).toBeVisible();
  await expect(hers.getByRole('link', { name: '02-5550-0100' })).toBeVisible();
  await expectNothingToChoose(hers);
  await look(hers);
  await lift(staff);
  await hers.reload();
  await expect(hers.getByRole('radio').first()).toBeAttached();
  await expect(notNow).toHaveCount(0);

  await letItTakePlace(staff, console, date, look);
  await hers.goto(visit);
  await expect(hers.getByText('已預約', { exact: true })).toBeVisible();
  await expect(calendar).toBeVisible();
  await addException(staff, date, look);
  await hers.goto(`${desk.portal_url}/visits`);
  await expect(hers.getByTestId('visit')).toHaveCount(2);
  // By law it does not count.
  await hers.goto(times);
  const left = `${Number(date.slice(5, 7))} 月還可以預約 1 次（每月 2 次）`;
  await expect(hers.getByText(left, { exact: true })).toBeVisible();

  await importBadLines(staff, console, look);
  await addFacility(staff, console, desk.facility, look);
  await transfer(staff, console, desk.inmate_name);
  await hers.goto(`${desk.portal_url}/visits`);
  await expect(hers.getByTestId('visit').filter({ hasText: '機關確認中' })).toHaveCount(2);
  await hers.goto(`${desk.portal_url}/applications/${application}`);
  await expect(hers.getByText('需要重新申請', { exact: true })).toBeVisible();
  await expect(hers.getByRole('link', { name: '申請接見一位收容人' })).toBeVisible();
  await look(hers);

  await release(staff, '林明華');
  await tapJoin(hers, service.link(1));
  await expectJoinState(hers, 'flagged');
  await look(hers);
}

/** Opens the application of somebody as a reviewer, whatever its state is. */
export async function review(staff: Page, console: string, name: string): Promise<void> {
  await staff.goto(`${console}/applications?state=any`);
  await staff.getByTestId('application').filter({ hasText: name }).click();
  await expect(staff.getByRole('heading', { level: 1 })).toHaveText(name);
}

/** The reviewer asks for a better picture; first without a word, which is not accepted. */
async function askForMore(staff: Page, console: string, look: Look): Promise<void> {
  await review(staff, console, mother.name);
  await staff.getByTestId('take').click();
  await staff.getByTestId('ask').click();
  const question = staff.getByRole('dialog');
  await question.getByTestId('confirm').click();
  await expect(question.getByRole('alert')).toContainText('5 到 500 字');
  await look(staff);
  await question.getByRole('button', { name: UNREADABLE }).click();
  await question.getByTestId('confirm').click();
  await expect(staff.getByText(`已請 ${mother.name} 補件。`)).toBeVisible();
}

async function refuse(staff: Page, console: string, look: Look): Promise<void> {
  await review(staff, console, sister.name);
  await staff.getByTestId('take').click();
  await staff.getByTestId('refuse').click();
  const question = staff.getByRole('dialog');
  await question.getByRole('button', { name: NO_PROOF }).click();
  await look(staff);
  await question.getByTestId('confirm').click();
  await expect(staff.getByText(`已不予核准 ${sister.name} 的申請`)).toBeVisible();
}

/** The visitor reads what is missing, adds another picture beside the first one, and hands it in again. */
async function giveMore(hers: Page, address: string, look: Look): Promise<void> {
  await hers.goto(address);
  await expect(hers.getByText('需要補件', { exact: true })).toBeVisible();
  await expect(hers.getByText(UNREADABLE)).toBeVisible();
  await look(hers);
  const picture = { mimeType: 'image/png', buffer: await hers.screenshot() };
  await hers.getByRole('link', { name: '補上資料' }).click();
  await expect(hers.getByText(UNREADABLE)).toBeVisible();
  await hers
    .locator('input[type="file"]#identity')
    .setInputFiles({ name: 'again.png', ...picture });
  await expect(hers.getByRole('button', { name: /^移除again/ })).toBeVisible();
  await look(hers);
  await hers.getByRole('link', { name: '下一步' }).click();
  await hers.getByRole('button', { name: '送出申請' }).click();
  await expect(hers.getByRole('heading', { level: 1 })).toHaveText('申請已送出');
  await expect(hers.getByText('審核中', { exact: true })).toBeVisible();
}

/** The same reviewer finds what they wrote, and both pictures. */
async function approveAtLast(staff: Page, console: string): Promise<void> {
  await review(staff, console, mother.name);
  await expect(staff.getByText(UNREADABLE)).toBeVisible();
  await expect(staff.getByTestId('document')).toHaveText([
    '身分證明',
    '關係證明',
    '照片',
    '身分證明',
  ]);
  await staff.getByTestId('approve').click();
  await staff.getByRole('dialog').getByTestId('confirm').click();
  await expect(staff.getByText(`已核准 ${mother.name} 的申請`)).toBeVisible();
}

/** A day gets one batch at one terminal. */
async function addGrid(staff: Page, console: string, date: string, look: Look): Promise<void> {
  await staff.goto(`${console}/schedule/new`);
  await staff.getByRole('checkbox', { name: '第一接見室' }).uncheck();
  const weekdays = staff.getByRole('group', { name: '星期' }).getByRole('checkbox');
  for (let day = 0; day < 7; day += 1) await weekdays.nth(day).check();
  await staff.locator('#from_date').fill(date);
  await staff.locator('#to_date').fill(date);
  await staff.locator('#batches').fill(STARTS);
  await staff.getByTestId('check-grid').click();
  await expect(staff.getByText('不影響任何已預約的接見。')).toBeVisible();
  await look(staff);
  await staff.getByTestId('confirm-grid').click();
  await expect(staff.getByText('梯次表已新增。')).toBeVisible();
  await expect(staff.getByRole('heading', { name: `${date} 至 ${date}` })).toBeVisible();
}

/** Books that batch, though it was kept in vain at first, and gives back the visit's address. */
async function bookIt(hers: Page, times: string, date: string, look: Look): Promise<string> {
  await hers.goto(times);
  const slot = hers.locator(`input[name="slot"][value="${momentOf(date, STARTS)}"]`);
  await slot.check();
  await hers.getByRole('button', { name: '保留這個時段' }).click();
  const heading = hers.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('請確認這次接見');
  const address = hers.url();
  // As if ten minutes were over but for a second.
  const own = '**/api/visitor/visits/*';
  await hers.route(own, async (route) => {
    const answer = await route.fetch();
    const visit = (await answer.json()) as object;
    await route.fulfill({
      response: answer,
      json: { ...visit, held_until_ms: Date.now() + 1_000 },
    });
  });
  await hers.reload();
  await expect(heading).toHaveText('保留時間已經過了');
  await expect(hers.getByRole('link', { name: '重新選擇時間' })).toBeVisible();
  await look(hers);
  await hers.unroute(own);
  await hers.goto(address);
  await hers.getByRole('button', { name: '確認預約' }).click();
  await expect(heading).toHaveText('預約完成');
  await hers.goto(times);
  await expect(hers.getByRole('radio').first()).toBeAttached();
  await expect(slot).toHaveCount(0);
  return address.replace(/\/confirm$/, '');
}

/** Days on which everything is taken. */
async function findFull(hers: Page, times: string, look: Look): Promise<void> {
  const slots = '**/api/visitor/slots?*';
  await hers.route(slots, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    await route.fulfill({ response: answer, body: text.replaceAll('"free"', '"full"') });
  });
  await hers.goto(times);
  await expect(hers.getByText('所有可預約的時段都已額滿')).toBeVisible();
  await expectNothingToChoose(hers);
  await look(hers);
  await hers.unroute(slots);
}

/** Nobody is asked to keep a time where there is none. */
async function expectNothingToChoose(hers: Page): Promise<void> {
  await expect(hers.getByRole('radio')).toHaveCount(0);
  await expect(hers.getByRole('button', { name: '保留這個時段' })).toHaveCount(0);
}

async function seeWhomAClosureTouches(
  staff: Page,
  console: string,
  date: string,
  look: Look,
): Promise<void> {
  await staff.goto(`${console}/closures`);
  await staff.getByTestId('add-closure').click();
  const closure = staff.getByRole('dialog');
  await closure.locator('#from_date').fill(date);
  await closure.locator('#reason').fill('空調設備更新');
  await closure.getByRole('button', { name: '檢查影響' }).click();
  await expect(closure.getByRole('row').filter({ hasText: '第二接見室' })).toHaveCount(1);
  await expect(
    closure.getByRole('button', { name: '停止接見並通知 1 次接見的相關人' }),
  ).toBeVisible();
  await look(staff);
  await staff.keyboard.press('Escape');
  await expect(closure).toHaveCount(0);
}

async function restrict(staff: Page, console: string, look: Look): Promise<void> {
  await staff.goto(`${console}/restrictions`);
  await staff.getByTestId('restrict').click();
  const form = staff.getByRole('dialog');
  await form.locator('#person_id').fill(mother.name);
  await form.getByRole('button', { name: mother.name }).click();
  await form.locator('#inmate_id').fill('2048');
  await form.getByRole('button', { name: '(2048)' }).click();
  await form.locator('#reason').fill('收容人表示現在不願接見。');
  await look(staff);
  await form.getByTestId('confirm').click();
  await expect(staff.getByText('限制已登錄。')).toBeVisible();
  await expect(staff.getByRole('row').filter({ hasText: mother.name })).toContainText('生效中');
  await look(staff);
}

async function lift(staff: Page): Promise<void> {
  await staff.getByRole('button', { name: `解除: ${mother.name}` }).click();
  const question = staff.getByRole('dialog');
  await question.locator('#reason').fill('收容人已表示願意接見。');
  await question.getByTestId('confirm').click();
  await expect(staff.getByText('限制已解除。')).toBeVisible();
}

/** Nothing stands in its way any more; that is for somebody to say. */
async function letItTakePlace(
  staff: Page,
  console: string,
  date: string,
  look: Look,
): Promise<void> {
  await staff.goto(`${console}/visits`);
  await staff.locator('#date').fill(date);
  await staff.getByRole('row').filter({ hasText: '機關確認中' }).getByTestId('visit').click();
  const question = staff.getByRole('dialog');
  await question.getByTestId('clear-visit').click();
  await look(staff);
  await question.getByTestId('confirm').click();
  await expect(staff.getByText('已確認照常進行')).toBeVisible();
}

/** A death in the family: a visit on the day that is shown, outside the grid. */
async function addException(staff: Page, date: string, look: Look): Promise<void> {
  await staff.getByTestId('add-exception').click();
  const form = staff.getByRole('dialog');
  await form.locator('#inmate_id').fill('2048');
  await form.getByRole('button', { name: '(2048)' }).click();
  await form.getByRole('checkbox', { name: mother.name }).check();
  await form.locator('#event_on').fill(dayFromNow(0));
  await form.locator('#terminal_id').selectOption({ label: '第二接見室' });
  await expect(form.locator('#starts_at_ms')).toHaveValue(date);
  await form.locator('#time').fill('13:00');
  await form.locator('#reason').fill('祖母過世，家屬申請接見。');
  await look(staff);
  await form.getByTestId('confirm').click();
  await expect(staff.getByText('例外接見已新增')).toBeVisible();
  await expect(staff.getByRole('row').filter({ hasText: '例外' })).toContainText('13:00');
}

async function importBadLines(staff: Page, console: string, look: Look): Promise<void> {
  await staff.goto(`${console}/inmates/import`);
  const lines = ['number,name,first_name', '3001,林大明,大明', '31,王小明,小明', '3003,,小玉'];
  const buffer = Buffer.from(lines.join('\n'));
  await staff.locator('#csv').setInputFiles({ name: '名冊.csv', mimeType: 'text/csv', buffer });
  await expect(staff.getByRole('heading', { name: '2 列有問題，不會匯入：' })).toBeVisible();
  await look(staff);
  await staff.getByTestId('import').click();
  await expect(staff.getByText('匯入完成')).toBeVisible();
}

/** Whoever adds a facility is there at once, and goes back to their own. */
async function addFacility(
  staff: Page,
  console: string,
  former: string,
  look: Look,
): Promise<void> {
  await staff.goto(`${console}/members`);
  await staff.getByRole('button', { name: '新增機關' }).click();
  const form = staff.getByRole('dialog');
  await form.locator('#name').fill('示範監獄');
  await form.getByTestId('confirm').click();
  const added = staff.getByText('已新增示範監獄');
  await expect(added).toBeVisible();
  await look(staff);
  await staff.getByTestId('facility-switch').selectOption({ label: former });
  await expect(added).toHaveCount(0);
}

async function transfer(staff: Page, console: string, inmate: string): Promise<void> {
  await staff.goto(`${console}/inmates`);
  await staff.getByRole('button', { name: `${inmate} 移監` }).click();
  const form = staff.getByRole('dialog');
  await form.locator('#facility_id').selectOption({ label: '示範監獄' });
  await form.locator('#number').fill('300100');
  await form.getByTestId('confirm').click();
  await expect(staff.getByText('1 件申請失效，2 次接見改為機關確認中。')).toBeVisible();
}

async function release(staff: Page, inmate: string): Promise<void> {
  await staff.getByRole('button', { name: `${inmate} 出監（所）` }).click();
  await staff.getByRole('dialog').getByTestId('confirm').click();
  await expect(staff.getByText(`${inmate} 已出監（所）`)).toBeVisible();
}
