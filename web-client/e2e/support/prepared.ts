/** Visitors who are already on their way: what others do page by page is asked of the service directly. */
import { expect, type Page } from '@playwright/test';
import type { Service } from './service';
import { PASSWORD, type Visitor } from './visitors';

const RELATIONSHIPS: Record<string, string> = {
  父母: 'parent',
  兄弟姊妹: 'sibling',
  子女: 'child',
  律師: 'lawyer',
};

type Attached = { name: string; mimeType: string; buffer: Buffer };
type Asked = { data?: object; multipart?: Record<string, string | Attached> };

/** Asks as a page of ours does, signed in as the page is. */
async function ask(page: Page, service: Service, path: string, asked: Asked): Promise<unknown> {
  const { base_url } = service.doors;
  const headers = { origin: base_url };
  const answer = await page.request.post(`${base_url}/api/visitor${path}`, { ...asked, headers });
  const text = await answer.text();
  expect(answer.ok(), `${path}: ${text}`).toBe(true);
  return text ? JSON.parse(text) : undefined;
}

/** Gives somebody an account, and signs the page in. */
async function registered(page: Page, service: Service, visitor: Visitor): Promise<void> {
  const account = {
    consent_version: '2026-11',
    name: visitor.name,
    national_id: visitor.nationalId,
    email: visitor.email,
    birth_date: '1953-03-09',
    phone: visitor.phone,
    password: PASSWORD,
    locale: 'zh-TW',
  };
  await ask(page, service, '/accounts', { data: account });
  const token = (await service.sentLink(visitor.email)).split('#')[1];
  await ask(page, service, '/accounts/verify', { data: { token } });
}

/**
 * Gives somebody an account and an application that is handed in, whose id comes back. The page is signed in,
 * at the portal's front page.
 */
export async function applied(page: Page, service: Service, visitor: Visitor): Promise<string> {
  await registered(page, service, visitor);
  const { facility, inmate_name, inmate_number, portal_url } = service.doors.desk;
  await page.goto(portal_url);
  const answer = await page.request.get(`${service.doors.base_url}/api/facilities`);
  const facilities = (await answer.json()) as { id: string; name: string }[];
  const begun = await ask(page, service, '/applications', {
    data: {
      facility_id: facilities.find(({ name }) => name === facility)?.id,
      number: inmate_number,
      inmate_name,
      relationship: RELATIONSHIPS[visitor.relationship],
      services: { on_site: false, remote: false, mobile: true },
    },
  });
  const { id } = begun as { id: string };
  await expect(page.getByRole('heading', { level: 1 })).toContainText(visitor.name);
  const picture = { mimeType: 'image/png', buffer: await page.screenshot() };
  for (const kind of ['identity', 'relationship', 'photo']) {
    const file = { name: `${kind}.png`, ...picture };
    await ask(page, service, `/applications/${id}/documents`, { multipart: { kind, file } });
  }
  await ask(page, service, `/applications/${id}/submit`, {});
  return id;
}
