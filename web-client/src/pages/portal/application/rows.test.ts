import { expect, it } from 'vitest';
import { LANGUAGES } from '../../../lib/i18n/languages';
import { megabytes } from './rows';

it('a size is written with the decimal sign of the language, and is never nothing', () => {
  const inEach = (bytes: number) => LANGUAGES.map(({ locale }) => megabytes(bytes, locale));
  expect(inEach(1_460_000)).toEqual(['1.5', '1.5', '1,5', '1,5', '1.5']);
  expect(inEach(12)).toEqual(['0.1', '0.1', '0,1', '0,1', '0.1']);
});
