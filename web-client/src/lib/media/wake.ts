/** Keeps the screen on for who waits or talks, where the browser can; taken anew whenever the page is seen. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const take = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (over) await lock.release();
    } catch {
      // Low battery, most often. The call goes on with a screen that may dim.
    }
  };
  const onVisible = (): void => void take();
  document.addEventListener('visibilitychange', onVisible);
  void take();
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    over = true;
    void lock?.release();
  };
}
