/** The people of a visit in words. Visitors are erased long after it, an inmate long after having left. */
import { listed } from '../../../lib/i18n/console/pick';
import type { words } from '../../../lib/i18n/console/words';
import type { DayVisit } from '../api/visits';

type Erased = Pick<ReturnType<typeof words>, 'erased'>;

/** The inmate's name, or that it is erased. */
export const inmateName = ({ inmate_name }: Pick<DayVisit, 'inmate_name'>, { erased }: Erased) =>
  inmate_name || erased;

/** The inmate's name and number, or that they are erased. */
export const inmateOf = (
  { inmate_name, inmate_number }: Pick<DayVisit, 'inmate_name' | 'inmate_number'>,
  { erased }: Erased,
) => (inmate_name ? `${inmate_name} (${inmate_number})` : erased);

/** Who comes, or that nobody knows any more: a visit that people know has a party. */
export const partyOf = (
  { party }: { party: readonly Pick<DayVisit['party'][number], 'name'>[] },
  { erased }: Erased,
) => listed(party.map(({ name }) => name)) || erased;
