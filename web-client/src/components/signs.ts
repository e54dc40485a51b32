import { ICONS } from './icons';

/** The drawings of the pages that are not the call; the join page does not carry them. */
export const SIGNS = {
  ...ICONS,
  alert: ['M12 4L2.8 20h18.4z', 'M12 10v4.5', 'M12 17.3v.2'],
  info: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z', 'M12 11v5.5', 'M12 7.6v.2'],
  check: ['M4.5 12.5l5 5L19.5 7'],
  cross: ['M6 6l12 12', 'M18 6L6 18'],
  minus: ['M5 12h14'],
  back: ['M15 5l-7 7 7 7'],
  file: ['M6 3h8l4 4v14H6z', 'M14 3v4h4'],
  photo: [
    'M4 7.5h3.5L9 5h6l1.5 2.5H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.5a1 1 0 0 1 1-1z',
    'M12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  ],
  people: [
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
    'M2.5 20a6.5 6.5 0 0 1 13 0',
    'M16 5.5a3.3 3.3 0 0 1 0 6.2M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  ],
  bin: ['M5 7h14', 'M9.5 7V4.5h5V7', 'M7 7l.8 13h8.4L17 7'],
  network: [
    'M3 9a13 13 0 0 1 18 0',
    'M6.3 12.6a8.3 8.3 0 0 1 11.4 0',
    'M9.5 16a4 4 0 0 1 5 0',
    'M12 19.3v.2',
  ],
} as const;

export type SignName = keyof typeof SIGNS;
