import { seatCompany } from '../support/company';
import { picture } from '../support/cases';
import { expectConnected, expectTerminal, join, seatInmate } from '../support/pages';
import { expect, test } from '../support/test';
const out = '/tmp/wt/tf-shots';
test('call ring', async ({ open, person }) => {
  for (const [minutes, name] of [[30,'30'],[4,'4'],[1,'1']] as const) {
    const service = await open({ minutes });
    const mother = await person({ locale: minutes === 4 ? 'vi' : 'zh-TW', viewport: { width: 390, height: 844 } });
    await seatInmate(await person(), service);
    await join(mother, service.link(1));
    await picture(mother, 1);
    await mother.screenshot({ path: `${out}/call-${name}-390.png` });
    await mother.setViewportSize({ width: 320, height: 568 });
    await mother.screenshot({ path: `${out}/call-${name}-320.png` });
    if (name === '30') {
      const ring = mother.getByTestId('time-left');
      await ring.click();
      await mother.screenshot({ path: `${out}/call-asked-320.png` });
      await mother.emulateMedia({ forcedColors: 'active' });
      await mother.screenshot({ path: `${out}/call-forced-320.png` });
      await mother.emulateMedia({ forcedColors: null });
      await mother.setViewportSize({ width: 1280, height: 800 });
      await mother.screenshot({ path: `${out}/call-30-1280.png` });
    }
  }
});
test('terminal sizes', async ({ open, person }) => {
  for (const visitors of [1, 2, 3]) {
    const service = await open();
    const page = await person({ locale: 'zh-TW' });
    for (let seat = 1; seat <= visitors; seat += 1) await join(await person({ viewport: { width: 390, height: 844 } }), service.link(seat as 1));
    await seatInmate(page, service);
    await picture(page, visitors);
    for (const [width, height] of [[1080,1920],[768,1024],[1280,800],[1920,1080]] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(700);
      await page.screenshot({ path: `${out}/terminal-${visitors}-${width}.png` });
    }
    await page.context().close();
  }
});
test('self test', async ({ open, person }) => {
  const service = await open({ openInSeconds: 3600 });
  const page = await person({ hasCamera: false });
  await page.goto(service.doors.terminal_url);
  await expectTerminal(page, 'idle');
  await page.mouse.move(60, 60); await page.mouse.down();
  await expectTerminal(page, 'self-test'); await page.mouse.up();
  await page.waitForTimeout(4500);
  for (const [width, height] of [[1080,1920],[1280,800]] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${out}/self-test-${width}.png` });
  }
  await expectTerminal(page, 'faulty');
  for (const [width, height] of [[1080,1920],[1280,800]] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${out}/faulty-${width}.png` });
  }
});
