import { beforeEach, expect, test, vi } from 'vitest';
import { loadAnew } from './load';

const reload = vi.fn();
let fetched: () => Promise<{ status: number }>;

beforeEach(() => {
  reload.mockReset();
  vi.stubGlobal('location', { pathname: '/terminal', reload });
  vi.stubGlobal('fetch', () => fetched());
});

test('a page that the service has is loaded', async () => {
  fetched = () => Promise.resolve({ status: 200 });
  expect(await loadAnew()).toBe(true);
  expect(reload).toHaveBeenCalledOnce();
});

test.each([
  ['is away', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['has no pages', () => Promise.resolve({ status: 503 })],
  ['is behind a proxy that has nobody to ask', () => Promise.resolve({ status: 502 })],
])('while the service %s the page stays', async (_, answer) => {
  fetched = answer;
  expect(await loadAnew()).toBe(false);
  expect(reload).not.toHaveBeenCalled();
});
