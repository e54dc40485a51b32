/**
 * Keeps the screen on for who waits or talks, where the browser can. The system may refuse, or take it back at
 * any time (low battery, most often): it is asked again when the page is seen, when it took it back, and each
 * minute.
 */
const AGAIN_MS = 60_000;

export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let over = false;
  const take = async (): Promise<void> => {
    if (over || document.hidden || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      lock.onrelease = take;
      if (over) await lock.release();
    } catch {
      // Refused, or unknown here. The call goes on with a screen that may dim.
    }
  };
  document.addEventListener('visibilitychange', take);
  const timer = setInterval(take, AGAIN_MS);
  void take();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', take);
    clearInterval(timer);
    void lock?.release();
  };
}
