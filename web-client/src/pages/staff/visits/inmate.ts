/** The inmate of a visit in words: name and number, which are erased long after the inmate has left. */
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
