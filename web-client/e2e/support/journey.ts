/**
 * The whole way, from nothing but three phones to a visit: accounts, applications, the reviewer, a booking
 * for three, the links, the call, and the officer beside it.
 */
import { expect, type Page } from '@playwright/test';
import { desk, phone } from './devices';
import { expectConnected, expectTerminal, join } from './pages';
import { administrator, approve, readAudit, sections } from './staff';
import type { Service } from './service';
import type { PersonOptions } from './test';
import {
  agree,
  apply,
  beginPhoneTest,
  book,
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
  await approve(staff, [mother, sister, son], look);

  for (const { visitor } of companions) await invite(hers, service, visitor.email, look);
  await agree(theirs[0], service, look);
  await agree(theirs[1], service);
  await book(hers, service, [sister], undefined, 'last');
  await changeAndCancel(hers, son, look);
  await book(hers, service, [sister, son], look);
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
  await look(officer);

  await join(hers, await service.sentLink(mother.phone));
  for (const { page, visitor } of companions) {
    await join(page, await service.sentLink(visitor.phone));
  }
  await expectTerminal(terminal, 'call');
  await expectConnected(terminal, 1, 2, 3);
  await expectConnected(hers, 0, 2, 3);
  await readAudit(staff, mother);
}
