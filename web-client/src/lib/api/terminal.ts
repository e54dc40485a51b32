/** What a terminal asks of the service, with the secret that it was paired with. */
import { ask } from './client';
import type { Answer, Asked } from './schemas';

const SELF_TEST = '/api/terminal/self-test';

const shown = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });

/** Opens a test of the way of a call. */
export const openSelfTest = (secret: string) =>
  ask<Answer<'SelfTestPass'>>('POST', SELF_TEST, shown(secret));

/** Tells what was found. */
export const tellSelfTest = (secret: string, findings: Asked<'SelfTestResult'>['findings']) =>
  ask<void>('PUT', SELF_TEST, { ...shown(secret), body: { findings } });
