/**
 * A clock of the device that nobody sets, Unix ms: right when the page was opened, as far as the device was,
 * and steady since, though a phone takes the time from its network in mid-call. It may stand still while the
 * device sleeps; the next word of the server tells.
 */
export const steadyNow = (): number => performance.timeOrigin + performance.now();
