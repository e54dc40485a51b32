/** What the officer's page asks of the service. */

export interface OfficerVisit {
  id: string;
  terminal: string;
  inmate: string;
  opens_at_ms: number;
  starts_at_ms: number;
  ends_at_ms: number;
  state: string;
  live: { connected_seats: number[] };
  party: { seat: number; name: string; link: string; phone_tail: string }[];
}

export interface Listing {
  facility: string;
  officer: string;
  now_ms: number;
  visits: OfficerVisit[];
}

/** A request that was not met, in the service's own words (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export class OfficerApi {
  constructor(
    private readonly secret: string,
    private readonly language: () => string,
  ) {}

  visits(): Promise<Listing> {
    return this.ask('GET', '/api/officer/visits') as Promise<Listing>;
  }

  async end(visit: string, reason: string): Promise<void> {
    await this.ask('POST', `/api/officer/visits/${visit}/end`, { reason });
  }

  async reissue(visit: string, seat: number): Promise<void> {
    await this.ask('POST', `/api/officer/visits/${visit}/seats/${seat}/reissue`);
  }

  private async ask(method: string, address: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${this.secret}`,
        'accept-language': this.language(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const content: unknown = text ? JSON.parse(text) : null;
    if (answer.ok) return content;
    const { code = '', detail = '', title = '' } = (content ?? {}) as Record<string, string>;
    throw new Problem(answer.status, code, detail || title);
  }
}
