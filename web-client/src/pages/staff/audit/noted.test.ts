import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AuditStep } from '../../../lib/i18n/console/steps';
import { dateInWords } from '../../../lib/i18n/console/when';
import { EXAMPLES, NAMES, ONE } from './examples';
import { noted } from './noted';

const page = vi.hoisted(() => ({ language: 'en' }));
vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => page.language }));

/** A name in a store, such as `day_opens_minute` or `officer`. */
const CODE = /\b[a-z]+_[a-z_]+\b/;

const told = (detail: string) => noted(detail, NAMES).map(({ name, value }) => `${name}: ${value}`);

const all = (step: AuditStep) => EXAMPLES[step].map(told);

describe('in English', () => {
  beforeEach(() => void (page.language = 'en'));

  test('no step shows a code, a whole id or JSON', () => {
    for (const details of Object.values(EXAMPLES)) {
      for (const line of details.flatMap(told)) {
        expect(line).not.toMatch(CODE);
        expect(line).not.toMatch(/[{}[\]"]|undefined|null|: $/);
        expect(line).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
      }
    }
  });

  test('a grid is told by its days and times', () => {
    expect(all('grid_added')[1]).toEqual([
      `From: ${dateInWords('2026-11-24')}`,
      `To: ${dateInWords('2026-12-31')}`,
      'Days of the week: Mon, Sun',
      'Batches begin at: 09:00',
      'Length of a visit (minutes): 25',
      'Turnaround (minutes): 10',
      'Terminals: bb11cc22',
    ]);
  });

  test('who is called something is told by name, and who was forgotten by the end of an id', () => {
    const detail = EXAMPLES.party_changed[0] ?? '';
    expect(noted(detail, { ...NAMES, [ONE]: '陳美玲' })).toEqual([
      { name: 'Now coming along', value: '陳美玲, ee44ff55' },
    ]);
  });

  test('what stayed as it was, or is not there, has no line', () => {
    expect(all('contact_changed')).toEqual([['Mobile number: changed', 'Language: changed']]);
    expect(all('party_changed')).toEqual([['Now coming along: bb11cc22, ee44ff55']]);
    expect(all('hold_released')).toEqual([
      ['Called off by: The system', 'Given back to the month: yes'],
    ]);
  });

  test('what is of no known form is shown as it is', () => {
    expect(noted('by hand', {})).toEqual([{ name: '', value: 'by hand' }]);
    expect(noted('', {})).toEqual([]);
    expect(told('{"of_old":[1],"seat":"A","kind":"a_kind"}')).toEqual([
      'of_old: [1]',
      'Seat: A',
      'Kind: a_kind',
    ]);
  });
});

describe('in Chinese', () => {
  beforeEach(() => void (page.language = 'zh-TW'));

  test('every name and every word of the service is Chinese', () => {
    for (const [step, details] of Object.entries(EXAMPLES)) {
      for (const line of details.flatMap(told)) {
        const ids = /\b[0-9a-f]{8}\b/g;
        // What somebody typed is theirs.
        if (step !== 'staff_added') expect(line.replace(ids, '')).not.toMatch(/[A-Za-z]/);
        expect(line).not.toMatch(/^\w/);
      }
    }
  });

  test('times are the facility’s, weekdays and states are words', () => {
    expect(all('visit_held')[0]?.[0]).toMatch(/^開始時間: 2026\/11\/24\s09:30$/);
    expect(all('closure_added')[0]).toEqual([
      `自: ${dateInWords('2026-11-24')}`,
      `至: ${dateInWords('2026-11-24')}`,
      '每天時段: 09:30–12:00',
      '理由: 設備檢修',
      '影響的接見: 4',
    ]);
    expect(all('visit_settled')[0]).toEqual(['狀態: 未出席', '由誰結束: 接見人']);
    expect(all('application_stale')[0]).toEqual(['理由: 收容人出監（所）']);
  });

  test('a facility that the reader knows has its name', () => {
    expect(all('inmate_transferred')[0]).toContain('至: 臺北監獄');
    expect(all('staff_added')[0]).toContain('職務: 接見勤務（臺北監獄）、稽核');
    expect(all('staff_changed')[0]).toContain('原職務: 申請審核（bb11cc22）');
  });
});
