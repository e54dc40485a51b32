/** Each role sees what is its own in the console, and nothing else. */
import { ROLES, administrator, colleague, expectSections } from '../support/staff';
import { expect, test } from '../support/test';

/** What each role finds in the menu, and the address of something that is not there. */
const OFFERED: Record<keyof typeof ROLES, { sections: string[]; closed: string }> = {
  reviewer: { sections: ['申請審核', '限制接見', '收容人'], closed: 'closures' },
  scheduler: {
    sections: ['當日接見', '收容人', '梯次表', '停止接見日', '視訊設備', '機關設定', '訊息紀錄'],
    closed: 'applications',
  },
  facility_administrator: {
    sections: [
      '值勤',
      '當日接見',
      '申請審核',
      '限制接見',
      '收容人',
      '梯次表',
      '停止接見日',
      '視訊設備',
      '機關設定',
      '人員與職務',
      '訊息紀錄',
    ],
    closed: 'visitors',
  },
  auditor: { sections: ['訊息紀錄', '稽核紀錄'], closed: 'duty' },
};

test('each role sees its own sections, reads them all, and no other one', async ({
  open,
  person,
}) => {
  test.slow();
  const service = await open();
  const staff = await administrator(service, person);
  for (const role of Object.keys(OFFERED) as (keyof typeof ROLES)[]) {
    const { sections, closed } = OFFERED[role];
    const { page } = await colleague(staff, service, person, role);
    const refused: string[] = [];
    page.on('response', (answer) => {
      if (answer.status() >= 400) refused.push(`${role}: ${answer.status()} ${answer.url()}`);
    });
    await expectSections(page, ...sections);
    for (const name of sections) {
      await page.getByRole('link', { name, exact: true }).click();
      await expect(page.locator('#navigation [aria-current]')).toHaveText(name);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('讀取中…')).toHaveCount(0);
      await expect(page.getByRole('alert')).toHaveCount(0);
    }
    await page.goto(`${service.doors.base_url}/staff/${closed}`);
    await expect(page.getByRole('heading', { name: '這裡不在您的職務範圍' })).toBeVisible();
    expect(refused).toEqual([]);
    await page.context().close();
  }
});
