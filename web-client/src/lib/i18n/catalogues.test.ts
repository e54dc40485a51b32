import { describe, expect, it } from 'vitest';
import { en } from './en';
import { id } from './id';
import { en as enLanding } from './landing/en';
import { id as idLanding } from './landing/id';
import { th as thLanding } from './landing/th';
import { vi as viLanding } from './landing/vi';
import { zhTw as zhTwLanding } from './landing/zh-tw';
import { enPortal } from './portal/en';
import { idPortal } from './portal/id';
import { thPortal } from './portal/th';
import { viPortal } from './portal/vi';
import { zhTwPortal } from './portal/zh-tw';
import { th } from './th';
import { vi } from './vi';
import { zhTw } from './zh-tw';

const CATALOGUES = {
  'zh-TW': { pages: zhTw, landing: zhTwLanding, portal: zhTwPortal },
  en: { pages: en, landing: enLanding, portal: enPortal },
  vi: { pages: vi, landing: viLanding, portal: viPortal },
  id: { pages: id, landing: idLanding, portal: idPortal },
  th: { pages: th, landing: thLanding, portal: thPortal },
};

/** Units, a word that was borrowed, and what languages join or write alike. */
const ALIKE = [
  'portal.application.number',
  'portal.application.size',
  'portal.application.listed',
  'portal.application.document',
  'portal.application.hints',
  'portal.phone.camera',
  'portal.account.register.birthShown',
];

/** Values that a language may say in another way: a month by its name, a year of the Republic not at all. */
const OTHERWISE = [
  'portal.booking.quota: 7',
  'portal.booking.quotaUsed: 7',
  'portal.account.register.birthShown: 8',
];

const VALUES = ['7', '8', '9', '6'];

interface Text {
  kind: 'text' | 'sentence';
  says: string;
}

/** Every text of a catalogue by where it stands; a sentence is written out with values. */
function textsOf(part: unknown, path = ''): [string, Text][] {
  if (typeof part === 'string') return [[path, { kind: 'text', says: part }]];
  if (typeof part === 'function') {
    const sentence = part as (...values: unknown[]) => string;
    const says = path.endsWith('.listed') ? sentence(VALUES) : sentence(...VALUES);
    return [[path, { kind: 'sentence', says }]];
  }
  return Object.entries(part as object).flatMap(([name, each]) =>
    textsOf(each, path ? `${path}.${name}` : name),
  );
}

const measure = textsOf(CATALOGUES['zh-TW']);
const english = new Map(textsOf(CATALOGUES.en));

describe.each(Object.entries(CATALOGUES))('the texts in %s', (locale, catalogue) => {
  const texts = textsOf(catalogue);

  it('are all there, in the same places', () => {
    const shape = (each: [string, Text][]) => each.map(([path, { kind }]) => `${path}: ${kind}`);
    expect(shape(texts).sort()).toEqual(shape(measure).sort());
  });

  it('say something, and each value that the sentence is given', () => {
    const found = new Map(texts);
    const silent = measure.flatMap(([path, { kind, says }]) => {
      const own = found.get(path)?.says ?? '';
      if (own.trim() === '') return [path];
      if (kind === 'text') return [];
      const values = VALUES.filter((value) => says.includes(value) && !own.includes(value));
      return values.map((value) => `${path}: ${value}`);
    });
    expect(silent.filter((each) => !OTHERWISE.includes(each))).toEqual([]);
  });

  it.skipIf(locale === 'en')('are not left in English', () => {
    const left = texts.filter(([path, { says }]) => english.get(path)?.says === says);
    expect(left.map(([path]) => path).filter((path) => !ALIKE.includes(path))).toEqual([]);
  });
});
