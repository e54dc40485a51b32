import { expect, it } from 'vitest';
import { allowed, firstOpen, type All } from './steps';

const ALL: All = {
  agreed: true,
  name: '王美玉',
  nationalId: 'A123456789',
  birth: { year: '42', month: '3', day: '9' },
  email: 'mei@example.tw',
  phone: '0912345678',
  landline: '',
  password: 'a long sentence',
};

it('after a reload the questions whose answers are never kept come again', () => {
  expect(firstOpen({ ...ALL, nationalId: '', password: '' })).toBe('identity');
  expect(firstOpen({ ...ALL, password: '' })).toBe('password');
  expect(firstOpen(ALL)).toBe('check');
});

it('one may go back to any question, and not past one that is open', () => {
  expect(allowed('birth', ALL)).toBe('birth');
  expect(allowed('check', { ...ALL, agreed: false })).toBe('consent');
  expect(allowed('phone', { ...ALL, email: 'mei' })).toBe('email');
});
