import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

it('what a page decides by the time of day it decides by the service\u2019s clock', () => {
  const folder = new URL('.', import.meta.url);
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.svelte'),
  );
  expect(pages.length).toBeGreaterThan(20);
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  expect(pages.filter((name) => read(name).includes('Date.now('))).toEqual([]);
});
