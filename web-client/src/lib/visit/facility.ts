/** The facility that a link is for, and where it can be called: for whoever does not get in. */

export interface Facility {
  name: string;
  telephone: string | null;
}

let known: Promise<Facility | null> | undefined;

/** Asks the first time, so that it is at hand when the network is not. A page has one link. */
export function facilityOf(token: string): Promise<Facility | null> {
  known ??= ask(token).catch(() => {
    known = undefined;
    return null;
  });
  return known;
}

/** Of what is no link of ours nothing is said. */
async function ask(token: string): Promise<Facility | null> {
  const answer = await fetch('/api/links/facility', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) return (await answer.json()) as Facility;
  if (answer.status === 404) return null;
  throw new Error();
}
