/**
 * Requests of the console. Its session is a cookie that no script reads; the demonstration opens it with
 * a secret instead, which is then sent along.
 */
import { NO_ANSWER, Problem, againInMs, fetched, read, type Method } from '../../../lib/api/client';
import { written } from '../../../lib/i18n/locale.svelte';

export { NO_ANSWER, Problem };

/** What is left out, or empty, is not asked for. */
export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Request {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with its own type. */
  file?: Blob;
  /** How long the answer may take, ms. */
  withinMs?: number;
}

/** How long a file may take, ms: twenty megabytes over a slow line. */
const FILE_WITHIN_MS = 5 * 60_000;

let secret: string | null = null;
let whenSignedOut: () => void = () => undefined;

/** From now on every request carries the secret; none: the cookie decides. */
export function carry(bearer: string | null): void {
  secret = bearer;
}

/** Whom to tell when the service no longer knows the session. */
export function tellWhenSignedOut(tell: () => void): void {
  whenSignedOut = tell;
}

/** Asks, and gives back what the answer holds. Throws a `Problem`. */
export async function ask<Answer>(
  method: Method,
  address: string,
  request: Request = {},
): Promise<Answer> {
  return (await send(method, address, request, async (answer) => answer.text())) as Answer;
}

/** Asks for a file. Throws a `Problem`. */
export async function askFile(address: string): Promise<Blob> {
  let file = new Blob();
  await send('GET', address, { withinMs: FILE_WITHIN_MS }, async (answer) => {
    if (!answer.ok) return answer.text();
    file = await answer.blob();
    return '';
  });
  return file;
}

async function send(
  method: Method,
  address: string,
  { query, body, file, withinMs = file && FILE_WITHIN_MS }: Request,
  content: (answer: Response) => Promise<string>,
): Promise<unknown> {
  const headers: Record<string, string> = { 'accept-language': written() };
  if (secret) headers['authorization'] = `Bearer ${secret}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (file) headers['content-type'] = file.type;
  const sent = file ?? (body === undefined ? null : JSON.stringify(body));
  const [status, text, againMs] = await fetched(
    withQuery(address, query),
    { method, headers, body: sent },
    async (answer) => [answer.status, await content(answer), againInMs(answer)] as const,
    withinMs,
  );
  try {
    return read(status, text, againMs);
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_signed_in') whenSignedOut();
    throw error;
  }
}

/** The address with what is asked for; empty values are left out. */
export function withQuery(address: string, query: Query = {}): string {
  const wanted = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') wanted.set(name, String(value));
  }
  const text = wanted.toString();
  return text ? `${address}?${text}` : address;
}
