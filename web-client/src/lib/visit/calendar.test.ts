import { expect, it } from 'vitest';
import { calendarFile } from './calendar';

const VISIT = {
  id: '01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55',
  facility: '岩灣技能訓練所, 第一接見室',
  inmate: '陳明華',
  opens_at_ms: Date.UTC(2026, 10, 24, 2, 15),
  starts_at_ms: Date.UTC(2026, 10, 24, 2, 30),
  ends_at_ms: Date.UTC(2026, 10, 24, 3, 0),
};

it('a calendar entry has the visit’s times in UTC, escaped text and lines of at most 75 bytes', () => {
  const file = calendarFile(
    VISIT,
    '行動接見，請提早十分鐘準備好手機與安靜的地方，並確認網路穩定',
    VISIT.opens_at_ms,
  );
  expect(file).toContain('DTSTART:20261124T023000Z\r\n');
  expect(file).toContain('DTEND:20261124T030000Z\r\n');
  expect(file).toContain('岩灣技能訓練所\\, 第一接見室');
  expect(file).not.toContain(VISIT.inmate);
  const longest = Math.max(
    ...file.split('\r\n').map((line) => new TextEncoder().encode(line).length),
  );
  expect(longest).toBeLessThanOrEqual(75);
});
