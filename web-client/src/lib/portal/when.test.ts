import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../i18n/languages';
import { dayAndTime, time } from '../i18n/when';
import type { Locale } from '../protocol.generated';
import { dateOf, dayOf, moment, span } from './when';

/** 24 November 2026, 15:30 in Taiwan. */
const START = Date.UTC(2026, 10, 24, 7, 30);
const inEach = (write: (locale: Locale) => string): string[] =>
  LANGUAGES.map(({ locale }) => write(locale));

describe('a day and a time', () => {
  it('are written in the words of each language', () => {
    for (const write of [dayAndTime, moment]) {
      const texts = inEach((locale) => write(START, locale));
      expect(new Set(texts).size).toBe(LANGUAGES.length);
      for (const text of texts) expect(text).toMatch(/24|二十四/);
    }
  });

  it('have something between them in each language', () => {
    expect(
      inEach((locale) => moment(START, locale).slice(dayOf('2026-11-24', locale).length)),
    ).toEqual([' 15:30', ' 15:30', ', 15:30', ', pukul 15.30', ' เวลา 15:30']);
  });

  it('are on a clock of 24 hours', () => {
    const midnight = Date.UTC(2026, 10, 23, 16, 5);
    expect(dayAndTime(START, 'zh-TW')).toBe('11月24日星期二 15:30');
    expect(inEach((locale) => time(START, locale))).toEqual([
      '15:30',
      '15:30',
      '15:30',
      '15.30',
      '15:30',
    ]);
    for (const text of inEach((locale) => time(midnight, locale)))
      expect(text).toMatch(/^00[:.]05$/);
  });

  it('are those of the facility', () => {
    const visit = { starts_at_ms: START, ends_at_ms: START + 1_800_000, time_zone: 'UTC' };
    expect(span(visit, 'vi')).toMatch(/, 07:30–\u206008:00$/);
  });
});

it('a year is that of the Western calendar, also in Thai', () => {
  for (const text of inEach((locale) => dateOf('1953-03-09', locale))) expect(text).toMatch(/1953/);
});
