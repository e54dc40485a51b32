/**
 * A calendar entry (RFC 5545) for a visit. It carries neither the link nor the inmate’s name: calendars are shared
 * and synced.
 */
import type { Visit } from '../protocol.generated';

export function calendarFile(visit: Visit, title: string, nowMs: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//OpenVisit//Visit//EN',
    'BEGIN:VEVENT',
    `UID:${visit.id}@openvisit`,
    `DTSTAMP:${stamp(nowMs)}`,
    `DTSTART:${stamp(visit.starts_at_ms)}`,
    `DTEND:${stamp(visit.ends_at_ms)}`,
    `SUMMARY:${escape(title)}`,
    `LOCATION:${escape(visit.facility)}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escape(title)}`,
    'TRIGGER:-PT15M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function escape(text: string): string {
  return text.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll('\n', '\\n');
}

/** Lines are at most 75 bytes (section 3.1); a character is never cut in two. */
function fold(line: string): string {
  const encoder = new TextEncoder();
  let folded = '';
  let bytes = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (bytes + size > 75) {
      folded += '\r\n ';
      bytes = 1;
    }
    folded += character;
    bytes += size;
  }
  return folded;
}
