/** What a test of a terminal may find; staff read of each what to do. */
import type { Asked } from '../api/schemas';

export type Finding = Asked<'SelfTestResult'>['findings'][number];

/** Without these a visit would lack picture or sound. The others are remarks. */
const FAULTS: readonly Finding[] = [
  'no_camera',
  'still_picture',
  'no_microphone',
  'no_sound',
  'no_connection',
];

export const isFault = (finding: Finding): boolean => FAULTS.includes(finding);
