/** A calendar file (RFC 5545), read as the strictest calendar would. */
import { expect } from '@playwright/test';

/** What a calendar knows an entry by, and what it shows. Moments are Unix milliseconds. */
export interface Entry {
  uid: string;
  sequence: number;
  method: string | undefined;
  startsAtMs: number;
  endsAtMs: number;
  summary: string;
  description: string;
  location: string;
}

interface Component {
  name: string;
  properties: Map<string, string>;
  parts: Component[];
}

/** The one entry of a file, which is as the standard asks. */
export function entryOf(file: string): Entry {
  const { parts } = read(linesOf(file));
  expect(parts.map(({ name }) => name)).toEqual(['VCALENDAR']);
  const [calendar] = parts;
  expect(calendar?.properties.get('VERSION')).toBe('2.0');
  expect(calendar?.properties.get('PRODID')).toBeTruthy();
  expect(calendar?.parts.map(({ name }) => name)).toEqual(['VEVENT']);
  const event = calendar?.parts[0];
  for (const { name, properties } of event?.parts ?? []) {
    expect(name).toBe('VALARM');
    expect(properties.get('ACTION')).toBe('DISPLAY');
    expect(properties.get('TRIGGER')).toMatch(/^-PT\d+[HM]$/);
    expect(properties.get('DESCRIPTION')).toBeTruthy();
  }
  const value = (name: string): string => event?.properties.get(name) ?? '';
  expect(momentOf(value('DTSTAMP'))).toBeLessThanOrEqual(Date.now());
  expect(value('UID')).not.toBe('');
  expect(value('SEQUENCE')).toMatch(/^\d+$/);
  return {
    uid: value('UID'),
    sequence: Number(value('SEQUENCE')),
    method: calendar?.properties.get('METHOD'),
    startsAtMs: momentOf(value('DTSTART')),
    endsAtMs: momentOf(value('DTEND')),
    summary: textOf(value('SUMMARY')),
    description: textOf(value('DESCRIPTION')),
    location: textOf(value('LOCATION')),
  };
}

/** The lines, each of at most 75 octets in the file and whole again here (section 3.1). */
function linesOf(file: string): string[] {
  expect(file.endsWith('\r\n'), 'the last line ends').toBe(true);
  const lines = file.slice(0, -2).split('\r\n');
  for (const line of lines) {
    expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\0-\x08\n-\x1f\x7f]/);
  }
  return lines
    .join('\r\n')
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n');
}

/** What stands within what. No property comes twice, and none needs parameters. */
function read(lines: readonly string[]): Component {
  const whole: Component = { name: '', properties: new Map(), parts: [] };
  const open = [whole];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z-]+):(.+)$/.exec(line) ?? [];
    const inner = open.at(-1) ?? whole;
    expect(name, line).not.toBe('');
    if (name === 'BEGIN') {
      const part: Component = { name: value, properties: new Map(), parts: [] };
      inner.parts.push(part);
      open.push(part);
    } else if (name === 'END') {
      expect(value).toBe(inner.name);
      open.pop();
    } else {
      expect(inner.properties.has(name), line).toBe(false);
      inner.properties.set(name, value);
    }
  }
  expect(open).toEqual([whole]);
  return whole;
}

/** A moment in UTC, for which nobody needs a table of time zones (section 3.3.5, form 2). */
function momentOf(value: string): number {
  const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  expect(value).toMatch(form);
  return Date.parse(value.replace(form, '$1-$2-$3T$4:$5:$6Z'));
}

/** A text without its escapes (section 3.3.11). */
function textOf(value: string): string {
  expect(value).toMatch(/^(?:[^\\;,]|\\[\\;,nN])*$/);
  return value.replaceAll(/\\(.)/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign));
}
