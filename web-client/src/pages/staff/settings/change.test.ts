import { expect, it } from 'vitest';
import type { Settings } from '../api/schedule';
import { backTo, changeOf, following, written } from './change';

const known: Settings = {
  name: '示範看守所',
  latin_name: null,
  time_zone: 'Asia/Taipei',
  contact_email: 'desk@example.org',
  contact_telephone: null,
  day_opens_minute: 480,
  book_from_days: 2,
  book_to_days: 7,
  visits_a_month: 2,
  cancel_before_hours: 24,
  opens_before_minutes: 15,
  give_back_minutes: 5,
  no_shows: 3,
  no_shows_within_months: 6,
  no_shows_bar_months: 3,
};

it('only what was changed is sent, and taken back', () => {
  const values = {
    ...written(known),
    visits_a_month: '3',
    contact_email: ' ',
    day_opens_minute: '08:30',
  };
  const change = changeOf(values, known);
  expect(change).toEqual({ visits_a_month: 3, contact_email: null, day_opens_minute: 510 });
  expect(backTo(known, change)).toEqual({
    visits_a_month: 2,
    contact_email: 'desk@example.org',
    day_opens_minute: 480,
  });
  expect(changeOf(written(known), known)).toEqual({});
});

it('what a colleague changed meanwhile is shown, and what is typed stays', () => {
  const values = { ...written(known), visits_a_month: ' 3 ', no_shows: '4' };
  const now = { ...known, visits_a_month: 3, contact_telephone: '02 1234 5678' };
  expect(following(values, known, now)).toEqual({
    ...written(known),
    visits_a_month: '3',
    contact_telephone: '02 1234 5678',
    no_shows: '4',
  });
});
