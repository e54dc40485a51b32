/**
 * Requests to the service. A refusal comes as a problem document (RFC 9457) in the language of the page;
 * one that never arrived is a problem as well, so that every caller handles one kind of error.
 */
import { written } from '../i18n/locale.svelte';
import { told } from './clock';

/** What is wrong with one field of what was sent. */
export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

/** The code of a request that got no answer at all. */
export const NO_ANSWER = 'no_answer';

/** How long an answer may take. A network that has gone silent is no better than none. */
const ANSWER_WITHIN_MS = 30_000;

/** A request that was not met, in the service's own words. */
export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 without an answer. */
    readonly status: number,
    /** The stable word. */
    readonly code: string,
    /** What happened; empty where the service had no words for it. */
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    /** In how long the service asks to try again (`Retry-After`); 0 where it names no time. */
    readonly againMs = 0,
  ) {
    super(detail || title || code);
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Request {
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a request and reads its JSON answer; one without content is `undefined`. */
export async function ask<Answer>(
  method: Method,
  address: string,
  { body, headers }: Request = {},
): Promise<Answer> {
  const request = {
    method,
    headers: {
      'accept-language': written(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const sentMs = Date.now();
  const [status, content, againMs] = await fetched(address, request, async (response) => {
    told(response.headers.get('date'), sentMs);
    const text = await response.text();
    return [response.status, text, againInMs(response)] as const;
  });
  return read(status, content, againMs) as Answer;
}

/** Fetches and takes what is wanted of the answer, in so much time; throws a {@link Problem} where none comes. */
export async function fetched<Taken>(
  address: string,
  request: RequestInit,
  take: (response: Response) => Promise<Taken>,
  withinMs = ANSWER_WITHIN_MS,
): Promise<Taken> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), withinMs);
  try {
    return await take(await fetch(address, { ...request, signal: silence.signal }));
  } catch {
    throw new Problem(0, NO_ANSWER, '', '');
  } finally {
    clearTimeout(timer);
  }
}

/** In how long an answer asks to try again (`Retry-After`), ms; 0 or no number where it names no time. */
export function againInMs(response: Response): number {
  return 1_000 * Number(response.headers.get('retry-after'));
}

/** What an answer says; throws a {@link Problem} for a refusal. */
export function read(status: number, content: string, againMs = 0): unknown {
  const document = parse(content);
  if (status >= 200 && status < 300) return document;
  const problem = (document ?? {}) as Partial<Problem>;
  throw new Problem(
    status,
    problem.code ?? 'unknown',
    problem.title ?? '',
    problem.detail ?? '',
    Array.isArray(problem.errors) ? problem.errors : [],
    againMs,
  );
}

function parse(content: string): unknown {
  if (content === '') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
