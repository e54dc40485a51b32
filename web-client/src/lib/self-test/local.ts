/** Taiwan's clocks. */
const FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Taipei',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  hourCycle: 'h23',
});

/** The local day and hour of a moment. */
export function localTime(atMs: number): { day: string; hour: number } {
  const part = Object.fromEntries(
    FORMAT.formatToParts(atMs).map(({ type, value }) => [type, value]),
  );
  return { day: `${part['year']}-${part['month']}-${part['day']}`, hour: Number(part['hour']) };
}
