/**
 * What can be told of a number without asking the service. It is the service that decides; these spare a
 * person the way there and back.
 */

/** Letters of a national id and the numbers that they stand for in its check. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const WEIGHTS = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];

/** As it is meant: full-width characters of a Chinese keyboard, small letters and spaces put right. */
export function tidied(typed: string): string {
  return typed.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
}

/**
 * Whether it can be the number of a national id card (a letter, 1 or 2, eight digits) or of a resident
 * certificate (a letter, 8 or 9, eight digits; before 2021 two letters, eight digits): the weighted sum
 * of all digits is a multiple of ten.
 */
export function isNationalId(typed: string): boolean {
  const id = tidied(typed);
  if (!/^[A-Z](?:[1289]|[A-D])\d{8}$/.test(id)) return false;
  const first = LETTERS.indexOf(id.charAt(0)) + 10;
  const second = id.charAt(1);
  const secondDigit = /\d/.test(second) ? Number(second) : LETTERS.indexOf(second) % 10;
  const digits = [Math.floor(first / 10), first % 10, secondDigit, ...[...id.slice(2)].map(Number)];
  const sum = digits.reduce((total, digit, index) => total + digit * (WEIGHTS[index] ?? 0), 0);
  return sum % 10 === 0;
}

/** Whether it is a mobile number of Taiwan: 09 and eight digits. */
export function isMobile(typed: string): boolean {
  return /^09\d{8}$/.test(tidied(typed));
}

/** Whether it looks like an address: something, an at sign, a name with a dot. */
export function isEmail(typed: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.trim()) && typed.trim().length <= 254;
}

/** Whether it is an inmate's number: four or six digits (呼號). */
export function isInmateNumber(typed: string): boolean {
  return /^(?:\d{4}|\d{6})$/.test(tidied(typed));
}

export const PASSWORD_LEAST = 10;
