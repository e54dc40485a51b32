import { describe, expect, it } from 'vitest';
import { dateOf, republicYear } from './date';

const parts = (year: string, month: string, day: string) => ({ year, month, day });

describe('a date written by hand', () => {
  it('is read by both counts of years', () => {
    expect(dateOf(parts('1953', '3', '9'))).toBe('1953-03-09');
    expect(dateOf(parts('42', '03', '09'))).toBe('1953-03-09');
    expect(dateOf(parts('101', '12', '31'))).toBe('2012-12-31');
    expect(republicYear('1953-03-09')).toBe(42);
    expect(republicYear('1911-10-10')).toBeNull();
  });

  it('may come from a Chinese keyboard', () => {
    expect(dateOf(parts('１９５３', '３', ' ９'))).toBe('1953-03-09');
  });

  it('is none where there is no such day', () => {
    expect(dateOf(parts('1953', '2', '29'))).toBeNull();
    expect(dateOf(parts('1952', '2', '29'))).toBe('1952-02-29');
    expect(dateOf(parts('1953', '13', '1'))).toBeNull();
    expect(dateOf(parts('1953', '', '1'))).toBeNull();
    expect(dateOf(parts('1953', 'x', '1'))).toBeNull();
  });
});
