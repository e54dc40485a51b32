import { expectLiveMediaOf } from '../support/media';
import {
  expectConnected,
  expectEnded,
  expectInCall,
  expectTerminal,
  join,
  seatInmate,
} from '../support/pages';
import { expect, test } from '../support/test';

test('an officer sees who is in the call and ends it with a written reason', async ({
  open,
  person,
}) => {
  const service = await open();
  const [inmate, mother, officer] = [await person(), await person(), await person()];
  await officer.goto(service.doors.officer_url);
  const visit = officer.getByTestId('officer-visit');
  await expect(visit).toHaveCount(1);
  const away = visit.getByTestId('terminal-away');
  await expect(away).toBeVisible();
  await seatInmate(inmate, service);
  await expect(away).toBeHidden();
  expect(await service.metric('openvisit_signaling_terminals')).toBe(1);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  await expect(visit).toContainText('林明華');
  await expect(visit).toContainText('林陳秀英');
  await officer.getByTestId('officer-end').click();
  const confirm = officer.getByTestId('officer-end-confirm');
  await officer.getByTestId('officer-reason').fill('No');
  await expect(confirm).toBeDisabled();
  await officer.getByTestId('officer-reason').fill('設備故障，改期接見。');
  await expect(confirm).toBeDisabled();
  await officer.locator('#officer-ended-by').selectOption('facility');
  await confirm.click();

  await expectEnded(mother, 'terminated');
  // What the helpline asks for is as short as staff see it.
  await expect(mother.getByTestId('ended').locator('code')).toHaveText(/^[0-9a-f]{8}$/);
  await expectTerminal(inmate, 'over');
  await expect(visit).toHaveAttribute('data-state', 'terminated');
  await mother.reload();
  await expect(mother.getByTestId('call')).toHaveCount(0);
});

test('a link sent anew lets the new device in and the old one out', async ({ open, person }) => {
  const service = await open();
  const [inmate, lost, officer] = [await person(), await person(), await person()];
  await seatInmate(inmate, service);
  await join(lost, service.link(1));
  await expectConnected(inmate, 1);

  await officer.goto(service.doors.officer_url);
  await officer.getByTestId('officer-reissue').click();
  const question = officer.getByRole('dialog');
  await expect(question.getByRole('radio', { checked: true })).toHaveAccessibleName(/林志成/);
  await question.getByRole('radio', { name: /林陳秀英/ }).check();
  await expect(question).toContainText('林陳秀英 現在在通話中');
  await expectInCall(lost);
  await question.getByTestId('confirm').click();
  await expectEnded(lost, 'link_reissued');

  const phone = await person();
  const outbox = await phone.context().newPage();
  await outbox.goto(service.doors.outbox_url);
  const newest = outbox.getByTestId('outbox-message').first();
  await expect(newest).toContainText('/j#');
  const link = /https?:\/\/\S+\/j#[\w-]{32}/.exec((await newest.textContent()) ?? '')?.[0] ?? '';
  expect(link).not.toBe(service.link(1));
  await outbox.close();
  await join(phone, link);
  await expectConnected(inmate, 1);
  await expectLiveMediaOf(1, inmate, phone);

  await lost.reload();
  await expect(lost.getByTestId('join-state')).toHaveAttribute('data-state', /withdrawn|ready/);
});

test('a person who has another phone asks for a new link without help', async ({
  open,
  person,
}) => {
  const service = await open();
  const [used, phone] = [await person(), await person()];
  await join(used, service.link(2));
  await phone.goto(service.link(2));
  await phone.getByTestId('join-button').click();
  await expect(phone.getByTestId('join-state')).toHaveAttribute('data-state', 'used');
  await phone.getByTestId('resend-button').click();
  await expectEnded(used, 'link_reissued');
  await phone.goto(service.doors.outbox_url);
  await expect(phone.getByTestId('outbox-message')).toHaveCount(4);
});
