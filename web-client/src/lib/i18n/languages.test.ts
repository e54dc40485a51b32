import { expect, it } from 'vitest';
import { LANGUAGES, OF_STAFF, closest } from './languages';

it('a page is read in the first of the browser’s languages that it is written in', () => {
  const pages = (tags: string[]) => [closest(tags, LANGUAGES), closest(tags, OF_STAFF)];
  expect(pages(['vi-VN', 'zh-TW'])).toEqual(['vi', 'zh-TW']);
  expect(pages(['id'])).toEqual(['id', 'en']);
  expect(pages(['TH', 'en-GB'])).toEqual(['th', 'en']);
  expect(pages(['fr', 'zh-Hant-HK'])).toEqual(['zh-TW', 'zh-TW']);
  expect(pages(['fr'])).toEqual(['en', 'en']);
});
