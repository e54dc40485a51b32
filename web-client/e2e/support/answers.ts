/** Answers that a page gets otherwise than the service gives them, until they are no longer changed. */
import type { Page } from '@playwright/test';

/** What is read at these addresses comes changed. Gives back how to end it. */
export async function change<Told>(
  page: Page,
  address: string,
  anew: (told: Told) => unknown,
): Promise<() => Promise<void>> {
  await page.route(address, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: anew((await answer.json()) as Told) });
  });
  return () => page.unroute(address);
}

/** What is asked for at these addresses is refused. Gives back how to end it. */
export async function refuse(
  page: Page,
  address: string,
  {
    status,
    code,
    detail,
    again,
  }: { status: number; code: string; detail?: string; again?: number },
): Promise<() => Promise<void>> {
  await page.route(address, async (route) => {
    if (route.request().method() === 'GET') return route.fallback();
    await route.fulfill({
      status,
      headers: again === undefined ? {} : { 'retry-after': String(again) },
      contentType: 'application/problem+json',
      body: JSON.stringify({ code, detail }),
    });
  });
  return () => page.unroute(address);
}
