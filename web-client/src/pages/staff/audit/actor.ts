/** Who took a step of the audit trail, for people. */
import { recordTexts } from '../../../lib/i18n/console/records';
import type { AuditEvent } from '../api/records';
import { endOf } from '../../../lib/id';

export interface Actor {
  /** A name where there is one, else the kind of actor. */
  who: string;
  /** What tells more of them; empty where nothing does. */
  more: string;
}

/** The trail has a kind and an id, of which the service and visitors who came by a link have none. */
export function actorOf({ actor, names }: Pick<AuditEvent, 'actor' | 'names'>): Actor {
  const t = recordTexts();
  const [kind = '', id = ''] = actor.split(' ');
  const word = t.actors[kind] ?? kind;
  if (kind === 'visitor') return { who: word, more: t.byLink };
  const name = names[id];
  if (name) return { who: name, more: `${word} · ${endOf(id)}` };
  return { who: word, more: endOf(id) };
}
