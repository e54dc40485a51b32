import { describe, expect, it } from 'vitest';
import { isEmail, isInmateNumber, isMobile, isNationalId, tidied } from './identity';

describe('numbers that people type', () => {
  it('national ids and resident certificates are told by their check digit', () => {
    expect(isNationalId('A123456789')).toBe(true);
    expect(isNationalId('A123456788')).toBe(false);
    expect(isNationalId('A800000014')).toBe(true);
    expect(isNationalId('A323456789')).toBe(false);
    expect(isNationalId('AC01234567')).toBe(true);
    expect(isNationalId('A12345678')).toBe(false);
  });

  it('are read from any keyboard', () => {
    expect(tidied(' ａ１２３ 456-789 ')).toBe('A123456789');
    expect(isNationalId('ａ１２３４５６７８９')).toBe(true);
    expect(isMobile('0912-345-678')).toBe(true);
    expect(isMobile('02 2345 6789')).toBe(false);
    expect(isInmateNumber('１２３４')).toBe(true);
    expect(isInmateNumber('12345')).toBe(false);
  });

  it('an address has a name on both sides of the sign', () => {
    expect(isEmail(' mei@example.tw ')).toBe(true);
    expect(isEmail('mei@example')).toBe(false);
    expect(isEmail('mei example@example.tw')).toBe(false);
  });
});
