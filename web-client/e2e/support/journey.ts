/**
 * The whole way, from nothing but three phones to a visit: accounts, applications, the reviewer, a booking
 * for three, the links, the call, and the officer beside it.
 */
import { expect, type Page } from '@playwright/test';
import { desk, phone } from './devices';
import { expectConnected, expectJoinState, expectTerminal, join, tapJoin } from './pages';
import {
  administrator,
  approve,
  colleague,
  expectSections,
  readAudit,
  sections,
  signInAgain,
} from './staff';
import type { Service } from './service';
import type { PersonOptions } from './test';
import {
  agree,
  apply,
  askForLink,
  beginPhoneTest,
  book,
  bookAgain,
  changeAndCancel,
  invite,
  lookAround,
  mother,
  register,
  sister,
  son,
  type Look,
} from './visitors';

/** Walks it. `look` is called on every page that the mother, the reviewer and the officer come to. */
export async function walk(
  service: Service,
  person: (options?: PersonOptions) => Promise<Page>,
  look: Look,
): Promise<void> {
  const hers = await person(phone);
  await register(hers, service, mother, look);
  await apply(hers, service, mother, look);
  await hers.goto(`${service.doors.desk.portal_url}/book`);
  await look(hers);
  const theirs: [Page, Page] = [await person(phone), await person(phone)];
  const companions = [
    { page: theirs[0], visitor: sister },
    { page: theirs[1], visitor: son },
  ];
  for (const { page, visitor } of companions) {
    await register(page, service, visitor);
    await apply(page, service, visitor);
  }

  const staff = await administrator(service, person);
  const { page: reviewer, member } = await colleague(staff, service, person, 'reviewer', look);
  await expectSections(reviewer, '申請審核', '限制接見', '收容人');
  await approve(reviewer, [mother, sister, son], look);
  await signInAgain(reviewer, service, member, look);

  for (const { visitor } of companions) await invite(hers, service, visitor.email, look);
  await agree(theirs[0], service, look);
  await agree(theirs[1], service);
  await book(hers, service, [sister], undefined, 'last');
  await changeAndCancel(hers, son, look);
  const bookedAtMs = await book(hers, service, [sister, son], look);
  await bookAgain(hers, service, bookedAtMs, look);
  await lookAround(hers, service, look);
  const network = await beginPhoneTest(hers, service);
  await expect(network).toHaveAttribute('data-outcome', 'good');
  await look(hers);
  await sections(staff, look);

  const terminal = await person({ viewport: { width: 1920, height: 1080 } });
  await terminal.goto(service.doors.desk.terminal_url);
  const officer = await person(desk);
  await officer.goto(service.doors.officer_url);
  const supervised = officer.getByTestId('officer-visit').filter({ hasText: mother.name });
  await expect(supervised).toBeVisible();
  await expect(supervised.getByTestId('phone-tested')).toContainText('可以順利視訊');
  await expectSections(officer, '值勤', '當日接見');
  await look(officer);

  const former = await service.sentLink(mother.phone, '/j#');
  const link = await askForLink(hers, service, mother, look);
  await tapJoin(hers, former);
  await expectJoinState(hers, 'withdrawn');
  await look(hers);
  await join(hers, link);
  for (const { page, visitor } of companions) {
    await join(page, await service.sentLink(visitor.phone));
  }
  await expectTerminal(terminal, 'call');
  await expectConnected(terminal, 1, 2, 3);
  await expectConnected(hers, 0, 2, 3);
  await readAudit(staff, mother);
}
